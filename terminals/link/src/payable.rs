//! Whether the chain can execute an order, as far as it can be known before a card signs it.
//!
//! A card that has signed an order is `unsafe` until the order is executed or dead: what the chain would refuse in any case is
//! not signed.

use specie_primitives::{
    order::{Order, EVERYTHING},
    Balance,
};
use thiserror::Error;

/// Why an order cannot be executed. Amounts in base units of the card's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotPayable {
    /// The payee is the carrier itself.
    #[error("the payee is the carrier itself")]
    ToItself,
    /// The carrier holds nothing.
    #[error("there is nothing to pay out")]
    Nothing,
    /// What would be paid is less than an account may hold.
    #[error("the amount is too little to pay: {paid} base units, and an account holds {minimum} at the least")]
    TooLittle {
        /// What would be paid.
        paid: Balance,
        /// The least.
        minimum: Balance,
    },
    /// What would be left is less than an account may hold.
    #[error("{left} base units would be left, which is too little to be kept: take everything, or less")]
    TooLittleLeft {
        /// What would be left.
        left: Balance,
    },
    /// The carrier holds less than the amount and the fee.
    #[error("the carrier holds {held} base units, which is less than the amount and the fee of {fee}")]
    TooMuch {
        /// What it holds.
        held: Balance,
        /// The fee.
        fee: Balance,
    },
}

/// Whether a carrier that holds so much can pay an order; `minimum`: the least that an account holds of the currency.
pub fn check(order: &Order, held: Balance, minimum: Balance) -> Result<(), NotPayable> {
    if order.to == order.carrier.0 {
        return Err(NotPayable::ToItself);
    }
    if held == 0 {
        return Err(NotPayable::Nothing);
    }
    let too_much = NotPayable::TooMuch { held, fee: order.fee };
    let rest = held.checked_sub(order.fee).ok_or(too_much)?;
    let paid = if order.amount == EVERYTHING { rest } else { order.amount };
    let left = rest.checked_sub(paid).ok_or(too_much)?;
    if paid < minimum {
        return Err(NotPayable::TooLittle { paid, minimum });
    }
    if left > 0 && left < minimum {
        return Err(NotPayable::TooLittleLeft { left });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_primitives::{
        ids::CarrierId,
        order::{Purpose, NO_REFERENCE},
    };

    const UNIT: Balance = 1_000;
    const FEE: Balance = 5;
    const MINIMUM: Balance = 10;

    fn order(amount: Balance) -> Order {
        Order {
            genesis: [0; 32],
            carrier: CarrierId([1; 32]),
            purpose: Purpose::Transfer,
            sequence: 1,
            to: [2; 32],
            amount,
            fee: FEE,
            fee_to: [2; 32],
            valid_until: 60,
            reference: NO_REFERENCE,
            epoch: 0,
        }
    }

    #[test]
    fn f12_orders_that_the_chain_takes() {
        for amount in [EVERYTHING, UNIT, 10 * UNIT - FEE, 10 * UNIT - FEE - MINIMUM] {
            assert_eq!(check(&order(amount), 10 * UNIT, MINIMUM), Ok(()), "{amount}");
        }
        assert_eq!(check(&order(EVERYTHING), FEE + MINIMUM, MINIMUM), Ok(()));
    }

    #[test]
    fn f12_orders_that_the_chain_refuses() {
        let (held, minimum) = (10 * UNIT, MINIMUM);
        for (amount, held, why) in [
            (EVERYTHING, 0, NotPayable::Nothing),
            (EVERYTHING, FEE - 1, NotPayable::TooMuch { held: FEE - 1, fee: FEE }),
            (EVERYTHING, FEE + 1, NotPayable::TooLittle { paid: 1, minimum }),
            (0, held, NotPayable::TooLittle { paid: 0, minimum }),
            (held, held, NotPayable::TooMuch { held, fee: FEE }),
            (Balance::MAX - 1, held, NotPayable::TooMuch { held, fee: FEE }),
            (held - FEE - 1, held, NotPayable::TooLittleLeft { left: 1 }),
        ] {
            assert_eq!(check(&order(amount), held, MINIMUM), Err(why), "{amount} of {held}");
        }
        assert_eq!(check(&Order { to: [1; 32], ..order(EVERYTHING) }, UNIT, MINIMUM), Err(NotPayable::ToItself));
    }
}
