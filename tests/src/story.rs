//! The main job from a factory to a withdrawn card, and the attacks on it, against a running chain.
//!
//! Every step says what it expects; a caller compares. Nothing here is prepared but the genesis of a development
//! chain: accounts with money, and the issuer's key.

use crate::{
    cards::{challenge, CardHost, Factory},
    cast,
    chain::{of_evidence, short, Chain, ChainError, Included},
};
use sp_core::{crypto::Pair as _, sr25519::Pair};
use specie_carrier::software::Misbehaviour;
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::BatchId,
    order::{Order, Purpose, EVERYTHING},
    records::{FeePolicy, MachineKind, Permissions},
};
use specie_rpc::{SpecieRpcClient, VerdictAnswer};
use specie_runtime::{AccountId, Balance, RuntimeCall, RuntimeEvent, MILLIUNIT, UNIT};
use std::{error::Error, path::Path};

/// What a step gave.
pub type Outcome = Result<(), Box<dyn Error>>;

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was done.
    pub what: String,
    /// What must come of it.
    pub expected: String,
    /// What came of it.
    pub observed: String,
}

impl Line {
    /// Whether it went as it must.
    pub fn holds(&self) -> bool {
        self.expected == self.observed
    }
}

/// The batch that the factory makes.
const BATCH: u64 = 2_026;

/// How many initialisations the issuer grants the ATM.
const GRANTS: u32 = 6;

/// What the user puts on the card.
const FACE_VALUE: Balance = 100 * UNIT;

/// The ATM's fee on it: 0.5 SPC and one per cent.
const ATM_FEE: Balance = 500 * MILLIUNIT + UNIT;

/// What an order offers for its execution.
const ORDER_FEE: Balance = 50 * MILLIUNIT;

/// The story while it is told.
pub struct Story<'a> {
    chain: &'a Chain,
    factory: Factory,
    lines: Vec<Line>,
    told: Box<dyn FnMut(&Line) + Send + 'a>,
    next_grant: u32,
}

impl<'a> Story<'a> {
    /// A story on `chain`, with cards in `folder`; `told` hears every line at once.
    pub fn new(
        chain: &'a Chain,
        folder: &Path,
        told: impl FnMut(&Line) + Send + 'a,
    ) -> Result<Self, Box<dyn Error>> {
        let factory = Factory::new(folder, BATCH, Scheme::P256)?;
        Ok(Self { chain, factory, lines: Vec::new(), told: Box::new(told), next_grant: 0 })
    }

    /// Tells it all.
    pub async fn tell(mut self) -> Result<Vec<Line>, Box<dyn Error>> {
        self.set_up().await?;
        let mut card = self.issue().await?;
        let spent = self.cash_out(&mut card).await?;
        self.recharge(&mut card).await?;
        self.attacks_on_orders(&mut card, &spent).await?;
        self.attacks_with_cards(&mut card).await?;
        self.attacks_by_machines().await?;
        self.doubt_about_the_batch(&mut card).await?;
        Ok(self.lines)
    }

    /// A manufacturer, a batch, an ATM with grants and a fee.
    async fn set_up(&mut self) -> Outcome {
        let name = b"Aurum Cards".to_vec().try_into().map_err(|_| "name")?;
        let call = pallet_manufacturers::Call::register { account: cast::account(&cast::manufacturer()), name };
        let done = self.issuer(call).await;
        self.outcome("the issuer registers the manufacturer Aurum Cards", &done);

        let call = pallet_manufacturers::Call::add_batch {
            batch: BatchId(BATCH),
            key: self.factory.batch.key(),
            capacity: 1_000,
            expires: 1_000_000,
        };
        let done = self.chain.execute(call, &cast::manufacturer()).await;
        self.outcome("the manufacturer writes the key of batch 2026 to the chain", &done);

        let atm = cast::account(&cast::atm());
        let call = pallet_machines::Call::register {
            machine: atm.clone(),
            kind: MachineKind::Atm,
            operator: cast::account(&cast::operator()),
            permissions: Permissions { initialise: true, fund: true, cash_out: true },
            fee_ceiling: FeePolicy { flat: UNIT, parts_per_million: 20_000 },
        };
        let done = self.issuer(call).await;
        self.outcome("the issuer registers an ATM", &done);

        let done = self.issuer(pallet_machines::Call::give_grants { machine: atm.clone(), count: GRANTS }).await;
        self.outcome("the issuer grants the ATM six initialisations", &done);

        let fee = FeePolicy { flat: 500 * MILLIUNIT, parts_per_million: 10_000 };
        let call = pallet_machines::Call::change_fee { machine: atm.clone(), fee };
        let done = self.chain.execute(call, &cast::operator()).await;
        self.outcome("the operator asks 0.5 SPC and 1 % for funding", &done);

        let call = pallet_balances::Call::transfer_keep_alive { dest: atm.clone().into(), value: 10 * UNIT };
        let done = self.chain.execute(call, &cast::operator()).await;
        self.outcome("the operator gives the ATM 10 SPC for its fees", &done);

        let grants = self.chain.client.grants(atm.to_string(), None).await?;
        self.line("the ATM asks which grants it has", "6 open", format!("{} open", grants.open_grants));
        Ok(())
    }

    /// A card from blank to Safe.
    async fn issue(&mut self) -> Result<CardHost, Box<dyn Error>> {
        let mut card = self.factory.card(Scheme::Secp256k1)?;
        self.verdict("a card from the factory's stock, never used", &mut card, "blank/notInitialised").await?;

        let done = self.initialise(&mut card, Scheme::Secp256k1).await;
        self.outcome("the ATM initialises it: the card makes its key, the chain registers it", &done);
        self.verdict("the card, initialised", &mut card, "blank/notFundedYet").await?;

        let done = self.fund(&mut card, FACE_VALUE).await;
        self.money("the user funds it with 100 SPC, and pays the ATM's fee of 1.5 SPC", &done);
        let answer = self.verdict("the card, funded", &mut card, "safe/sound").await?;
        let balance = answer.balance.map(|balance| balance.finalized).unwrap_or_default();
        self.line("its balance", &spc(FACE_VALUE), spc(balance.parse()?));
        self.line("it has proved itself", "true", answer.proven.to_string());
        Ok(card)
    }

    /// From Safe through Unsafe to Withdrawn.
    async fn cash_out(&mut self, card: &mut CardHost) -> Result<(Order, Signature), Box<dyn Error>> {
        let (order, signature) = self.sign_order(card, |order| order.purpose = Purpose::CashOut).await?;
        self.verdict("the card has signed a cash-out, nobody has sent it", card, "unsafe/orderOutstanding")
            .await?;

        let payee = cast::account(&cast::payee());
        let (atm, before) = (cast::account(&cast::atm()), self.chain.balance(&payee).await?);
        let (atm_before, issued) = (self.chain.balance(&atm).await?, self.chain.issuance().await?);
        let mut sent = self.chain.submit(&Chain::order(&order, &signature)).await?;
        sent.in_block().await?;
        let answer = self.chain.verdict(of_evidence(&card.evidence(&challenge()?)?)).await?;
        self.line("the order is in a block that is not final", "unsafe", answer.state);

        let included = sent.finalized().await?;
        let network_fee = spent_fee(&included).ok_or("no CarrierSpent event")?;
        self.verdict("the block is final", card, "withdrawn/spent").await?;
        let got = self.chain.balance(&payee).await?.checked_sub(before).ok_or("the payee lost money")?;
        self.line("the payee has received", &spc(FACE_VALUE - ORDER_FEE), spc(got));
        let fee = self.chain.balance(&atm).await?.checked_sub(atm_before).ok_or("the ATM lost money")?;
        let burnt = issued.checked_sub(self.chain.issuance().await?).ok_or("money was made")?;
        self.line("the network's part of the order's fee", &spc(network_fee), spc(burnt));
        self.line("payee, ATM and network together", &spc(FACE_VALUE), spc(got + fee + burnt));
        Ok((order, signature))
    }

    /// From Withdrawn back to Safe, thanks to the counter.
    async fn recharge(&mut self, card: &mut CardHost) -> Outcome {
        let done = self.fund(card, FACE_VALUE).await;
        self.money("the user recharges the same card with 100 SPC", &done);
        self.verdict("the card, recharged: its counter shows that nothing is outstanding", card, "safe/sound")
            .await?;
        Ok(())
    }

    /// Orders that the chain must refuse.
    async fn attacks_on_orders(&mut self, card: &mut CardHost, spent: &(Order, Signature)) -> Outcome {
        let replayed = self.refusal(&spent.0, &spent.1).await;
        self.line("attack: the order of the cash-out is sent again", "stale", replayed);

        let mut other = self.funded_card().await?;
        let (order, signature) = self.sign_order(&mut other, |order| order.genesis = [7; 32]).await?;
        let refused = self.refusal(&order, &signature).await;
        self.line("attack: an order for another chain", "wrong chain", refused);
        let (order, signature) = self.sign_order(&mut other, |order| order.valid_until = 1).await?;
        let refused = self.refusal(&order, &signature).await;
        self.line("attack: an order that has expired", "expired", refused);
        let (order, _) = self.sign_order(&mut other, |_| {}).await?;
        let (_, signature) = self.sign_order(card, |_| {}).await?;
        let refused = self.refusal(&order, &signature).await;
        self.line("attack: an order with another card's signature", "bad signature", refused);
        Ok(())
    }

    /// Cards that are not what they seem.
    async fn attacks_with_cards(&mut self, card: &mut CardHost) -> Outcome {
        let mut copy = self.factory.card(Scheme::Secp256k1)?;
        let certificate = Some(card.certificate()?);
        copy.transport_mut().misbehave(Misbehaviour { certificate, ..Misbehaviour::default() })?;
        copy.select()?;
        self.verdict("attack: a card with a copied certificate", &mut copy, "counterfeit/badAttestation").await?;

        let mut liar = self.factory.card(Scheme::P256)?;
        liar.transport_mut().misbehave(Misbehaviour { wrong_challenge: true, ..Misbehaviour::default() })?;
        self.verdict("attack: a card that replays an old proof", &mut liar, "counterfeit/badAttestation").await?;

        let mut rolled = self.funded_card().await?;
        let old = rolled.transport_mut().snapshot();
        let (order, signature) = self.sign_order(&mut rolled, |_| {}).await?;
        self.chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
        rolled.transport_mut().restore(&old)?;
        rolled.select()?;
        self.verdict(
            "attack: a spent card whose memory was rolled back",
            &mut rolled,
            "counterfeit/sequenceBehind",
        )
        .await?;

        let mut original = self.funded_card().await?;
        let mut clone = specie_carrier::host::Host::new(original.transport_mut().clone_keys()?);
        clone.select()?;
        let (one, one_signature) = self.sign_order(&mut original, |_| {}).await?;
        let (other, other_signature) =
            self.sign_order(&mut clone, |order| order.to = cast::account(&cast::user()).into()).await?;
        let call = pallet_carriers::Call::report_orders { one, one_signature, other, other_signature };
        let done = self.chain.execute(call, &cast::user()).await;
        self.outcome("attack: a cloned key signs twice; somebody reports both orders", &done);
        self.verdict("the cloned card, and the original", &mut original, "suspended/conflictingOrders").await?;
        let refused = self.refusal(&one, &one_signature).await;
        self.line("neither order is executed", "marked as cloned", refused);
        Ok(())
    }

    /// Machines that may not.
    async fn attacks_by_machines(&mut self) -> Outcome {
        let rogue = cast::rogue_atm();
        let call = pallet_balances::Call::transfer_keep_alive {
            dest: cast::account(&rogue).into(),
            value: UNIT,
        };
        self.chain.execute(call, &cast::operator()).await?;

        let mut card = self.factory.card(Scheme::Ed25519)?;
        let done = self.initialise_at(&rogue, 0, &mut card, Scheme::Ed25519).await;
        self.failure("attack: an ATM that nobody registered initialises a card", "UnknownMachine", &done);

        let mut card = self.factory.card(Scheme::Ed25519)?;
        let done = self.initialise_at(&cast::atm(), 0, &mut card, Scheme::Ed25519).await;
        self.failure("attack: the ATM uses a grant a second time", "GrantNotOpen", &done);

        let machine = cast::account(&cast::atm());
        self.issuer(pallet_machines::Call::suspend { machine: machine.clone() }).await?;
        let mut card = self.factory.card(Scheme::Ed25519)?;
        let done = self.initialise(&mut card, Scheme::Ed25519).await;
        self.failure("attack: an ATM that the issuer has suspended initialises a card", "MachineSuspended", &done);
        self.issuer(pallet_machines::Call::resume { machine }).await?;
        Ok(())
    }

    /// A batch under suspicion reaches the cards that are out already.
    async fn doubt_about_the_batch(&mut self, card: &mut CardHost) -> Outcome {
        // The card lent its signature to an attack; a cash-out of a part makes its counter known again.
        let (order, signature) = self.sign_order(card, |order| order.amount = UNIT).await?;
        self.chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
        self.verdict("the first card pays 1 SPC and keeps the rest", card, "safe/sound").await?;

        let call = pallet_manufacturers::Call::suspend_batch { batch: BatchId(BATCH) };
        let done = self.chain.execute(call, &cast::manufacturer()).await;
        self.outcome("the manufacturer suspends the batch", &done);
        self.verdict("the same card", card, "suspended/batchSuspended").await?;
        let done = self.issuer(pallet_manufacturers::Call::reactivate_batch { batch: BatchId(BATCH) }).await;
        self.outcome("the issuer trusts the batch again", &done);
        self.verdict("the same card", card, "safe/sound").await?;
        Ok(())
    }

    /// Another card, initialised and funded.
    async fn funded_card(&mut self) -> Result<CardHost, Box<dyn Error>> {
        let mut card = self.factory.card(Scheme::P256)?;
        self.initialise(&mut card, Scheme::P256).await?;
        self.fund(&mut card, FACE_VALUE).await.map_err(|error| error.to_string())?;
        Ok(card)
    }

    async fn initialise(&mut self, card: &mut CardHost, scheme: Scheme) -> Result<Included, ChainError> {
        let grant = self.next_grant;
        self.next_grant += 1;
        self.initialise_at(&cast::atm(), grant, card, scheme).await
    }

    /// What an ATM does: the grant's challenge to the card, the card's word to the chain.
    async fn initialise_at(
        &self,
        machine: &Pair,
        grant: u32,
        card: &mut CardHost,
        scheme: Scheme,
    ) -> Result<Included, ChainError> {
        let unexpected = |error: &dyn Error| ChainError::Unexpected(error.to_string());
        let id = specie_primitives::ids::MachineId(machine.public().0);
        let asked = specie_primitives::grant::challenge(&self.chain.genesis.0, &id, grant);
        let attestation = card.initialise(&asked, scheme).map_err(|error| unexpected(&error))?;
        let registration = pallet_carriers::Registration {
            grant,
            certificate: card.certificate().map_err(|error| unexpected(&error))?,
            attestation,
            denomination: None,
            funding_due: None,
        };
        self.chain.execute(pallet_carriers::Call::initialise { registration }, machine).await
    }

    /// The user pays `amount` to the card at the ATM. Says what everybody paid and got, to the last unit.
    async fn fund(&mut self, card: &mut CardHost, amount: Balance) -> Result<String, Box<dyn Error>> {
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
    async fn sign_order<T: specie_carrier::transport::Transport>(
        &self,
        card: &mut specie_carrier::host::Host<T>,
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
        };
        change(&mut order);
        let signature = card.sign_order(&order)?;
        Ok((order, signature))
    }

    /// Why the pool refuses an order.
    async fn refusal(&self, order: &Order, signature: &Signature) -> String {
        match self.chain.submit(&Chain::order(order, signature)).await {
            Ok(_) => "accepted".into(),
            Err(error) => reason_of(&error.to_string()),
        }
    }

    async fn issuer(&self, call: impl Into<RuntimeCall>) -> Result<Included, ChainError> {
        let call = pallet_sudo::Call::sudo { call: Box::new(call.into()) };
        self.chain.execute(call, &cast::issuer()).await
    }

    async fn verdict(
        &mut self,
        what: &str,
        card: &mut CardHost,
        expected: &str,
    ) -> Result<VerdictAnswer, Box<dyn Error>> {
        let answer = self.chain.verdict(of_evidence(&card.evidence(&challenge()?)?)).await?;
        self.line(what, expected, short(&answer));
        Ok(answer)
    }

    fn outcome(&mut self, what: &str, done: &Result<Included, ChainError>) {
        self.line(what, "done", done.as_ref().map_or_else(ToString::to_string, |_| "done".into()));
    }

    fn failure(&mut self, what: &str, expected: &str, done: &Result<Included, ChainError>) {
        let observed = match done {
            Ok(_) => "done".into(),
            Err(error) => last_word(&error.to_string()),
        };
        self.line(what, expected, observed);
    }

    fn money(&mut self, what: &str, done: &Result<String, Box<dyn Error>>) {
        let (paid, card, operator) = (spc(FACE_VALUE + ATM_FEE), spc(FACE_VALUE), spc(ATM_FEE));
        let expected = format!("paid {paid} = card {card} + operator {operator}");
        self.line(what, &expected, done.as_ref().map_or_else(ToString::to_string, Clone::clone));
    }

    fn line(&mut self, what: &str, expected: &str, observed: String) {
        let line = Line { what: what.into(), expected: expected.into(), observed };
        (self.told)(&line);
        self.lines.push(line);
    }
}

/// The network fee of the spend among the events.
fn spent_fee(included: &Included) -> Option<Balance> {
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

/// The name of a pallet's error out of `Pallet(Error)`.
fn last_word(error: &str) -> String {
    error.rsplit('(').next().unwrap_or(error).trim_end_matches(')').to_string()
}

