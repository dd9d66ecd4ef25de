//! A transaction before it is signed: what it says, what it costs, and its file.

use crate::{answer::Answer, error::Error, show};
use serde_json::{json, Value};
use specie_link::{amount::Currency, unsigned::Unsigned, Account, Call, Nodes};
use specie_primitives::Balance;
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a transaction that is carried away may take until it is back. The chain knows its blocks of the last 80 minutes.
const LIFE: Duration = Duration::from_secs(40 * 60);

/// What a call would be as a transaction; into a file, if one is named.
pub async fn prepare(
    nodes: &Nodes,
    call: &Call,
    account: Account,
    save: Option<&PathBuf>,
) -> Result<Answer, Error> {
    let transaction = nodes.prepare(call, account, LIFE).await?;
    let fee = nodes.fee(&transaction).await?;
    let (mut text, mut facts) = (table(&transaction, Some(fee))?, facts(&transaction, Some(fee))?);
    match save {
        None => facts["transaction"] = json!(transaction),
        Some(path) => {
            write(path, &transaction)?;
            let shown = path.display();
            facts["file"] = shown.to_string().into();
            text.push_str(&format!(
                "\nWhere the key is:  specie --key KEY transaction sign {shown}\n\
                 Then, with nodes:  specie transaction send {shown} --signature SIGNATURE\n"
            ));
        }
    }
    Ok(Answer::new(format!("Nothing was signed, and nothing sent.\n{text}"), facts))
}

pub fn table(transaction: &Unsigned, fee: Option<Balance>) -> Result<String, Error> {
    let call = transaction.call()?;
    let mut rows = vec![
        ("chain", show::hex_of(&transaction.genesis)),
        ("account", transaction.account.to_string()),
        ("number", transaction.nonce.to_string()),
        (
            "valid until",
            format!(
                "block {}, while the runtime is version {}",
                transaction.last_block(),
                transaction.spec_version()
            ),
        ),
    ];
    if transaction.tip > 0 {
        rows.push(("tip", Currency::native().show(transaction.tip)));
    }
    if let Some(fee) = fee {
        rows.push(("fee, about", Currency::native().show(fee)));
    }
    rows.push(("signed bytes", show::hex_of(&transaction.payload()?)));
    Ok(format!("{}\n{call:#}\n", show::facts(&rows)))
}

pub fn facts(transaction: &Unsigned, fee: Option<Balance>) -> Result<Value, Error> {
    Ok(json!({
        "genesis": show::hex_of(&transaction.genesis),
        "account": transaction.account,
        "nonce": transaction.nonce,
        "lastBlock": transaction.last_block(),
        "specVersion": transaction.spec_version(),
        "tip": transaction.tip.to_string(),
        "fee": fee.map(|fee| fee.to_string()),
        "call": transaction.call()?,
        "payload": show::hex_of(&transaction.payload()?),
    }))
}

/// A transaction's file.
pub fn read(path: &Path) -> Result<Unsigned, Error> {
    let named = |why: String| Error::Usage(format!("{}: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| named(format!("not a transaction: {error}")))
}

/// Nothing that is there already is written over.
fn write(path: &Path, transaction: &Unsigned) -> Result<(), Error> {
    let named = |why: String| Error::Usage(format!("{}: {why}", path.display()));
    let mut file = fs::File::create_new(path).map_err(|error| named(error.to_string()))?;
    let text = serde_json::to_string(transaction).map_err(|error| named(error.to_string()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| named(error.to_string()))
}
