//! The customer's wallet: answers what the machine's screen shows as a code.

use specie_link::{
    amount::{AmountError, Currency, Written},
    payment::{NotARequest, Request},
    Account, ClientError, Key, Nodes,
};
use specie_primitives::ids::CurrencyId;
use std::{sync::Arc, time::Duration};
use thiserror::Error;
use tokio::runtime::Runtime;

/// How long a payment may take.
const LIMIT: Duration = Duration::from_secs(120);

/// Why the wallet does nothing.
#[derive(Debug, Error)]
pub enum WalletError {
    /// There is no code on the screen that it knows.
    #[error(transparent)]
    NotARequest(#[from] NotARequest),
    /// The screen does not ask who the customer is.
    #[error("the screen does not ask for an identity")]
    NotAsked,
    /// The amount is of another currency than the card, or cannot be of it.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The chain does not take the payment.
    #[error(transparent)]
    Chain(#[from] ClientError),
}

/// A wallet, with its own way to the chain.
pub struct Wallet {
    key: Key,
    nodes: Arc<Nodes>,
    runtime: Runtime,
}

impl Wallet {
    /// A wallet with this key, through these nodes.
    pub fn new(key: Key, nodes: Arc<Nodes>) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Self { key, nodes, runtime })
    }

    /// Its account.
    pub fn account(&self) -> Account {
        self.key.account()
    }

    /// Signs what the machine asks, and says who signs.
    pub fn sign(&self, code: &str) -> Result<String, WalletError> {
        if !code.starts_with("specie:identify?") {
            return Err(WalletError::NotAsked);
        }
        Ok(format!("{}:0x{}", self.key.account(), hex::encode(self.key.sign(code.as_bytes()))))
    }

    /// Pays what the machine asks, or another amount, and waits until that is final.
    pub fn pay(&self, code: &str, instead: Option<&Written>) -> Result<(), WalletError> {
        let mut request: Request = code.parse()?;
        if let Some(instead) = instead {
            request.amount.units = instead.units(&self.currency(request.amount.currency)?)?;
        }
        self.runtime.block_on(self.nodes.execute(&request.call(), &self.key, LIMIT))?;
        Ok(())
    }

    /// A currency, as the chain writes its amounts.
    fn currency(&self, id: CurrencyId) -> Result<Currency, WalletError> {
        if id == CurrencyId::Native {
            return Ok(Currency::native());
        }
        let known = self.runtime.block_on(self.nodes.currency(id))?;
        let unknown = Currency { id: id.into(), symbol: None, decimals: None };
        Ok(known.as_ref().map_or(unknown, Currency::from))
    }

    /// Lets a payment go its way.
    pub fn pay_and_go(self: &Arc<Self>, code: String, instead: Option<Written>) -> Result<(), WalletError> {
        let _: Request = code.parse()?;
        let wallet = self.clone();
        std::thread::spawn(move || {
            // Whether it came is for the machine to see.
            let _ = wallet.pay(&code, instead.as_ref());
        });
        Ok(())
    }
}
