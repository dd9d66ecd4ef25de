//! What the kinds of proxies may do.

use frame_support::traits::InstanceFilter;

use super::{alice, remark, transfer};
use crate::{configs::accounts::ProxyType, Address, RuntimeCall};

const TYPES: [ProxyType; 4] = [ProxyType::Any, ProxyType::NonTransfer, ProxyType::Carriers, ProxyType::Machines];

/// A transfer from an account that appointed this one as its proxy.
fn transfer_for_another() -> RuntimeCall {
    RuntimeCall::Proxy(pallet_proxy::Call::proxy {
        real: Address::Id(alice()),
        force_proxy_type: None,
        call: Box::new(transfer()),
    })
}

/// One call of each kind that a filter may tell apart.
fn calls() -> Vec<RuntimeCall> {
    vec![
        transfer(),
        transfer_for_another(),
        remark(),
        RuntimeCall::Utility(pallet_utility::Call::batch { calls: Vec::new() }),
        RuntimeCall::SafeMode(pallet_safe_mode::Call::force_exit {}),
        RuntimeCall::Sudo(pallet_sudo::Call::remove_key {}),
    ]
}

#[test]
fn a_superset_lets_through_whatever_its_subset_does() {
    for larger in TYPES {
        for smaller in TYPES.into_iter().filter(|smaller| larger.is_superset(smaller)) {
            for call in calls().iter().filter(|call| smaller.filter(call)) {
                assert!(larger.filter(call), "{larger:?} ⊉ {smaller:?}: {call:?}");
            }
        }
    }
}

#[test]
fn only_a_proxy_for_everything_moves_money() {
    for proxy_type in TYPES {
        assert_eq!(proxy_type.filter(&transfer()), proxy_type == ProxyType::Any);
        assert_eq!(proxy_type.filter(&transfer_for_another()), proxy_type == ProxyType::Any);
    }
}
