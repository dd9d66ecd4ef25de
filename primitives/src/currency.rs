//! Currencies as the node reads them: what they are called, and whether their supply adds up.

use crate::{
    ids::{CarrierId, CurrencyId},
    Balance,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// The most carriers that one call adds up: some milliseconds.
pub const MAX_SUPPLY_PAGE: u32 = 4_096;

/// A currency.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CurrencyInfo {
    /// Which one.
    pub id: CurrencyId,
    /// Its name, UTF-8.
    pub name: Vec<u8>,
    /// What stands beside its amounts, UTF-8.
    pub symbol: Vec<u8>,
    /// How many of an amount's decimal digits are behind the point: an amount of it has 10^decimals base units.
    pub decimals: u8,
    /// The least that an account may hold, in base units.
    pub minimum: Balance,
}

/// How much there is of a currency, in base units, and whether the chain can say where all of it came from and went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Supply {
    /// The currency.
    pub currency: CurrencyId,
    /// The most that there may be of it.
    pub cap: Balance,
    /// What the issuer has made, the genesis included.
    pub minted: Balance,
    /// What the issuer has destroyed.
    pub burnt: Balance,
    /// What was burnt of fees, and of remainders that were less than an account may hold.
    pub fees_burnt: Balance,
    /// What all accounts hold together, money on hold included.
    pub total: Balance,
}

/// What a page of carriers holds of a currency together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SupplyPage {
    /// How many carriers of this currency were added up.
    pub carriers: u32,
    /// What they hold free, in base units.
    pub free: Balance,
    /// What is on hold at them for requests, in base units.
    pub held: Balance,
    /// Ask with it for the next page; `None`: this was the last.
    pub next: Option<CarrierId>,
}

impl Supply {
    /// What was made, less what was destroyed, less what there is: 0, or the books of the chain are wrong.
    pub const fn remainder(&self) -> i128 {
        let gone = self.burnt.saturating_add(self.fees_burnt).saturating_add(self.total);
        match self.minted >= gone {
            true => clamp(self.minted.saturating_sub(gone)),
            false => clamp(gone.saturating_sub(self.minted)).saturating_neg(),
        }
    }
}

const fn clamp(amount: Balance) -> i128 {
    if amount > i128::MAX as u128 {
        i128::MAX
    } else {
        amount as i128
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUPPLY: Supply =
        Supply { currency: CurrencyId::Native, cap: 200, minted: 100, burnt: 30, fees_burnt: 5, total: 65 };

    #[test]
    fn what_is_missing_and_what_is_too_much_remain() {
        assert_eq!(SUPPLY.remainder(), 0);
        assert_eq!(Supply { total: 60, ..SUPPLY }.remainder(), 5);
        assert_eq!(Supply { total: 66, ..SUPPLY }.remainder(), -1);
        assert_eq!(Supply { total: Balance::MAX, ..SUPPLY }.remainder(), -i128::MAX);
    }
}
