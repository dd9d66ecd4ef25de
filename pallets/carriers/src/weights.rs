//! What the calls cost, as formulas: database reads and writes at the runtime's own prices, plus the signature
//! checks, each with its reason. A call weighs by what it carries (the scheme of a key, the shape of an order), which a
//! measurement of one case cannot say. That no formula is below what the node measures a test of the runtime holds.

use crate::Registration;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use specie_primitives::{
    certificate::Certificate,
    crypto::Scheme,
    ids::CarrierId,
    order::{Order, Purpose},
};

/// The weights of the calls.
pub trait WeightInfo {
    /// Weight of `initialise`.
    fn initialise(registration: &Registration) -> Weight;
    /// Weight of `rotate`.
    fn rotate(registration: &Registration) -> Weight;
    /// Weight of `fund`.
    fn fund() -> Weight;
    /// Weight of `fund_at`.
    fn fund_at() -> Weight;
    /// Weight of `spend` with an order of this shape and scheme in whatever currency: letting it in, and executing it.
    fn spend(shape: Shape, scheme: Scheme) -> Weight;
    /// Weight of `spend` with an order of this shape and scheme in the chain's own currency.
    fn spend_native(shape: Shape, scheme: Scheme) -> Weight;
    /// What [`CheckOrder`](crate::CheckOrder) adds to a signed `spend` of `scheme`.
    fn check_order(scheme: Scheme) -> Weight;
    /// Weight of `freeze`.
    fn freeze() -> Weight;
    /// Weight of `unfreeze`.
    fn unfreeze() -> Weight;
    /// Weight of `repair`.
    fn repair() -> Weight;
    /// Weight of `retire`.
    fn retire() -> Weight;
    /// Weight of `settle`.
    fn settle() -> Weight;
    /// Weight of `report_orders`.
    fn report_orders(one: Scheme, other: Scheme) -> Weight;
    /// Weight of `report_attestations`.
    fn report_attestations(device: Scheme) -> Weight;
    /// Weight of `change_order_lifetime`.
    fn change_order_lifetime() -> Weight;
    /// Weight of `unmark`.
    fn unmark() -> Weight;
}

/// What an order makes the chain look at, beside its carrier and its payee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The machine that cashes out.
    pub machine: bool,
    /// Somebody who gets a part of the fee.
    pub fee_receiver: bool,
    /// A request.
    pub request: bool,
    /// What is on hold at the carrier.
    pub hold: bool,
}

impl Shape {
    /// The dearest.
    pub const DEAREST: Self = Self { machine: true, fee_receiver: true, request: true, hold: true };

    /// Of an order.
    pub fn of(order: &Order) -> Self {
        Self {
            machine: order.purpose == Purpose::CashOut,
            fee_receiver: CarrierId(order.fee_to) != order.carrier,
            request: order.request().is_some(),
            hold: order.purpose == Purpose::Hold,
        }
    }
}

/// Dispatch, decoding and a few events, as the node measures them (`runtime/weights.json`), which a test of the runtime holds.
const BASE: Weight = Weight::from_parts(60_000_000, 8_000);

/// A balance transfer: `pallet-balances` publishes about 50 µs for `transfer_allow_death`, without its accesses.
const TRANSFER: Weight = Weight::from_parts(60_000_000, 4_000);

/// Bringing a compressed point onto its curve in WASM: one square root in the field.
const CHECK_POINT: Weight = Weight::from_parts(300_000_000, 0);

/// One signature check, in picoseconds: what `make bench` measures (`docs/benchmarks.md`), with room for machines of half
/// the speed.
pub(crate) const fn signature(scheme: Scheme) -> Weight {
    Weight::from_parts(
        match scheme {
            // The host's libsecp256k1, and the range check of the scalars in WASM.
            Scheme::Secp256k1 => 80_000_000,
            // In WASM, by `specie_primitives::crypto`.
            Scheme::P256 => 1_000_000_000,
            // The host's ed25519-zebra.
            Scheme::Ed25519 => 80_000_000,
        },
        0,
    )
}

/// The formulas for a runtime's database.
pub struct SpecieWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SpecieWeight<T> {
    fn accesses(reads: u64, writes: u64) -> Weight {
        BASE.saturating_add(T::DbWeight::get().reads_writes(reads, writes))
    }

    /// The certificate, the attestation, and the points of both keys.
    ///
    /// A signature of another scheme than its key's costs nothing: it is refused before any arithmetic.
    fn registration_checks(registration: &Registration) -> Weight {
        let certificate = match &registration.certificate {
            Certificate::Native { signature: by_batch, .. } => signature(by_batch.scheme()),
            Certificate::Keycard { .. } => signature(Scheme::Secp256k1),
            Certificate::Coinkite { .. } => signature(Scheme::Secp256k1).saturating_mul(2),
        };
        certificate
            .saturating_add(signature(registration.statement.signature.scheme()))
            .saturating_add(CHECK_POINT.saturating_mul(2))
    }
}

impl<T: frame_system::Config> WeightInfo for SpecieWeight<T> {
    /// Reads machine, carrier, batch, its manufacturer, device, grants, genesis hash, operator's account and holds; writes carrier,
    /// device, batch, grants, machine, account and holds.
    fn initialise(registration: &Registration) -> Weight {
        Self::accesses(9, 7).saturating_add(Self::registration_checks(registration))
    }

    /// As `initialise`, and the old carrier with its operator's account and holds.
    fn rotate(registration: &Registration) -> Weight {
        Self::accesses(13, 10).saturating_add(Self::registration_checks(registration))
    }

    /// Reads carrier, batch, its pool, the asset, two accounts of it with what is held of them, and the accounts themselves; writes the
    /// asset and the accounts. Less for the chain's own currency.
    fn fund() -> Weight {
        Self::accesses(11, 5).saturating_add(TRANSFER)
    }

    /// As `fund`, and the machine twice and its operator's accounts.
    fn fund_at() -> Weight {
        Self::accesses(15, 7).saturating_add(TRANSFER.saturating_mul(2))
    }

    /// As `spend_native`, and the asset, three accounts of it, what is held of them and what was burnt of it; writes all but
    /// the holds.
    fn spend(shape: Shape, scheme: Scheme) -> Weight {
        Self::spend_native(shape, scheme)
            .saturating_add(T::DbWeight::get().reads_writes(7, 5))
            .saturating_add(TRANSFER)
    }

    /// The checks once more, and the signature's: what they read is read again by the call.
    fn check_order(scheme: Scheme) -> Weight {
        BASE.saturating_add(signature(scheme))
    }

    /// Reads carrier, batch, the account of the carrier and the payee's, and whether either is of a pool; writes the first and the
    /// accounts. And by its shape: reads the machine; reads and writes the receiver of the fee; the request, and the pool that it
    /// is to, with the duties of whoever asked; what is on hold.
    ///
    /// What every order reads (genesis hash, lifetime, fee multiplier) and writes (the burnt fees) comes from the block's own
    /// memory but for the first: as with the system's own counters it is not counted. The checks are made twice in a block,
    /// before the dispatch and in it, over the same storage; the signature is checked once.
    fn spend_native(shape: Shape, scheme: Scheme) -> Weight {
        let Shape { machine, fee_receiver, request, hold } = shape;
        let both = u64::from(fee_receiver) + u64::from(request) + u64::from(hold);
        let moves = 2 + u64::from(fee_receiver);
        // Of the pool: its record, the opener's duties and machine; and the record once more, where it is locked after one order.
        let pool = 5 * u64::from(request);
        let receivers = u64::from(fee_receiver);
        Self::accesses(6 + u64::from(machine) + both + pool + receivers, 3 + both + 2 * u64::from(request))
            .saturating_add(BASE)
            .saturating_add(TRANSFER.saturating_mul(moves))
            .saturating_add(signature(scheme))
    }

    /// Reads and writes the carrier.
    fn freeze() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads and writes the carrier.
    fn unfreeze() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads and writes the carrier.
    fn repair() -> Weight {
        Self::accesses(1, 1)
    }

    /// Reads the carrier, its machine and two accounts with the holds of one; writes all of them but the machine.
    fn retire() -> Weight {
        Self::accesses(5, 4).saturating_add(TRANSFER)
    }

    /// Reads the carrier, the asset, two accounts of it with what is held of them, and the accounts themselves; writes all but
    /// the carrier and the holds.
    fn settle() -> Weight {
        Self::accesses(8, 5).saturating_add(TRANSFER)
    }

    /// Reads the genesis hash and the carrier; writes the carrier.
    fn report_orders(one: Scheme, other: Scheme) -> Weight {
        Self::accesses(2, 1).saturating_add(signature(one)).saturating_add(signature(other))
    }

    /// Reads the device and the carrier; writes the carrier. Two signatures and the points of both keys.
    fn report_attestations(device: Scheme) -> Weight {
        Self::accesses(2, 1)
            .saturating_add(signature(device).saturating_mul(2))
            .saturating_add(CHECK_POINT.saturating_mul(2))
    }

    /// Writes the lifetime.
    fn change_order_lifetime() -> Weight {
        Self::accesses(0, 1)
    }

    /// Reads and writes the carrier; reads the device.
    fn unmark() -> Weight {
        Self::accesses(2, 1)
    }
}
