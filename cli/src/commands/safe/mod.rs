//! `specie safe`.

mod ask;
mod join;
mod pay;
mod show;

use crate::{
    answer::Answer,
    arguments::{NewSafe, RemedyAct, SafeCommand},
    context::Context,
    error::Error,
    issuer,
};
use serde_json::json;
use specie_link::{answers::Safe, Account, Call};
use specie_primitives::{
    ids::{CarrierId, PoolId},
    pool::{Duties, PoolLock, PoolPolicy, Remedy},
};
use std::collections::BTreeMap;

/// Runs the command.
pub async fn run(context: &Context, command: SafeCommand) -> Result<Answer, Error> {
    match command {
        SafeCommand::Show { pool } => show::content(context, pool).await,
        SafeCommand::Requests { pool } => show::requests(context, pool).await,
        SafeCommand::Create(new) => create(context, &new).await,
        SafeCommand::Party { pool, account, unit, host, unlocker } => {
            let duties = Duties { unit, host, unlocker };
            let words = show::duties(duties);
            let sentence = format!("{account}: {words} of pool {pool}.");
            act(context, pool, Call::change_party(PoolId(pool), account, duties), &sentence).await
        }
        SafeCommand::Policy { pool, lease, approvals } => {
            let safe = find(context, pool).await?;
            let policy =
                PoolPolicy { lease: lease.unwrap_or(safe.lease), approvals: approvals.unwrap_or(safe.approvals) };
            let sentence = format!(
                "Pool {pool} has leases of {} blocks, and is unlocked by {}.",
                policy.lease, policy.approvals
            );
            act(context, pool, Call::change_pool_policy(PoolId(pool), policy), &sentence).await
        }
        SafeCommand::Join(asked) => join::run(context, asked).await,
        SafeCommand::Leave { pool, carrier } => {
            let sentence = format!("{carrier} is a card like any other.");
            act(context, pool, Call::leave_pool(PoolId(pool), CarrierId(carrier.0)), &sentence).await
        }
        SafeCommand::Lead { pool } => {
            let epoch = find(context, pool).await?.epoch;
            let next = epoch.saturating_add(1);
            let sentence = format!("The key's account leads pool {pool}, in epoch {next}.");
            act(context, pool, Call::take_lead(PoolId(pool), epoch), &sentence).await
        }
        SafeCommand::Renew { pool } => {
            let epoch = find(context, pool).await?.epoch;
            let sentence = format!("The key's account leads pool {pool} for another lease, in epoch {epoch}.");
            act(context, pool, Call::renew_lead(PoolId(pool), epoch), &sentence).await
        }
        SafeCommand::StepDown { pool } => {
            let epoch = find(context, pool).await?.epoch;
            let sentence = format!("Nobody leads pool {pool}.");
            act(context, pool, Call::step_down(PoolId(pool), epoch), &sentence).await
        }
        SafeCommand::Lock { pool, lock, as_issuer } => {
            let lock = PoolLock::from(lock);
            let call = Call::lock_pool(PoolId(pool), lock, context.cause);
            let sentence = format!("Pool {pool} is locked: {}.", show::lock(lock));
            match as_issuer {
                true => issuer::act(context, call, &sentence, json!({ "pool": pool })).await,
                false => act(context, pool, call, &sentence).await,
            }
        }
        SafeCommand::Unlock { pool, one_order, number } => unlock(context, pool, one_order, number).await,
        SafeCommand::Ask(asked) => ask::run(context, &asked).await,
        SafeCommand::Pay(asked) => pay::run(context, asked).await,
        SafeCommand::Dissolve { pool } => {
            let sentence = format!("There is no pool {pool} any more.");
            act(context, pool, Call::dissolve_pool(PoolId(pool)), &sentence).await
        }
        SafeCommand::Remedy { pool, remedy } => apply_remedy(context, pool, &remedy).await,
    }
}

async fn act(context: &Context, pool: u32, call: Call, sentence: &str) -> Result<Answer, Error> {
    let included = context.execute(&call).await?;
    Ok(Answer::included(sentence, &included, json!({ "pool": pool })))
}

/// A pool's record.
async fn find(context: &Context, pool: u32) -> Result<Safe, Error> {
    Ok(context.nodes.safe(pool, 0).await.map_err(not_found)?.safe)
}

fn not_found(error: specie_link::ClientError) -> Error {
    match error.has_code(specie_link::answers::ErrorCode::UnknownPool) {
        true => Error::NotFound("no pool has this number".into()),
        false => error.into(),
    }
}

async fn create(context: &Context, new: &NewSafe) -> Result<Answer, Error> {
    let mut parties: BTreeMap<Account, Duties> = BTreeMap::new();
    new.unit.iter().for_each(|unit| parties.entry(*unit).or_default().unit = true);
    new.host.iter().for_each(|host| parties.entry(*host).or_default().host = true);
    new.unlocker.iter().for_each(|unlocker| parties.entry(*unlocker).or_default().unlocker = true);
    let policy = PoolPolicy { lease: new.lease, approvals: new.approvals };
    let included = context.execute(&Call::create_pool(policy, parties.into_iter().collect())).await?;
    let number = included.event("Safes", "PoolCreated").and_then(|event| event.fields.first_chunk().copied());
    let number = number.map(u32::from_le_bytes);
    let sentence = match number {
        Some(number) => format!("Pool {number} is made, and has no cards yet: `specie safe join {number}`."),
        None => "The pool is made.".into(),
    };
    Ok(Answer::included(&sentence, &included, json!({ "pool": number })))
}

async fn unlock(context: &Context, pool: u32, one_order: bool, number: Option<u32>) -> Result<Answer, Error> {
    let number = match number {
        Some(number) => number,
        None => find(context, pool).await?.lock_number,
    };
    let to = if one_order { PoolLock::OneOrder } else { PoolLock::Open };
    let included = context.execute(&Call::unlock_pool(PoolId(pool), number, to)).await?;
    let is_unlocked = included.event("Safes", "PoolUnlocked").is_some();
    let sentence = match is_unlocked {
        true => format!("Pool {pool} is unlocked: {}.", show::lock(to)),
        false => format!("Agreed. Pool {pool} is locked until more unlockers agree to the same."),
    };
    let facts = json!({ "pool": pool, "number": number, "unlocked": is_unlocked });
    Ok(Answer::included(&sentence, &included, facts))
}

async fn apply_remedy(context: &Context, pool: u32, remedy: &RemedyAct) -> Result<Answer, Error> {
    let id = PoolId(pool);
    if remedy.carry_out {
        let sentence = format!("What was announced for pool {pool} is done.");
        return act(context, pool, Call::carry_out_remedy(id), &sentence).await;
    }
    let (call, sentence) = match remedy.operator {
        Some(operator) => (
            Call::announce_remedy(id, Remedy::Operator(operator.0), context.cause),
            format!("{operator} is going to be the operator of pool {pool} when the delay has passed."),
        ),
        None if remedy.release => {
            context.confirm(&format!("The cards of pool {pool} will be cards like any others"))?;
            (
                Call::announce_remedy(id, Remedy::Release, context.cause),
                format!("The cards of pool {pool} are going to be released when the delay has passed."),
            )
        }
        None => (Call::cancel_remedy(id, context.cause), format!("Pool {pool} stays as it is.")),
    };
    issuer::act(context, call, &sentence, json!({ "pool": pool })).await
}
