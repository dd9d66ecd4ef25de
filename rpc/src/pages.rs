//! Histories and lists, page by page.

use crate::{
    answers,
    bounds::MAX_LIST,
    error::Error,
    input::{address, position, position_text},
    standing::{head_of, heads_of, Grounds},
};
use specie_indexer::core::{Base, Question};
use specie_primitives::ids::{BatchId, CarrierId, CurrencyId, MachineId, ManufacturerId};
use specie_rpc_types::{Account, BatchRecord, Batches, Currencies, Grants, History, Manufacturers};

/// A batch, at the last final block.
pub fn batch(grounds: &Grounds, id: BatchId) -> Result<BatchRecord, Error> {
    let known = grounds.fresh(&[])?.base().batch(id)?;
    Ok(answers::batch(id, &known.ok_or(Error::UnknownBatch)?))
}

/// A page of a carrier's history, newest first.
pub fn history_page(
    grounds: &Grounds,
    carrier: &str,
    cursor: Option<&str>,
    limit: usize,
) -> Result<History, Error> {
    let carrier = CarrierId(address(carrier)?);
    let before = cursor.map(position).transpose()?;
    let moment = grounds.fresh(&[])?;
    let rows = moment.history(&carrier, before, limit)?;
    let question = Question { carrier: Some(carrier), ..Question::default() };
    let id = moment.facts(&question)?.best.carrier.ok_or(Error::UnknownAddress)?.currency;
    Ok(History {
        entries: rows.iter().map(answers::history_entry).collect(),
        cursor: rows.last().filter(|_| rows.len() == limit).map(|row| position_text(row.position)),
        currency: answers::currency(id, grounds.node.currency(id).as_ref()),
        complete_since: moment.history_since(),
        head: heads_of(&moment),
    })
}

/// A page of a manufacturer's batches.
pub fn batch_list(grounds: &Grounds, maker: ManufacturerId, from: u32) -> Result<Batches, Error> {
    let moment = grounds.fresh(&[])?;
    let base = moment.base();
    let count = base.manufacturer(maker)?.ok_or(Error::UnknownManufacturer)?.batches;
    let next = from.saturating_add(MAX_LIST);
    let mut batches = Vec::new();
    for position in from..next.min(count) {
        let missing = || Error::Internal(format!("batch {position} of manufacturer {} is missing", maker.0));
        let id = base.place(maker, position)?.ok_or_else(missing)?;
        batches.push(answers::batch(id, &base.batch(id)?.ok_or_else(missing)?));
    }
    Ok(Batches { batches, cursor: (next < count).then_some(next), head: heads_of(&moment) })
}

/// A page of manufacturers.
pub fn manufacturer_list(grounds: &Grounds, from: u32) -> Result<Manufacturers, Error> {
    let moment = grounds.fresh(&[])?;
    let next = from.saturating_add(MAX_LIST);
    let mut manufacturers = Vec::new();
    for number in from..next {
        let Some(known) = moment.base().manufacturer(ManufacturerId(number))? else { break };
        manufacturers.push(answers::manufacturer(&known));
    }
    let full = manufacturers.len() == MAX_LIST as usize;
    Ok(Manufacturers { manufacturers, cursor: full.then_some(next), head: heads_of(&moment) })
}

/// A page of currencies, at the last final block.
pub fn currency_list(grounds: &Grounds, from: u32) -> Result<Currencies, Error> {
    let moment = grounds.fresh(&[])?;
    let head = moment.finalized();
    let known = grounds.node.currencies(head.hash, from, MAX_LIST).map_err(Error::Internal)?;
    let next = known.last().filter(|_| known.len() == MAX_LIST as usize).and_then(|last| match last.id {
        CurrencyId::Native => Some(1),
        CurrencyId::Asset(number) => number.checked_add(1),
    });
    Ok(Currencies {
        currencies: known.iter().map(answers::currency_record).collect(),
        cursor: next,
        head: head_of(head),
    })
}

/// A page of a machine's open grants.
pub fn grant_list(grounds: &Grounds, id: MachineId, from: u32) -> Result<Grants, Error> {
    let moment = grounds.fresh(&[])?;
    let known = moment.base().machine(id)?.ok_or(Error::UnknownMachine)?;
    let open = moment.base().open_grants(id, from, MAX_LIST as usize)?;
    let cursor = open.last().filter(|_| open.len() == MAX_LIST as usize).and_then(|last| last.checked_add(1));
    Ok(Grants {
        machine: Account(id.0),
        operator: Account(known.operator),
        suspended: known.suspended,
        may_initialise: known.permissions.initialise,
        open_grants: known.open_grants,
        grants: open,
        cursor,
        head: heads_of(&moment),
    })
}
