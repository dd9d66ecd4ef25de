//! What a customer's wallet is asked to pay: shown as a QR code (F6, F18).
//!
//! `specie:pay?carrier=5G…&amount=100.5&machine=5F…&maxFee=1.5`, amounts in SPC. A wallet that knows the chain calls
//! `carriers.fund_at` with just these.

use specie_client::{amount, Account, Call};
use specie_primitives::{ids::CarrierId, Balance};
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A request to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The carrier that is to be paid.
    pub carrier: Account,
    /// Base units.
    pub amount: Balance,
    /// The machine, whose operator gets the fee.
    pub machine: Account,
    /// The most that the fee may be, in base units: what the customer has agreed to.
    pub max_fee: Balance,
}

/// A text that is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a request to pay")]
pub struct NotARequest;

impl Request {
    /// The call that pays it.
    pub fn call(&self) -> Call {
        Call::fund_at(CarrierId(self.carrier.0), self.amount, self.machine, self.max_fee)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sum, fee) = (amount::format(self.amount), amount::format(self.max_fee));
        write!(f, "specie:pay?carrier={}&amount={sum}&machine={}&maxFee={fee}", self.carrier, self.machine)
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
        let sum = |name: &str| amount::parse(text(name)?).map_err(|_| NotARequest);
        Ok(Self {
            carrier: account("carrier")?,
            amount: sum("amount")?,
            machine: account("machine")?,
            max_fee: sum("maxFee")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f6_f18_a_wallet_reads_what_the_machine_asks() {
        let (carrier, machine) = (Account([1; 32]), Account([2; 32]));
        let request = Request { carrier, amount: amount::UNIT / 2, machine, max_fee: 7 };
        assert_eq!(request.to_string().parse(), Ok(request));
        for wrong in ["", "specie:pay?", "specie:pay?carrier=x&amount=1&machine=y&maxFee=0", "http://x"] {
            assert_eq!(wrong.parse::<Request>(), Err(NotARequest));
        }
    }
}
