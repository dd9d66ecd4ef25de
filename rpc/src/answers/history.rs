//! What happened to a carrier.

use specie_indexer::core::HistoryRow;
use specie_primitives::{
    acts::{Actor as Acted, Cause as Why},
    index::Happening,
};
use specie_rpc_types::{Account, Actor, Cause, Happened, Hash, HistoryEntry};

/// The answer for an entry.
pub fn history_entry(row: &HistoryRow) -> HistoryEntry {
    HistoryEntry {
        block: row.position.block,
        block_hash: Hash(row.block.0),
        timestamp: row.timestamp,
        extrinsic: row.extrinsic,
        event: row.position.event,
        is_final: row.is_final,
        what: happened(&row.what),
    }
}

fn by(actor: &Acted<[u8; 32]>) -> Actor {
    match actor {
        Acted::Account(account) => Actor::Account { account: Account(*account) },
        Acted::Council { motion } => Actor::Council { motion: Hash(*motion) },
        Acted::Root => Actor::Root,
    }
}

fn why(cause: &Why) -> Cause {
    Cause { code: cause.code.into(), document: cause.document.map(Hash) }
}

fn happened(what: &Happening) -> Happened {
    match *what {
        Happening::Initialised { batch, machine, grant, generation, currency, denomination } => {
            Happened::Initialised {
                batch: batch.0,
                machine: Account(machine.0),
                grant,
                generation,
                currency: currency.into(),
                denomination: denomination.map(Into::into),
            }
        }
        Happening::RotatedTo { carrier } => Happened::RotatedTo { carrier: Account(carrier.0) },
        Happening::RotatedFrom { carrier } => Happened::RotatedFrom { carrier: Account(carrier.0) },
        Happening::Funded { amount, by, machine, fee } => Happened::Funded {
            amount: amount.into(),
            by: Account(by),
            machine: machine.map(|machine| Account(machine.0)),
            fee: fee.into(),
        },
        Happening::Received { amount, currency, from } => {
            Happened::Received { amount: amount.into(), currency: currency.into(), from: from.map(Account) }
        }
        Happening::Spent { sequence, purpose, to, amount, fee_to, fee, network_fee, reference } => {
            Happened::Spent {
                sequence,
                purpose: purpose.into(),
                to: Account(to),
                amount: amount.into(),
                fee_to: Account(fee_to),
                fee: fee.into(),
                network_fee: network_fee.into(),
                reference: reference.map(|reference| Hash(reference.0)),
            }
        }
        Happening::Frozen { by: actor, cause } => Happened::Frozen { actor: by(&actor), cause: why(&cause) },
        Happening::Unfrozen { by: actor, cause } => Happened::Unfrozen { actor: by(&actor), cause: why(&cause) },
        Happening::Repaired { denomination, funding_due, by: actor, cause } => Happened::Repaired {
            denomination: denomination.map(Into::into),
            funding_due,
            actor: by(&actor),
            cause: why(&cause),
        },
        Happening::Retired { by: actor, cause } => Happened::Retired { actor: by(&actor), cause: why(&cause) },
        Happening::Unmarked { by: actor, cause } => Happened::Unmarked { actor: by(&actor), cause: why(&cause) },
        Happening::Marked { fraud, by } => Happened::Marked { fraud: fraud.into(), by: Account(by) },
        Happening::Settled { to, amount, currency, by: actor, cause } => Happened::Settled {
            to: Account(to),
            amount: amount.into(),
            currency: currency.into(),
            actor: by(&actor),
            cause: why(&cause),
        },
        Happening::RequestSettled { reference, to, amount, by: actor } => Happened::RequestSettled {
            reference: Hash(reference.0),
            to: Account(to),
            amount: amount.into(),
            actor: by(&actor),
        },
        Happening::RequestReleased { reference, amount, by: actor } => {
            Happened::RequestReleased { reference: Hash(reference.0), amount: amount.into(), actor: by(&actor) }
        }
        Happening::RequestInDoubt { reference, by: actor } => {
            Happened::RequestInDoubt { reference: Hash(reference.0), actor: by(&actor) }
        }
    }
}
