//! What a customer's wallet is asked to pay: shown as a QR code (F6, F18).
//!
//! `specie:pay?carrier=5G…&currency=asset:1&amount=2000&machine=5F…&maxFee=150`, amounts in base units of the currency:
//! `native`, or `asset:` and a number. A wallet that knows the chain shows them with the currency's symbol and decimals, and
//! calls `carriers.fund_at` with just these. The chain takes the currency that the carrier has, for good.

use crate::money::Money;
use crate::{Account, Call};
use specie_primitives::{ids::CarrierId, Balance};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A request to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The carrier that is to be paid.
    pub carrier: Account,
    /// What it is to be paid.
    pub amount: Money,
    /// The machine, whose operator gets the fee.
    pub machine: Account,
    /// The most that the fee may be, in base units of the same currency: what the customer has agreed to.
    pub max_fee: Balance,
}

/// A text that is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a request to pay")]
pub struct NotARequest;

impl Request {
    /// The call that pays it.
    pub fn call(&self) -> Call {
        Call::fund_at(CarrierId(self.carrier.0), self.amount.units, self.machine, self.max_fee)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { carrier, amount: Money { currency, units }, machine, max_fee } = self;
        write!(
            f,
            "specie:pay?carrier={carrier}&currency={currency}&amount={units}&machine={machine}&maxFee={max_fee}"
        )
    }
}

impl FromStr for Request {
    type Err = NotARequest;

    fn from_str(text: &str) -> Result<Self, NotARequest> {
        let fields = text.strip_prefix("specie:pay?").ok_or(NotARequest)?;
        let field = |name: &str| {
            fields.split('&').filter_map(|field| field.split_once('=')).find(|(known, _)| *known == name)
        };
        let text = |name: &str| field(name).map(|(_, value)| value).ok_or(NotARequest);
        let account = |name: &str| text(name)?.parse().map_err(|_| NotARequest);
        let sum = |name: &str| text(name)?.parse().map_err(|_| NotARequest);
        let currency = text("currency")?.parse().map_err(|_| NotARequest)?;
        Ok(Self {
            carrier: account("carrier")?,
            amount: Money { currency, units: sum("amount")? },
            machine: account("machine")?,
            max_fee: sum("maxFee")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_primitives::ids::CurrencyId;

    #[test]
    fn f6_f18_a_wallet_reads_what_the_machine_asks() {
        let (carrier, machine) = (Account([1; 32]), Account([2; 32]));
        for currency in [CurrencyId::Native, CurrencyId::Asset(7)] {
            let request = Request { carrier, amount: Money { currency, units: u128::MAX }, machine, max_fee: 7 };
            let text = request.to_string();
            assert_eq!(text.parse(), Ok(request));
            let nameless = text.replace(&format!("&currency={currency}"), "");
            for wrong in
                [&nameless, &text.replace("&amount=", "&amount=1.5"), &text.replace("carrier=", "carrier=x")]
            {
                assert_eq!(wrong.parse::<Request>(), Err(NotARequest), "{wrong}");
            }
        }
        for wrong in ["", "specie:pay?", "http://x"] {
            assert_eq!(wrong.parse::<Request>(), Err(NotARequest));
        }
    }
}
