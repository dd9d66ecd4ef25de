//! `specie safe show` and `specie safe requests`.

use super::not_found;
use crate::{answer::Answer, commands::currency, context::Context, error::Error, show};
use serde_json::json;
use specie_link::answers::{Party, RequestRecord, Safe, SafeMember};
use specie_primitives::pool::{Duties, PoolLock};

/// A safe, and every card of it.
pub async fn content(context: &Context, pool: u32) -> Result<Answer, Error> {
    let content = context.nodes.safe(pool, usize::MAX).await.map_err(not_found)?;
    let mut text = record(&content.safe);
    text.push('\n');
    let party = |party: &Party| vec![party.account.to_string(), duties(of(party))];
    text.push_str(&show::listing(&["party", "duties"], content.safe.parties.iter().map(party).collect()));
    text.push('\n');
    let row = |member: &SafeMember| {
        let verdict = &member.verdict;
        let currency = verdict.currency.clone().unwrap_or_else(specie_link::amount::Currency::native);
        let balance = verdict.balance.as_ref().and_then(|balance| balance.finalized);
        let balance = balance.map_or_else(|| "?".into(), |balance| currency.show(balance.0));
        vec![member.address.to_string(), format!("{}/{}", verdict.state, verdict.reason), balance]
    };
    text.push_str(&show::listing(&["card", "verdict", "holds"], content.members.iter().map(row).collect()));
    Ok(Answer::new(text, json!(content)))
}

/// What is asked of a safe.
pub async fn requests(context: &Context, pool: u32) -> Result<Answer, Error> {
    let requests = context.nodes.safe_requests(pool).await.map_err(not_found)?;
    let mut rows = Vec::new();
    for request in &requests {
        rows.push(row(context, request).await?);
    }
    let header = ["request", "state", "asks for", "payee", "until block", "paid by"];
    Ok(Answer::new(show::listing(&header, rows), json!({ "requests": requests })))
}

async fn row(context: &Context, request: &RequestRecord) -> Result<Vec<String>, Error> {
    let amount = match request.currency.known() {
        Some(id) => {
            let currency = currency::named(context, id).await?;
            match request.least == request.most {
                true => currency.show(request.least.0),
                false => format!("{} to {}", currency.show(request.least.0), currency.show(request.most.0)),
            }
        }
        None => format!("{} base units of {}", request.least.0, request.currency),
    };
    Ok(vec![
        request.reference.to_string(),
        request.state.to_string(),
        amount,
        request.payee.to_string(),
        request.expires.to_string(),
        request.carrier.map_or_else(|| "-".into(), |carrier| carrier.to_string()),
    ])
}

fn record(safe: &Safe) -> String {
    let lock = match safe.lock.known() {
        Some(known) => format!("{}: {}", safe.lock, lock(known)),
        None => safe.lock.to_string(),
    };
    let leader = match safe.leader {
        Some(leader) => format!("{leader}, until block {}", safe.lease_until),
        None => "nobody".into(),
    };
    show::facts(&[
        ("pool", safe.pool.to_string()),
        ("operator", safe.operator.to_string()),
        ("cards", safe.members.to_string()),
        ("leads", leader),
        ("epoch", safe.epoch.to_string()),
        ("lease", format!("{} blocks", safe.lease)),
        ("lock", lock),
        ("lock number", safe.lock_number.to_string()),
        ("unlockers that have to agree", safe.approvals.to_string()),
        ("released by the issuer", show::yes(safe.released).into()),
    ])
}

const fn of(party: &Party) -> Duties {
    Duties { unit: party.unit, host: party.host, unlocker: party.unlocker }
}

/// `unit, host`; `no duty`.
pub fn duties(duties: Duties) -> String {
    let all = [(duties.unit, "unit"), (duties.host, "host"), (duties.unlocker, "unlocker")];
    let words: Vec<_> = all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    if words.is_empty() {
        return "no duty".into();
    }
    words.join(", ")
}

/// What the cards of a pool do.
pub const fn lock(lock: PoolLock) -> &'static str {
    match lock {
        PoolLock::Open => "its cards pay",
        PoolLock::OneOrder => "its cards pay one more order, and then none",
        PoolLock::NoPayout => "its cards pay nobody, and money may come in",
        PoolLock::NoChange => "nothing goes out, and no order and no machine pays anything in",
    }
}
