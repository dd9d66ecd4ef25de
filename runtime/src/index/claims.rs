//! The orders in an extrinsic, wherever in it they are.

use crate::{Carriers, Runtime, RuntimeCall, UncheckedExtrinsic};
use alloc::{vec, vec::Vec};
use sp_runtime::generic::Preamble;
use specie_primitives::{crypto::Signature, index::Claim, order::Order};

/// How many signatures are checked of one extrinsic: some 70 milliseconds at the most. An honest one carries one.
const MAX_CHECKS: usize = 64;

/// The orders in `extrinsic` that the chain could take, now or after a reorganisation.
///
/// The pool has checked the signature of an order that is a bare extrinsic. Of one inside somebody's signed
/// extrinsic it knows nothing: were it believed, anybody could cast doubt on any carrier, for nothing. So its signature
/// is checked here; beyond [`MAX_CHECKS`] orders are left out. Who hides an order so fools nobody who asks the card: the
/// card's own counter tells of it.
pub fn claims(extrinsic: &UncheckedExtrinsic) -> Vec<Claim> {
    let checked_by_pool = matches!(extrinsic.preamble, Preamble::Bare(_));
    let mut checks = MAX_CHECKS;
    let mut found = Vec::new();
    let mut calls = vec![(&extrinsic.function, checked_by_pool)];
    while let Some((call, checked)) = calls.pop() {
        if let RuntimeCall::Carriers(pallet_carriers::Call::spend { order, signature }) = call {
            if concerns_us(order) && (checked || believed(order, signature, &mut checks)) {
                found.push(Claim::of(order));
            }
        }
        calls.extend(inner(call).into_iter().map(|call| (call, false)));
    }
    found
}

/// Whether the order is of a carrier of this chain. Whether it still has its turn and its time is for the asker to
/// see: both depend on the block.
fn concerns_us(order: &Order) -> bool {
    order.genesis == Carriers::genesis_hash() && pallet_carriers::Carriers::<Runtime>::contains_key(order.carrier)
}

fn believed(order: &Order, signature: &Signature, checks: &mut usize) -> bool {
    match checks.checked_sub(1) {
        Some(left) => {
            *checks = left;
            Carriers::has_valid_signature(order, signature)
        }
        None => false,
    }
}

/// The calls that a call makes.
fn inner(call: &RuntimeCall) -> Vec<&RuntimeCall> {
    use pallet_multisig::Call as Multisig;
    use pallet_proxy::Call as Proxy;
    use pallet_sudo::Call as Sudo;
    use pallet_utility::Call as Utility;
    match call {
        RuntimeCall::Utility(
            Utility::batch { calls } | Utility::batch_all { calls } | Utility::force_batch { calls },
        ) => calls.iter().collect(),
        RuntimeCall::Utility(
            Utility::as_derivative { call, .. }
            | Utility::dispatch_as { call, .. }
            | Utility::dispatch_as_fallible { call, .. }
            | Utility::with_weight { call, .. },
        )
        | RuntimeCall::Multisig(Multisig::as_multi_threshold_1 { call, .. } | Multisig::as_multi { call, .. })
        | RuntimeCall::Proxy(Proxy::proxy { call, .. } | Proxy::proxy_announced { call, .. })
        | RuntimeCall::Sudo(
            Sudo::sudo { call } | Sudo::sudo_unchecked_weight { call, .. } | Sudo::sudo_as { call, .. },
        ) => vec![call],
        RuntimeCall::Utility(Utility::if_else { main, fallback }) => vec![main, fallback],
        RuntimeCall::IssuerCouncil(
            pallet_collective::Call::execute { proposal, .. } | pallet_collective::Call::propose { proposal, .. },
        ) => vec![&proposal.0],
        _ => Vec::new(),
    }
}
