//! A bank's everyday business, as the story and the tests need it: cards, an ATM, a user with money.

use crate::{
    cards::{challenge, CardHost, Factory},
    cast,
    chain::{of_evidence, short, Chain, ChainError, Included},
};
use sp_core::{crypto::Pair as _, sr25519::Pair};
use specie_card::{host::Host, transport::Transport};
pub use specie_primitives::initialisation::CarrierTerms;
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::{BatchId, MachineId, ManufacturerId},
    initialisation::Initialisation,
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    records::{FeePolicy, MachineKind, Permissions},
};
use specie_rpc_types::Verdict;
use specie_runtime::{
    configs::motion::Motion, AccountId, Balance, Runtime, RuntimeCall, RuntimeEvent, MILLIUNIT, UNIT,
};
use std::{error::Error, path::Path};

/// The batch that the factory makes.
pub const BATCH: u64 = 2_026;

/// What the user puts on a card.
pub const FACE_VALUE: Balance = 100 * UNIT;

/// The ATM's fee on it: 0.5 SPC and one per cent.
pub const ATM_FEE: Balance = 500 * MILLIUNIT + UNIT;

/// What an order offers for its execution.
pub const ORDER_FEE: Balance = 50 * MILLIUNIT;

/// A chain, a factory, and how many grants were used.
pub struct Scene<'a> {
    /// The chain.
    pub chain: &'a Chain,
    /// Makes the cards.
    pub factory: Factory,
    next_grant: u32,
}

impl<'a> Scene<'a> {
    /// A scene on a fresh chain, with the cards in `folder`.
    pub fn new(chain: &'a Chain, folder: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self { chain, factory: Factory::new(folder, BATCH, Scheme::P256)?, next_grant: 0 })
    }

    /// Registers a manufacturer, the batch, and an ATM with `grants` that asks the usual fee.
    pub async fn open(&self, grants: u32) -> Result<(), Box<dyn Error>> {
        self.issuer(self.manufacturer_call()?).await?;
        self.chain.execute(self.batch_call(), &cast::manufacturer()).await?;
        self.issuer(Self::machine_call()).await?;
        self.issuer(Self::grants_call(grants)).await?;
        self.chain.execute(Self::fee_call(), &cast::operator()).await?;
        self.chain.execute(Self::pocket_money(&cast::atm(), 10 * UNIT), &cast::operator()).await?;
        Ok(())
    }

    /// The issuer registers the manufacturer.
    pub fn manufacturer_call(&self) -> Result<RuntimeCall, Box<dyn Error>> {
        let name = b"Aurum Cards".to_vec().try_into().map_err(|_| "the name is too long")?;
        let account = cast::account(&cast::manufacturer());
        Ok(pallet_manufacturers::Call::register { account, name, quota: 1_000_000 }.into())
    }

    /// The manufacturer adds its batch.
    pub fn batch_call(&self) -> RuntimeCall {
        let (batch, key) = (BatchId(BATCH), self.factory.batch.key());
        let possession = self.possession(&self.factory.batch);
        let (capacity, expires) = (1_000, 1_000_000);
        pallet_manufacturers::Call::add_batch { batch, key, capacity, expires, possession }.into()
    }

    /// That the chain's first manufacturer has a batch's key.
    pub fn possession(&self, batch: &specie_card_sim::factory::Batch) -> Signature {
        let proof = batch.prove(&self.chain.genesis.0, ManufacturerId(0));
        proof.expect("a batch's key signs whatever it is given; qed")
    }

    /// The issuer registers the ATM.
    pub fn machine_call() -> RuntimeCall {
        let call = pallet_machines::Call::register {
            machine: cast::account(&cast::atm()),
            kind: MachineKind::Atm,
            operator: cast::account(&cast::operator()),
            permissions: Permissions { initialise: true, fund: true, cash_out: true },
            fee_ceiling: FeePolicy { flat: UNIT, parts_per_million: 20_000 },
        };
        call.into()
    }

    /// The issuer grants the ATM initialisations.
    pub fn grants_call(count: u32) -> RuntimeCall {
        pallet_machines::Call::give_grants { machine: cast::account(&cast::atm()), count }.into()
    }

    /// The operator sets the ATM's fee.
    pub fn fee_call() -> RuntimeCall {
        let fee = FeePolicy { flat: 500 * MILLIUNIT, parts_per_million: 10_000 };
        pallet_machines::Call::change_fee { machine: cast::account(&cast::atm()), fee }.into()
    }

    /// Somebody gives a machine money for its fees.
    pub fn pocket_money(machine: &Pair, value: Balance) -> RuntimeCall {
        pallet_balances::Call::transfer_keep_alive { dest: cast::account(machine).into(), value }.into()
    }

    /// Another card, initialised and funded.
    pub async fn funded_card(&mut self) -> Result<CardHost, Box<dyn Error>> {
        let mut card = self.factory.card(Scheme::P256)?;
        self.initialise(&mut card, Scheme::P256, CarrierTerms::default()).await?;
        self.fund(&mut card, FACE_VALUE).await?;
        Ok(card)
    }

    /// The ATM initialises the card with its next grant.
    pub async fn initialise(
        &mut self,
        card: &mut CardHost,
        scheme: Scheme,
        terms: CarrierTerms,
    ) -> Result<Included, ChainError> {
        let grant = self.next_grant();
        self.initialise_at(&cast::atm(), grant, card, scheme, terms).await
    }

    /// What an ATM does: its grant and its terms to the card, the card's first statement to the chain.
    pub async fn initialise_at(
        &self,
        machine: &Pair,
        grant: u32,
        card: &mut CardHost,
        scheme: Scheme,
        terms: CarrierTerms,
    ) -> Result<Included, ChainError> {
        let registration = self
            .registration(machine, grant, card, scheme, terms)
            .map_err(|error| ChainError::Unexpected(error.to_string()))?;
        self.chain.execute(pallet_carriers::Call::initialise { registration }, machine).await
    }

    /// The card makes its key; nobody tells the chain yet. Works without a network.
    pub fn registration(
        &self,
        machine: &Pair,
        grant: u32,
        card: &mut CardHost,
        scheme: Scheme,
        terms: CarrierTerms,
    ) -> Result<pallet_carriers::Registration, Box<dyn Error>> {
        let (genesis, machine) = (self.chain.genesis.0, MachineId(machine.public().0));
        let statement = card.initialise(&Initialisation { genesis, machine, grant, terms }, scheme)?;
        let certificate = card.certificate()?;
        Ok(pallet_carriers::Registration { grant, certificate, statement, terms })
    }

    /// The index of a grant that was not used yet.
    pub fn next_grant(&mut self) -> u32 {
        let grant = self.next_grant;
        self.next_grant += 1;
        grant
    }

    /// The user pays `amount` to the card at the ATM. Says what everybody paid and got, to the last unit.
    pub async fn fund(&mut self, card: &mut CardHost, amount: Balance) -> Result<String, Box<dyn Error>> {
        let carrier = card.carrier()?;
        let (user, operator) = (cast::account(&cast::user()), cast::account(&cast::operator()));
        let address = AccountId::from(carrier.0);
        let before = (
            self.chain.balance(&user).await?,
            self.chain.balance(&operator).await?,
            self.chain.balance(&address).await?,
        );
        let call = pallet_carriers::Call::fund_at {
            carrier,
            amount,
            machine: cast::account(&cast::atm()),
            max_fee: ATM_FEE,
        };
        let included = self.chain.execute(call, &cast::user()).await?;
        let network = included.events.iter().find_map(|event| match event {
            RuntimeEvent::TransactionPayment(pallet_transaction_payment::Event::TransactionFeePaid {
                actual_fee,
                ..
            }) => Some(*actual_fee),
            _ => None,
        });
        let paid = before.0.checked_sub(self.chain.balance(&user).await?).ok_or("the payer gained")?;
        let own = paid.checked_sub(network.ok_or("no fee event")?).ok_or("paid less than the fee")?;
        let earned = self.chain.balance(&operator).await?.checked_sub(before.1).ok_or("the operator lost")?;
        let got = self.chain.balance(&address).await?.checked_sub(before.2).ok_or("the carrier lost")?;
        Ok(format!("paid {} = card {} + operator {}", spc(own), spc(got), spc(earned)))
    }

    /// The card signs an order for everything to the payee, as `change` has it.
    pub async fn sign_order<T: Transport>(
        &self,
        card: &mut Host<T>,
        change: impl FnOnce(&mut Order),
    ) -> Result<(Order, Signature), Box<dyn Error>> {
        let (best, _) = self.chain.heights().await?;
        let sequence = card.attest(&challenge()?)?.attestation.sequence + 1;
        let mut order = Order {
            genesis: self.chain.genesis.0,
            carrier: card.carrier()?,
            purpose: Purpose::Transfer,
            sequence,
            to: cast::account(&cast::payee()).into(),
            amount: EVERYTHING,
            fee: ORDER_FEE,
            fee_to: cast::account(&cast::atm()).into(),
            valid_until: best + 60,
            reference: NO_REFERENCE,
            epoch: 0,
        };
        change(&mut order);
        let signature = card.sign_order(&order)?;
        Ok((order, signature))
    }

    /// Why the pool refuses an order, which nobody has sent in these bytes before.
    pub async fn refusal(&self, order: &Order, signature: &Signature) -> String {
        for bytes in Chain::order_in_other_bytes(order, signature) {
            if self.chain.submit(&bytes).await.is_ok() {
                return "accepted in other bytes".into();
            }
        }
        match self.chain.submit(&Chain::order(order, signature)).await {
            Ok(_) => "accepted".into(),
            // The pool bans what was in a block for a while. Whoever replays an order wraps it in bytes of their own.
            Err(error) if error.to_string().contains("banned") => self.refusal_when_wrapped(order, signature).await,
            Err(error) => reason_of(&error.to_string()),
        }
    }

    /// Why the chain refuses an order in a signed extrinsic of somebody's.
    async fn refusal_when_wrapped(&self, order: &Order, signature: &Signature) -> String {
        let call = pallet_carriers::Call::spend { order: *order, signature: *signature };
        match self.chain.execute(call, &cast::user()).await {
            Ok(_) => "accepted".into(),
            Err(error) => reason_of(&error.to_string()),
        }
    }

    /// The issuer does something.
    pub async fn issuer(&self, call: impl Into<RuntimeCall>) -> Result<Included, ChainError> {
        let call = call.into();
        if self.chain.has_sudo().await? {
            let call = pallet_sudo::Call::sudo { call: Box::new(call) };
            return self.chain.execute(call, &cast::issuer()).await;
        }
        self.council(call).await
    }

    /// Two of the council's three members agree, and the motion is closed.
    async fn council(&self, call: RuntimeCall) -> Result<Included, ChainError> {
        use pallet_collective::{Call, Event, Instance1};
        let length_bound = codec::Encode::encoded_size(&call) as u32;
        let proposal = Box::new(Motion(call));
        let propose = Call::<Runtime, Instance1>::propose { threshold: 2, proposal, length_bound };
        let proposed = self.chain.execute(propose, &cast::issuer()).await?;
        let (index, proposal_hash) = proposed
            .events
            .iter()
            .find_map(|event| match event {
                RuntimeEvent::IssuerCouncil(Event::Proposed { proposal_index, proposal_hash, .. }) => {
                    Some((*proposal_index, *proposal_hash))
                }
                _ => None,
            })
            .ok_or_else(|| ChainError::Unexpected("no motion".into()))?;
        for member in [cast::issuer(), cast::manufacturer()] {
            let vote = Call::<Runtime, Instance1>::vote { proposal: proposal_hash, index, approve: true };
            let vote = self.chain.signed(vote.into(), &member).await?;
            self.chain.submit(&vote).await?.in_block().await?;
        }
        let proposal_weight_bound = frame_support::weights::Weight::from_parts(100_000_000_000, 1_000_000);
        let close = Call::<Runtime, Instance1>::close { proposal_hash, index, proposal_weight_bound, length_bound };
        self.chain.execute(close, &cast::issuer()).await
    }

    /// `state/reason` of the card in front of the machine.
    pub async fn verdict<T: Transport>(&self, card: &mut Host<T>) -> Result<String, Box<dyn Error>> {
        Ok(short(&ask(self.chain, card).await?))
    }
}

/// Has the card in front of the machine prove itself, and asks the node about it.
pub async fn ask<T: Transport>(chain: &Chain, card: &mut Host<T>) -> Result<Verdict, Box<dyn Error>> {
    Ok(chain.verdict(of_evidence(&card.evidence(&challenge()?)?)).await?)
}

/// The network fee of the spend among the events.
pub fn spent_fee(included: &Included) -> Option<Balance> {
    included.events.iter().find_map(|event| match event {
        RuntimeEvent::Carriers(pallet_carriers::Event::CarrierSpent { network_fee, .. }) => Some(*network_fee),
        _ => None,
    })
}

/// An amount as people read it.
pub fn spc(amount: Balance) -> String {
    format!("{}.{:012} SPC", amount / UNIT, amount % UNIT)
}

/// The pool's refusals in words; the numbers are those of `pallet_carriers`.
fn reason_of(error: &str) -> String {
    let known = [
        ("Custom error: 2", "wrong chain"),
        ("Custom error: 3", "expired"),
        ("Custom error: 6", "marked as cloned"),
        ("bad signature", "bad signature"),
        ("outdated", "stale"),
    ];
    let found = known.iter().find(|(sign, _)| error.contains(sign));
    found.map_or_else(|| error.to_string(), |(_, word)| (*word).into())
}

/// The name of an error out of `…: Pallet(Error)` or `…: Error`.
pub fn last_word(error: &str) -> String {
    let name = error.rsplit(['(', ' ']).next().unwrap_or(error);
    name.trim_end_matches(')').to_string()
}
