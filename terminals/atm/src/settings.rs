//! Settings that cannot work: all of them at once, before the machine does anything.

use crate::{config::Config, policy::PolicyError};
use specie_link::Account;
use specie_ops::webhook;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Settings cannot work.
    #[error("{path}: {}", .wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Settings {
        /// The file.
        path: PathBuf,
        /// Which, and why.
        wrong: Vec<Wrong>,
    },
}

/// Reads a configuration, and refuses what cannot work.
pub fn read(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.into(), source })?;
    let format = |source| ConfigError::Format { path: path.into(), source: Box::new(source) };
    let config: Config = toml::from_str(&text).map_err(format)?;
    match wrong(&config) {
        wrong if wrong.is_empty() => Ok(config),
        wrong => Err(ConfigError::Settings { path: path.into(), wrong }),
    }
}

/// A setting that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Wrong {
    /// No node is named.
    #[error("nodes: no node is named")]
    NoNode,
    /// That is no address of a node, or of a service.
    #[error("{list}: {address:?} is no address: ws://HOST:PORT or wss://HOST")]
    Address {
        /// Where the file has it.
        list: &'static str,
        /// The text.
        address: String,
    },
    /// The genesis hash is none.
    #[error("genesis: not 0x and 64 digits of hex; `specie health` shows it")]
    Genesis,
    /// The machine has no bin.
    #[error("bins: there is none")]
    NoBin,
    /// The machine speaks no language.
    #[error("policy.languages: there is none")]
    NoLanguage,
    /// More nodes are to agree than there are, or none.
    #[error("policy.agreeing-nodes: {wanted} are to agree, and {nodes} are named")]
    Agreeing {
        /// How many are to agree.
        wanted: usize,
        /// How many there are.
        nodes: usize,
    },
    /// An account has a role that nobody has described.
    #[error("policy.identification.accounts: {account} has the role {role:?}, which policy.identification.roles does not describe")]
    Role {
        /// The account.
        account: Account,
        /// Its role.
        role: String,
    },
    /// Alarms cannot be sent there.
    #[error("operations.webhooks: {0:?} is no address: http://… or https://…")]
    Webhook(String),
    /// The drivers have other bins than the machine.
    #[error("drivers.bins: {units} storage units are named, and the machine has {bins} bins")]
    Bins {
        /// How many storage units.
        units: usize,
        /// How many bins.
        bins: usize,
    },
    /// Cash is taken, and nothing takes it; or nothing is said of it.
    #[error("drivers.acceptor: takes-cash is {takes_cash}, and an acceptor is {}", if *takes_cash { "not named" } else { "named" })]
    Acceptor {
        /// Whether the machine takes cash.
        takes_cash: bool,
    },
    /// What the operator has decided.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// What in a configuration cannot work, in the order of the file.
pub fn wrong(config: &Config) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let nodes = config.nodes.len();
    if nodes == 0 {
        wrong.push(Wrong::NoNode);
    }
    wrong.extend(no_addresses("nodes", &config.nodes));
    if config.genesis().is_none() {
        wrong.push(Wrong::Genesis);
    }
    if config.bins.is_empty() {
        wrong.push(Wrong::NoBin);
    }
    let policy = &config.policy;
    if policy.languages.is_empty() {
        wrong.push(Wrong::NoLanguage);
    }
    let wanted = policy.agreeing_nodes;
    if wanted == 0 || (wanted > nodes && nodes > 0) {
        wrong.push(Wrong::Agreeing { wanted, nodes });
    }
    let who = &policy.identification;
    let undescribed = who.accounts.iter().filter(|(_, role)| !who.roles.contains_key(*role));
    wrong.extend(undescribed.map(|(account, role)| Wrong::Role { account: *account, role: role.clone() }));
    let webhooks = config.operations.webhooks.iter().filter(|address| !webhook::is_address(address));
    wrong.extend(webhooks.cloned().map(Wrong::Webhook));
    wrong.extend(policy.check().err().map(Wrong::Policy));
    let stock = config.stock().map_err(|source| PolicyError::Amount { list: "bins.marked", source });
    wrong.extend(stock.err().map(Wrong::Policy));
    let Some(drivers) = &config.drivers else { return wrong };
    let services = [&drivers.cards, &drivers.card_printer, &drivers.receipt_printer].into_iter();
    let acceptor = drivers.acceptor.iter().map(|acceptor| &acceptor.service);
    wrong.extend(no_addresses("drivers", services.chain(acceptor).chain(&drivers.auxiliaries)));
    let (units, bins) = (drivers.bins.len(), config.bins.len());
    if units != bins {
        wrong.push(Wrong::Bins { units, bins });
    }
    if config.takes_cash != drivers.acceptor.is_some() {
        wrong.push(Wrong::Acceptor { takes_cash: config.takes_cash });
    }
    wrong
}

fn no_addresses<'a>(
    list: &'static str,
    addresses: impl IntoIterator<Item = &'a String>,
) -> impl Iterator<Item = Wrong> {
    let wrong = addresses.into_iter().filter(|address| !is_websocket(address));
    wrong.map(move |address| Wrong::Address { list, address: address.clone() }).collect::<Vec<_>>().into_iter()
}

/// Whether it is an address of a service that is spoken to over a WebSocket.
fn is_websocket(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("ws://").or_else(|| address.strip_prefix("wss://")) else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    // A port, if there is one; the colons of an IPv6 address stand in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_plain = |text: &str| text.chars().all(|letter| letter.is_ascii_graphic());
    !host.is_empty() && is_plain(rest) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one() {
        for right in
            ["ws://127.0.0.1:9944", "wss://node.bank.example", "ws://[::1]:9944/", "ws://a/xfs4iot/v1.0/CardReader"]
        {
            assert!(is_websocket(right), "{right}");
        }
        for wrong in [
            "",
            "127.0.0.1:9944",
            "http://a",
            "ws://",
            "ws://:9944",
            "ws://a:0",
            "ws://a:99999",
            "ws://a b",
            "ws:/a",
        ] {
            assert!(!is_websocket(wrong), "{wrong}");
        }
    }

    #[test]
    fn everything_that_cannot_work_is_told_at_once() {
        let text = r#"
            nodes = ["127.0.0.1:9944"]
            genesis = "0x01"
            key = "machine.key"
            journal = "journal"
            takes-cash = true
            bins = []
            [policy]
            languages = []
            agreeing-nodes = 2
            amounts = ["20 EUR"]
            [policy.identification.accounts]
            5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY = "boss"
            [operations]
            webhooks = ["ftp://a"]
            [drivers]
            cards = "ws://a"
            bins = ["unit1"]
            retain = "unit2"
            card-printer = "a"
            face-form = "face"
            face-media = "card"
            receipt-printer = "ws://a"
        "#;
        let config: Config = toml::from_str(text).unwrap();
        let said: Vec<String> = wrong(&config).iter().map(ToString::to_string).collect();
        for (place, words) in [
            "nodes: \"127.0.0.1:9944\" is no address",
            "genesis: not 0x",
            "bins: there is none",
            "policy.languages: there is none",
            "policy.agreeing-nodes: 2 are to agree, and 1 are named",
            "has the role \"boss\"",
            "operations.webhooks: \"ftp://a\"",
            "amounts: the machine does not deal in EUR",
            "drivers: \"a\" is no address",
            "drivers.bins: 1 storage units are named, and the machine has 0 bins",
            "takes-cash is true, and an acceptor is not named",
        ]
        .iter()
        .enumerate()
        {
            assert!(said.get(place).is_some_and(|said| said.contains(words)), "{words}: {said:#?}");
        }
        assert_eq!(said.len(), 11, "{said:#?}");
        let none = Config { nodes: Vec::new(), ..config };
        assert_eq!(wrong(&none).first(), Some(&Wrong::NoNode));
    }
}
