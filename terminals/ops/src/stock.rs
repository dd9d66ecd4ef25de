//! Bins of blank carriers, and what the machine has kept (F1).

use serde::{Deserialize, Serialize};
use specie_device::Bin;
use specie_link::money::Money;
use thiserror::Error;

/// Blank carriers of one kind, as the operator has put them in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blanks {
    /// What is printed on them already: they may only be funded with that much, and of that currency. `None`: nothing is.
    pub marked: Option<Money>,
    /// How many there are.
    pub count: u32,
    /// From how many on the operator is to be told.
    pub low: u32,
}

/// Why no blank can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum StockError {
    /// No bin has carriers for this amount.
    #[error("no bin holds carriers for this amount")]
    NoSuchDenomination,
    /// Those that do are empty.
    #[error("the bins for this amount are empty")]
    Empty,
    /// There is no bin with this number.
    #[error("there is no bin {}", .0 .0)]
    NoBin(Bin),
}

/// What the machine holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    bins: Vec<Blanks>,
}

impl Stock {
    /// With these bins, numbered from 0.
    pub const fn new(bins: Vec<Blanks>) -> Self {
        Self { bins }
    }

    /// The bins with their numbers.
    pub fn bins(&self) -> impl Iterator<Item = (Bin, &Blanks)> {
        (0..=u8::MAX).map(Bin).zip(&self.bins)
    }

    /// Those of which the operator is to be told: low or empty.
    pub fn low(&self) -> impl Iterator<Item = (Bin, &Blanks)> {
        self.bins().filter(|(_, blanks)| blanks.count <= blanks.low)
    }

    /// The bin to take a blank from for a carrier that is to hold `amount`: marked with just that (F8), otherwise not
    /// marked at all.
    pub fn bin_for(&self, amount: Money) -> Result<Bin, StockError> {
        let fits = |marked: Option<Money>| move |(_, blanks): &(Bin, &Blanks)| blanks.marked == marked;
        let mut known = false;
        for marked in [Some(amount), None] {
            for (bin, blanks) in self.bins().filter(fits(marked)) {
                known = true;
                if blanks.count > 0 {
                    return Ok(bin);
                }
            }
        }
        Err(if known { StockError::Empty } else { StockError::NoSuchDenomination })
    }

    /// As it is now configured, with what was in the bins; and those bins that are new, or marked otherwise than before. What lies in
    /// such a bin may show another amount than the chain would be told: it counts as empty until the operator fills it.
    #[must_use]
    pub fn configured(&self, configured: &Self) -> (Self, Vec<Bin>) {
        let (mut now, mut changed) = (configured.clone(), Vec::new());
        for (bin, blanks) in (0..=u8::MAX).map(Bin).zip(&mut now.bins) {
            match self.bins.get(usize::from(bin.0)) {
                Some(before) if before.marked == blanks.marked => blanks.count = before.count,
                _ => {
                    blanks.count = 0;
                    changed.push(bin);
                }
            }
        }
        (now, changed)
    }

    /// One blank fewer.
    pub fn taken(&mut self, bin: Bin) -> Result<(), StockError> {
        let blanks = self.bins.get_mut(usize::from(bin.0)).ok_or(StockError::NoBin(bin))?;
        blanks.count = blanks.count.checked_sub(1).ok_or(StockError::Empty)?;
        Ok(())
    }

    /// The operator has filled a bin: it holds `count` now.
    pub fn filled(&mut self, bin: Bin, count: u32) -> Result<(), StockError> {
        let blanks = self.bins.get_mut(usize::from(bin.0)).ok_or(StockError::NoBin(bin))?;
        blanks.count = count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_primitives::ids::CurrencyId;

    fn stock() -> Stock {
        let bin = |marked: Option<u128>, count| Blanks { marked: marked.map(Money::native), count, low: 2 };
        Stock::new(vec![bin(Some(50), 1), bin(None, 3), bin(Some(100), 0)])
    }

    #[test]
    fn f1_f8_a_marked_bin_comes_before_an_unmarked_one() {
        let mut stock = stock();
        assert_eq!(stock.bin_for(Money::native(50)), Ok(Bin(0)));
        stock.taken(Bin(0)).unwrap();
        assert_eq!(stock.bin_for(Money::native(50)), Ok(Bin(1)));
        assert_eq!(stock.bin_for(Money::native(7)), Ok(Bin(1)), "an unmarked carrier holds any amount");
    }

    #[test]
    fn f1_bins_are_low_and_empty() {
        let mut stock = stock();
        assert_eq!(stock.low().map(|(bin, _)| bin.0).collect::<Vec<_>>(), [0, 2]);
        for _ in 0..3 {
            stock.taken(Bin(1)).unwrap();
        }
        assert_eq!(stock.taken(Bin(1)), Err(StockError::Empty));
        assert_eq!(stock.bin_for(Money::native(100)), Err(StockError::Empty));
        stock.filled(Bin(2), 20).unwrap();
        assert_eq!(stock.bin_for(Money::native(100)), Ok(Bin(2)));
        assert_eq!(stock.filled(Bin(9), 1), Err(StockError::NoBin(Bin(9))));
    }

    /// What is printed on cards does not change because somebody mends a number in a file.
    #[test]
    fn f1_f8_a_bin_that_is_marked_otherwise_counts_as_empty() {
        let euros = |units| Some(Money { currency: CurrencyId::Asset(1), units });
        let bin = |marked, count, low| Blanks { marked, count, low };
        let before = Stock::new(vec![bin(euros(20_000), 7, 1), bin(None, 5, 1), bin(euros(50), 9, 1)]);
        let file = Stock::new(vec![bin(euros(2_000), 20, 3), bin(None, 20, 3)]);
        let (now, changed) = before.configured(&file);
        assert_eq!(now, Stock::new(vec![bin(euros(2_000), 0, 3), bin(None, 5, 3)]));
        assert_eq!(changed, [Bin(0)]);
        // A bin more, too: it may have been there before. The same file again changes nothing.
        let more = Stock::new(vec![bin(euros(2_000), 20, 3), bin(None, 20, 3), bin(euros(50), 20, 3)]);
        let (now, changed) = now.configured(&more);
        assert_eq!(now, Stock::new(vec![bin(euros(2_000), 0, 3), bin(None, 5, 3), bin(euros(50), 0, 3)]));
        assert_eq!(changed, [Bin(2)]);
        assert_eq!(now.configured(&more), (now.clone(), vec![]));
    }

    #[test]
    fn f8_a_marked_carrier_holds_no_other_amount() {
        let stock = Stock::new(vec![Blanks { marked: Some(Money::native(50)), count: 9, low: 1 }]);
        assert_eq!(stock.bin_for(Money::native(51)), Err(StockError::NoSuchDenomination));
        let euros = Money { currency: CurrencyId::Asset(1), units: 50 };
        assert_eq!(stock.bin_for(euros), Err(StockError::NoSuchDenomination), "50 of another currency");
    }
}
