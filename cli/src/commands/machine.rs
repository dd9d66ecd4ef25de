//! `specie machine`.

use crate::{
    answer::Answer,
    arguments::{MachineCommand, May, NewMachine},
    context::Context,
    error::Error,
    issuer, show,
};
use serde_json::{json, Value};
use specie_link::{Account, Call};
use specie_primitives::records::{FeePolicy, Machine, MachineKind, Permissions};

/// Runs the command.
pub async fn run(context: &Context, command: MachineCommand) -> Result<Answer, Error> {
    match command {
        MachineCommand::List => list(context).await,
        MachineCommand::Show { machine } => show_one(context, machine).await,
        MachineCommand::Register(new) => register(context, &new).await,
        MachineCommand::Suspend { machine } => {
            let sentence = format!("Machine {machine} is stopped: it can do nothing until it is resumed.");
            issuer::act(
                context,
                Call::suspend_machine(machine, context.cause),
                &sentence,
                json!({ "machine": machine }),
            )
            .await
        }
        MachineCommand::Resume { machine } => {
            let sentence = format!("Machine {machine} works again.");
            issuer::act(
                context,
                Call::resume_machine(machine, context.cause),
                &sentence,
                json!({ "machine": machine }),
            )
            .await
        }
        MachineCommand::ChangeOperator { machine, operator, apply, cancel } => {
            let facts = json!({ "machine": machine, "operator": operator });
            if apply {
                let included = context.execute(&Call::apply_operator_change(machine)).await?;
                let sentence = format!("Machine {machine} has the operator that was announced.");
                return Ok(Answer::included(&sentence, &included, facts));
            }
            let (call, sentence) = match operator.filter(|_| !cancel) {
                Some(operator) => (
                    Call::change_operator(machine, operator, context.cause),
                    format!("{operator} may take over machine {machine} when the delay has passed."),
                ),
                None => (
                    Call::cancel_operator_change(machine, context.cause),
                    format!("Machine {machine} keeps its operator."),
                ),
            };
            issuer::act(context, call, &sentence, facts).await
        }
        MachineCommand::Fee { machine, fee } => {
            let included = context.execute(&Call::change_fee(machine, fee)).await?;
            let sentence = format!("Machine {machine} asks {} for funding a carrier.", show::fee(&fee));
            let facts = json!({ "machine": machine, "fee": fee_json(&fee) });
            Ok(Answer::included(&sentence, &included, facts))
        }
    }
}

async fn register(context: &Context, new: &NewMachine) -> Result<Answer, Error> {
    let may = |what| new.may.contains(&what);
    let permissions =
        Permissions { initialise: may(May::Initialise), fund: may(May::Fund), cash_out: may(May::CashOut) };
    let kind = MachineKind::from(new.kind);
    let call = Call::register_machine(new.machine, kind, new.operator, permissions, new.fee_ceiling);
    let (word, rights) = (kind_name(kind), permission_names(permissions).join(", "));
    let sentence = format!("Machine {} is registered ({word}, may: {rights}).", new.machine);
    issuer::act(context, call, &sentence, json!({ "machine": new.machine })).await
}

/// What the chain keeps about a machine.
pub async fn find(context: &Context, machine: Account) -> Result<Machine, Error> {
    let found = context.nodes.machine(machine).await?;
    found.ok_or_else(|| Error::NotFound(format!("no machine is registered under {machine}")))
}

async fn list(context: &Context) -> Result<Answer, Error> {
    let known = context.nodes.machines().await?;
    let row = |(account, it): &(Account, Machine)| {
        let state = if it.suspended { "suspended" } else { "works" };
        let rights = permission_names(it.permissions).join(", ");
        vec![account.to_string(), kind_name(it.kind).into(), state.into(), rights, it.open_grants.to_string()]
    };
    let header = ["machine", "kind", "state", "may", "open grants"];
    let json = |(account, it): &(Account, Machine)| {
        json!({
            "machine": account, "kind": kind_name(it.kind), "operator": Account(it.operator),
            "may": permission_names(it.permissions), "suspended": it.suspended, "openGrants": it.open_grants,
        })
    };
    let machines: Vec<Value> = known.iter().map(json).collect();
    Ok(Answer::new(show::listing(&header, known.iter().map(row).collect()), json!({ "machines": machines })))
}

async fn show_one(context: &Context, machine: Account) -> Result<Answer, Error> {
    let it = find(context, machine).await?;
    let balance = context.nodes.balance(machine).await?;
    let operator = Account(it.operator);
    let rights = permission_names(it.permissions);
    let table = show::facts(&[
        ("machine", machine.to_string()),
        ("kind", kind_name(it.kind).into()),
        ("operator", operator.to_string()),
        ("may", if rights.is_empty() { "nothing".into() } else { rights.join(", ") }),
        ("suspended", show::yes(it.suspended).into()),
        ("open grants", it.open_grants.to_string()),
        ("next grant", it.next_grant.to_string()),
        ("fee", show::fee(&it.fee)),
        ("fee ceiling", show::fee(&it.fee_ceiling)),
        ("balance", show::spc(balance)),
    ]);
    let json = json!({
        "machine": machine,
        "kind": kind_name(it.kind),
        "operator": operator,
        "may": rights,
        "suspended": it.suspended,
        "openGrants": it.open_grants,
        "nextGrant": it.next_grant,
        "fee": fee_json(&it.fee),
        "feeCeiling": fee_json(&it.fee_ceiling),
        "balance": balance.to_string(),
    });
    Ok(Answer::new(table, json))
}

fn fee_json(fee: &FeePolicy) -> Value {
    json!({ "flat": fee.flat.to_string(), "partsPerMillion": fee.parts_per_million })
}

const fn kind_name(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::Atm => "atm",
        MachineKind::Safe => "safe",
        MachineKind::Shop => "shop",
        MachineKind::Vehicle => "vehicle",
        MachineKind::Phone => "phone",
    }
}

fn permission_names(may: Permissions) -> Vec<&'static str> {
    let all = [(may.initialise, "initialise"), (may.fund, "fund"), (may.cash_out, "cash-out")];
    all.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect()
}
