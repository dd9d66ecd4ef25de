//! A card's order with its signature, as one text: what is kept when sending it was interrupted.

use crate::{error::Error, parse::Bytes, show};
use serde_json::{json, Value};
use specie_link::{amount::Currency, Account, OrderFate};
use specie_primitives::{
    crypto::Signature,
    order::{self, Order, Purpose, EVERYTHING},
    wire::Wire,
    Balance,
};

/// An order and its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedOrder {
    /// The order.
    pub order: Order,
    /// The currency key's signature.
    pub signature: Signature,
}

impl SignedOrder {
    /// `0x`, the order's 220 bytes, scheme and signature.
    pub fn text(&self) -> String {
        show::hex_of(&[self.order.to_vec(), self.signature.to_vec()].concat())
    }

    /// From the same.
    pub fn read(Bytes(bytes): &Bytes) -> Result<Self, Error> {
        let wrong = |why: &dyn std::fmt::Display| Error::Usage(format!("not an order with its signature: {why}"));
        let Some((order, signature)) = bytes.split_at_checked(order::LEN) else {
            return Err(wrong(&format_args!("{} bytes are too few", bytes.len())));
        };
        let order = Order::from_wire(order).map_err(|error| wrong(&error))?;
        let signature = Signature::from_wire(signature).map_err(|error| wrong(&error))?;
        Ok(Self { order, signature })
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let order = &self.order;
        json!({
            "order": self.text(),
            "genesis": show::hex_of(&order.genesis),
            "carrier": Account(order.carrier.0),
            "purpose": purpose(order.purpose),
            "sequence": order.sequence,
            "to": Account(order.to),
            "amount": (order.amount != EVERYTHING).then(|| order.amount.to_string()),
            "fee": order.fee.to_string(),
            "feeTo": Account(order.fee_to),
            "validUntil": order.valid_until,
            "reference": order.request().map(|reference| show::hex_of(&reference.0)),
            "epoch": order.epoch,
        })
    }

    /// For people.
    pub fn table(&self) -> String {
        let order = &self.order;
        show::facts(&[
            ("carrier", Account(order.carrier.0).to_string()),
            ("purpose", purpose(order.purpose).into()),
            ("sequence", order.sequence.to_string()),
            ("to", Account(order.to).to_string()),
            ("amount", amount(order.amount)),
            ("fee", amount(order.fee)),
            ("fee to", Account(order.fee_to).to_string()),
            ("valid until", format!("block {}", order.valid_until)),
            ("chain", show::hex_of(&order.genesis)),
        ])
    }
}

/// An order does not say what its card's money is.
fn amount(units: Balance) -> String {
    match units {
        EVERYTHING => "everything".into(),
        units => format!("{} if the card's money is SPC; {units} base units", show::spc(units)),
    }
}

/// As the RPC has it.
const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Transfer => "transfer",
        Purpose::CashOut => "cashOut",
        Purpose::Hold => "hold",
    }
}

/// What became of it, for people and programs.
pub fn fate(fate: &OrderFate, currency: &Currency) -> (String, Value) {
    match fate {
        OrderFate::Executed { amount, block } => (
            format!("Paid: {}.\nFinal in block {block}.", currency.show(*amount)),
            json!({ "state": "executed", "amount": amount.to_string(), "currency": currency, "block": block }),
        ),
        OrderFate::Dead(why) => {
            (format!("Not paid, and it never will be: {why}."), json!({ "state": "dead", "why": why }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;
    use specie_primitives::{ids::CarrierId, order::NO_REFERENCE};

    #[test]
    fn f12_an_order_is_read_as_it_is_written() {
        let order = Order {
            genesis: [1; 32],
            carrier: CarrierId([2; 32]),
            purpose: Purpose::CashOut,
            sequence: 3,
            to: [4; 32],
            amount: EVERYTHING,
            fee: 5,
            fee_to: [6; 32],
            valid_until: 7,
            reference: NO_REFERENCE,
            epoch: 0,
        };
        for signature in [Signature::P256([8; 64]), Signature::Ed25519([8; 64])] {
            let signed = SignedOrder { order, signature };
            assert_eq!(SignedOrder::read(&parse::bytes(&signed.text()).unwrap()).unwrap(), signed);
            let cut = Bytes(parse::bytes(&signed.text()).unwrap().0[..200].to_vec());
            assert!(SignedOrder::read(&cut).is_err());
        }
        assert!(SignedOrder::read(&Bytes(vec![])).is_err());
        assert!(SignedOrder::read(&Bytes(vec![0; 250])).is_err());
    }
}
