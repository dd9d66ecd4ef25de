//! The operator's configuration file.

use crate::policy::Policy;
use serde::{Deserialize, Serialize};
use specie_link::{
    amount::{AmountError, Written},
    signer::{self, pkcs11::SCHEME, SignerError},
    Signer,
};
use specie_ops::{
    operators::Operators,
    stock::{Blanks, Stock},
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A bin, as the operator has filled it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinConfig {
    /// What is printed on its cards already, `"50"` or `"20 EUR"`; left out: nothing.
    pub marked: Option<Written>,
    /// How many there are, when the journal is begun.
    pub count: u32,
    /// From how many on the operator is told.
    #[serde(default = "low")]
    pub low: u32,
}

const fn low() -> u32 {
    5
}

/// How the machine reads cards.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReaderConfig {
    /// Cards in software, in this process.
    #[default]
    InProcess,
    /// A reader of the machine's PC/SC service.
    Pcsc {
        /// A part of its name, as `specie card list` shows it; or its number, from 0, which may be another tomorrow.
        name: String,
        /// The port of its slot, when it is a virtual one that the simulation puts cards into.
        slot: Option<u16>,
    },
}

/// The file `atm.toml`. Paths are relative to its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Nodes to ask, the preferred first: `ws://…` or `wss://…`.
    pub nodes: Vec<String>,
    /// The genesis hash of the chain, `0x` and hex: a node of another chain is never believed.
    pub genesis: String,
    /// The machine's key: a file with its secret, an encrypted keystore, or a token's key by its `pkcs11:` URI
    /// ([`specie_link::signer`]).
    pub key: String,
    /// The file with the keystore's passphrase on its first line.
    pub passphrase: Option<PathBuf>,
    /// The journal.
    pub journal: PathBuf,
    /// The reader.
    #[serde(default)]
    pub reader: ReaderConfig,
    /// Whether the machine takes cash for fees.
    #[serde(default)]
    pub takes_cash: bool,
    /// The bins, from number 0 on.
    pub bins: Vec<BinConfig>,
    /// What the operator decides.
    #[serde(default)]
    pub policy: Policy,
    /// How the machine is watched over.
    #[serde(default)]
    pub operations: Operations,
    /// The services that drive its devices, for `specie-atm run`.
    pub drivers: Option<Drivers>,
    /// Who looks after it.
    #[serde(default)]
    pub operators: Operators,
}

/// The XFS4IoT services that drive the machine's devices, by their addresses: `ws://127.0.0.1:5846/xfs4iot/v1.0/CardReader`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Drivers {
    /// What moves cards.
    pub cards: String,
    /// The storage unit of each bin.
    pub bins: Vec<String>,
    /// The storage unit that cards are kept in.
    pub retain: String,
    /// Whether the same service reads the chip of the card at the station; else `reader` does.
    #[serde(default)]
    pub chip: bool,
    /// What prints on cards.
    pub card_printer: String,
    /// The form of a card's face: fields `amount`, `date`, `serial`, `product`.
    pub face_form: String,
    /// What it is printed on.
    pub face_media: String,
    /// What prints receipts.
    pub receipt_printer: String,
    /// What takes cash, if anything does.
    pub acceptor: Option<Acceptor>,
    /// What senses the doors, if anything does.
    pub auxiliaries: Option<String>,
}

/// A service that takes notes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Acceptor {
    /// Its address.
    pub service: String,
    /// The notes' currency, ISO 4217.
    pub currency: String,
    /// How many of the smallest units of the cash a unit of a note's value is: 100 cents.
    pub minor: u64,
}

/// How the machine is watched over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Operations {
    /// How many cards the operator's compartment has room for: at nine tenths there is an alarm, and when it is full nobody is served.
    pub compartment: u32,
    /// Where alarms are sent: `https://…`.
    pub webhooks: Vec<String>,
    /// Where figures for Prometheus are served, `127.0.0.1:9616`; left out: nowhere.
    pub metrics: Option<SocketAddr>,
}

impl Default for Operations {
    fn default() -> Self {
        Self { compartment: 100, webhooks: Vec::new(), metrics: None }
    }
}

impl Config {
    /// Who signs for the machine. `folder`: where the file is.
    pub fn signer(&self, folder: &Path) -> Result<Arc<dyn Signer>, SignerError> {
        let named = match self.key.starts_with(SCHEME) {
            true => self.key.clone(),
            false => folder.join(&self.key).display().to_string(),
        };
        signer::open(&named, |_| {
            let missing = || std::io::Error::other("a keystore needs passphrase = \"FILE\" in the configuration");
            let file = folder.join(self.passphrase.as_ref().ok_or_else(missing)?);
            let named =
                |error: std::io::Error| std::io::Error::new(error.kind(), format!("{}: {error}", file.display()));
            let text = std::fs::read_to_string(&file).map_err(named)?;
            Ok(text.lines().next().unwrap_or_default().trim().to_owned())
        })
    }

    /// The genesis hash; `None`: it is not one.
    pub fn genesis(&self) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(self.genesis.trim_start_matches("0x"), &mut bytes).ok()?;
        Some(bytes)
    }

    /// What the machine holds when its journal is begun. An error: a bin is marked with what the machine does not deal in.
    pub fn stock(&self) -> Result<Stock, AmountError> {
        let blanks = |&BinConfig { ref marked, count, low }: &BinConfig| {
            let marked = marked.as_ref().map(|marked| self.policy.currencies.read(marked)).transpose()?;
            Ok(Blanks { marked, count, low })
        };
        Ok(Stock::new(self.bins.iter().map(blanks).collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        policy::PolicyError,
        settings::{self, Wrong},
    };
    use specie_link::{amount::UNIT, money::Money};
    use specie_primitives::ids::CurrencyId;

    /// The operator's handbook shows a file that can be used.
    #[test]
    fn the_configuration_of_the_documents_is_one() {
        let text = include_str!("../../../docs/atm.md");
        let shown = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let config: Config = toml::from_str(shown).unwrap();
        assert_eq!(settings::wrong(&config), []);
        assert_eq!(config.stock().unwrap().bins().count(), 3);
        assert_eq!(config.policy.identification.accounts.len(), 1);
    }

    #[test]
    fn a_configuration_is_read_as_it_is_written() {
        let text = r#"
            nodes = ["ws://127.0.0.1:9944"]
            genesis = "0x0101010101010101010101010101010101010101010101010101010101010101"
            key = "machine.key"
            journal = "journal"
            reader = { pcsc = { name = "ACR122U" } }
            [[bins]]
            marked = "100"
            count = 20
            [[bins]]
            marked = "20 EUR"
            count = 5
            [policy]
            amounts = ["10", "0.5", "20.50 EUR"]
            order-fees = ["0 EUR"]
            [[policy.currencies]]
            id = "asset:1"
            symbol = "EUR"
            decimals = 2
            [policy.waits]
            customer = 5
        "#;
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!(config.reader, ReaderConfig::Pcsc { name: "ACR122U".into(), slot: None });
        assert_eq!(config.policy.waits.customer, 5);
        assert_eq!(config.policy.waits.taking, Policy::default().waits.taking);
        assert_eq!(config.genesis(), Some([1; 32]));
        let written = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<Config>(&written).unwrap(), config);
        assert!(toml::from_str::<Config>(&text.replace("customer", "costumer")).is_err(), "a typing mistake");

        let euros = Money { currency: CurrencyId::Asset(1), units: 2_000 };
        let marked: Vec<_> = config.stock().unwrap().bins().map(|(_, blanks)| blanks.marked).collect();
        assert_eq!(marked, [Some(Money::native(100 * UNIT)), Some(euros)]);
        let amounts = |text: &str| -> Vec<AmountError> {
            let wrong = settings::wrong(&toml::from_str::<Config>(text).unwrap());
            let amount = |wrong| match wrong {
                Wrong::Policy(PolicyError::Amount { source, .. }) => Some(source),
                _ => None,
            };
            wrong.into_iter().filter_map(amount).collect()
        };
        assert!(amounts(text).is_empty());
        let dark = amounts(&text.replace("symbol = \"EUR\"", "symbol = \"USD\""));
        assert!(dark.contains(&AmountError::UnknownCurrency("EUR".into())), "{dark:?}");
        let fine = amounts(&text.replace("decimals = 2", "decimals = 0"));
        assert!(fine.contains(&AmountError::TooFine(0)), "{fine:?}");
        for (right, wrong) in
            [("asset:1", "asset:x"), ("decimals = 2", ""), ("EUR\"\n            dec", "SPC\"\n dec")]
        {
            assert!(toml::from_str::<Config>(&text.replace(right, wrong)).is_err(), "{wrong}");
        }
    }
}
