//! The pallet's behaviour, a file for each part, and what they share.

mod create;
mod money;
mod properties;
mod scenario;

use crate::mock::*;
use frame_support::{assert_ok, BoundedVec};
use sp_runtime::{traits::ConstU32, AccountId32, DispatchResult};
use specie_primitives::{
    acts::{Actor, Cause, CauseCode},
    currency::Supply,
    ids::CurrencyId,
    Balance,
};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

const NATIVE: CurrencyId = CurrencyId::Native;
const EURO: CurrencyId = CurrencyId::Asset(1);
const CAUSE: Cause = Cause { code: CauseCode::Correction, document: Some([0xd0; 32]) };

fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

fn text(text: &str) -> BoundedVec<u8, ConstU32<32>> {
    BoundedVec::try_from(text.as_bytes().to_vec()).unwrap()
}

/// A currency with two digits, of which an account holds two base units at least, and of which there may be 3,000.
fn create(symbol: &str) -> DispatchResult {
    Issuance::create(root(), text("Euro of the island"), text(symbol), 2, 2, 3_000, CAUSE)
}

fn mint(currency: CurrencyId, to: AccountId32, amount: Balance, entry: u8) -> DispatchResult {
    Issuance::mint(root(), currency, to, amount, [entry; 32])
}

fn burn(currency: CurrencyId, amount: Balance, entry: u8) -> DispatchResult {
    Issuance::burn(root(), currency, amount, [entry; 32])
}

fn supply(currency: CurrencyId) -> Supply {
    Issuance::supply(currency).unwrap()
}

/// With the euro, and 500 of it on Alice's account.
fn with_euro(test: impl FnOnce()) {
    execute(|| {
        assert_ok!(create("EUR"));
        assert_ok!(mint(EURO, ALICE, 500, 1));
        test();
    });
}

fn assert_last(event: Event) {
    System::assert_last_event(event.into());
}
