//! Whatever happens in whatever order, the supply of every currency reconciles after each step.

use super::*;
use crate::Ledgers;
use proptest::prelude::*;
use specie_primitives::traits::NetworkFees;

#[derive(Clone, Debug)]
enum Step {
    Create,
    Mint { currency: usize, to: usize, amount: Balance, entry: u8 },
    Burn { currency: usize, amount: Balance, entry: u8 },
    Pay { currency: usize, from: usize, to: usize, amount: Balance },
    Fee { currency: usize, from: usize, amount: Balance },
    Cap { currency: usize, cap: Balance },
}

const CURRENCIES: [CurrencyId; 3] = [NATIVE, EURO, CurrencyId::Asset(2)];
const ACCOUNTS: [AccountId32; 4] = [ALICE, BOB, ISSUER, NOBODY];

fn step() -> impl Strategy<Value = Step> {
    let (currency, account) = (0..CURRENCIES.len(), 0..ACCOUNTS.len());
    // Small, about the existential deposits, and larger than everything.
    let amount = prop_oneof![0..25u128, 0..3_000u128, Just(Balance::MAX)];
    prop_oneof![
        1 => Just(Step::Create),
        4 => (currency.clone(), account.clone(), amount.clone(), any::<u8>())
            .prop_map(|(currency, to, amount, entry)| Step::Mint { currency, to, amount, entry }),
        3 => (currency.clone(), amount.clone(), any::<u8>())
            .prop_map(|(currency, amount, entry)| Step::Burn { currency, amount, entry }),
        6 => (currency.clone(), account.clone(), account.clone(), amount.clone())
            .prop_map(|(currency, from, to, amount)| Step::Pay { currency, from, to, amount }),
        3 => (currency.clone(), account, amount.clone())
            .prop_map(|(currency, from, amount)| Step::Fee { currency, from, amount }),
        1 => (currency, amount).prop_map(|(currency, cap)| Step::Cap { currency, cap }),
    ]
}

impl Step {
    fn run(&self) -> DispatchResult {
        match self {
            Self::Create => create(["EUR", "CHF", "JPY"][crate::AssetCount::<Test>::get().min(2) as usize]),
            Self::Mint { currency, to, amount, entry } => {
                mint(CURRENCIES[*currency], ACCOUNTS[*to].clone(), *amount, *entry)
            }
            Self::Burn { currency, amount, entry } => burn(CURRENCIES[*currency], *amount, *entry),
            Self::Pay { currency, from, to, amount } => {
                let (from, to) = (RuntimeOrigin::signed(ACCOUNTS[*from].clone()), ACCOUNTS[*to].clone());
                match CURRENCIES[*currency] {
                    CurrencyId::Native => Balances::transfer_allow_death(from, to, *amount),
                    CurrencyId::Asset(number) => Assets::transfer(from, number, to, *amount),
                }
            }
            Self::Fee { currency, from, amount } => {
                <Issuance as NetworkFees<_>>::collect(CURRENCIES[*currency], &ACCOUNTS[*from], *amount)
            }
            Self::Cap { currency, cap } => Issuance::change_cap(root(), CURRENCIES[*currency], *cap, CAUSE),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn f111_the_supply_reconciles_after_every_step(steps in proptest::collection::vec(step(), 1..60)) {
        new_test_ext(Some(CAP)).execute_with(|| -> Result<(), TestCaseError> {
            for step in &steps {
                let before: Vec<_> = Ledgers::<Test>::iter().collect();
                let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
                let was = CURRENCIES.map(Issuance::supply);
                // As in a block: what fails leaves nothing.
                let done = frame_support::storage::with_storage_layer(|| step.run());
                if done.is_err() {
                    prop_assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), root, "{:?}", step);
                    prop_assert_eq!(Ledgers::<Test>::iter().collect::<Vec<_>>(), before);
                }
                check_state();
                for (was, is) in was.iter().zip(CURRENCIES.map(Issuance::supply)) {
                    let (Some(was), Some(is)) = (was, is) else { continue };
                    let minted = matches!(step, Step::Mint { .. });
                    prop_assert!(minted || is.total <= was.total, "{:?} made money", step);
                    prop_assert!(!minted || is.total == was.total || is.total <= is.cap, "{:?} went above the cap", step);
                }
            }
            Ok(())
        })?;
    }
}
