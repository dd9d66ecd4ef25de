//! The main job from a factory to a withdrawn card, and the attacks on it, against a running chain.
//!
//! Every step says what it expects; a caller compares. Nothing here is prepared but the genesis of a development
//! chain: accounts with money, and the issuer's key.

use crate::{
    cards::CardHost,
    cast,
    chain::{short, Chain, ChainError, Included},
    scene::{ask, last_word, spc, spent_fee, CarrierTerms, Scene, ATM_FEE, BATCH, FACE_VALUE, ORDER_FEE},
};
use specie_card::host::Host;
use specie_card_sim::software::Misbehaviour;
use specie_primitives::{
    crypto::{Scheme, Signature},
    ids::BatchId,
    order::{Order, Purpose},
};
use specie_rpc::SpecieRpcClient;
use specie_rpc_types::Verdict;
use specie_runtime::UNIT;
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

/// How many initialisations the issuer grants the ATM.
pub const GRANTS: u32 = 6;

/// The story while it is told.
pub struct Story<'a> {
    scene: Scene<'a>,
    lines: Vec<Line>,
    told: Box<dyn FnMut(&Line) + Send + 'a>,
}

impl<'a> Story<'a> {
    /// A story on `chain`, with cards in `folder`; `told` hears every line at once.
    pub fn new(
        chain: &'a Chain,
        folder: &Path,
        told: impl FnMut(&Line) + Send + 'a,
    ) -> Result<Self, Box<dyn Error>> {
        Ok(Self { scene: Scene::new(chain, folder)?, lines: Vec::new(), told: Box::new(told) })
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
        let done = self.scene.issuer(self.scene.manufacturer_call()?).await;
        self.outcome("the issuer registers the manufacturer Aurum Cards", &done);
        let done = self.scene.chain.execute(self.scene.batch_call(), &cast::manufacturer()).await;
        self.outcome("the manufacturer writes the key of batch 2026 to the chain", &done);
        let done = self.scene.issuer(Scene::machine_call()).await;
        self.outcome("the issuer registers an ATM", &done);
        let done = self.scene.issuer(Scene::grants_call(GRANTS)).await;
        self.outcome("the issuer grants the ATM six initialisations", &done);
        let done = self.scene.chain.execute(Scene::fee_call(), &cast::operator()).await;
        self.outcome("the operator asks 0.5 SPC and 1 % for funding", &done);
        let call = Scene::pocket_money(&cast::atm(), 10 * UNIT);
        let done = self.scene.chain.execute(call, &cast::operator()).await;
        self.outcome("the operator gives the ATM 10 SPC for its fees", &done);

        let atm = cast::account(&cast::atm()).to_string();
        let grants = self.scene.chain.client.grants(atm, None).await?;
        self.line("the ATM asks which grants it has", "6 open", format!("{} open", grants.open_grants));
        Ok(())
    }

    /// A card from blank to Safe.
    async fn issue(&mut self) -> Result<CardHost, Box<dyn Error>> {
        let mut card = self.scene.factory.card(Scheme::Secp256k1)?;
        self.verdict("a card from the factory's stock, never used", &mut card, "blank/notInitialised").await?;

        let done = self.scene.initialise(&mut card, Scheme::Secp256k1, CarrierTerms::default()).await;
        self.outcome("the ATM initialises it: the card makes its key, the chain registers it", &done);
        self.verdict("the card, initialised", &mut card, "blank/notFundedYet").await?;

        let done = self.scene.fund(&mut card, FACE_VALUE).await;
        self.money("the user funds it with 100 SPC, and pays the ATM's fee of 1.5 SPC", &done);
        let answer = self.verdict("the card, funded", &mut card, "safe/sound").await?;
        let balance = answer.balance.and_then(|balance| balance.finalized).unwrap_or_default();
        self.line("its balance", &spc(FACE_VALUE), spc(balance.0));
        self.line("it has proved itself", "true", answer.proven.to_string());
        Ok(card)
    }

    /// From Safe through Unsafe to Withdrawn.
    async fn cash_out(&mut self, card: &mut CardHost) -> Result<(Order, Signature), Box<dyn Error>> {
        let (order, signature) = self.scene.sign_order(card, |order| order.purpose = Purpose::CashOut).await?;
        self.verdict("the card has signed a cash-out, nobody has sent it", card, "unsafe/orderOutstanding").await?;

        let payee = cast::account(&cast::payee());
        let (atm, before) = (cast::account(&cast::atm()), self.scene.chain.balance(&payee).await?);
        let (atm_before, issued) = (self.scene.chain.balance(&atm).await?, self.scene.chain.issuance().await?);
        let mut sent = self.scene.chain.submit(&Chain::order(&order, &signature)).await?;
        sent.in_block().await?;
        let answer = ask(self.scene.chain, card).await?;
        self.line("the order is in a block that is not final", "unsafe", answer.state.to_string());

        let included = sent.finalized().await?;
        let network_fee = spent_fee(&included).ok_or("no CarrierSpent event")?;
        self.verdict("the block is final", card, "withdrawn/spent").await?;
        let got = self.scene.chain.balance(&payee).await?.checked_sub(before).ok_or("the payee lost money")?;
        self.line("the payee has received", &spc(FACE_VALUE - ORDER_FEE), spc(got));
        let fee = self.scene.chain.balance(&atm).await?.checked_sub(atm_before).ok_or("the ATM lost money")?;
        let burnt = issued.checked_sub(self.scene.chain.issuance().await?).ok_or("money was made")?;
        self.line("the network's part of the order's fee", &spc(network_fee), spc(burnt));
        self.line("payee, ATM and network together", &spc(FACE_VALUE), spc(got + fee + burnt));
        Ok((order, signature))
    }

    /// From Withdrawn back to Safe, thanks to the counter.
    async fn recharge(&mut self, card: &mut CardHost) -> Outcome {
        let done = self.scene.fund(card, FACE_VALUE).await;
        self.money("the user recharges the same card with 100 SPC", &done);
        self.verdict("the card, recharged: its counter shows that nothing is outstanding", card, "safe/sound")
            .await?;
        Ok(())
    }

    /// Orders that the chain must refuse.
    async fn attacks_on_orders(&mut self, card: &mut CardHost, spent: &(Order, Signature)) -> Outcome {
        let replayed = self.scene.refusal(&spent.0, &spent.1).await;
        self.line("attack: the order of the cash-out is sent again", "stale", replayed);

        let mut other = self.scene.funded_card().await?;
        let (order, signature) = self.scene.sign_order(&mut other, |order| order.genesis = [7; 32]).await?;
        let refused = self.scene.refusal(&order, &signature).await;
        self.line("attack: an order for another chain", "wrong chain", refused);
        let (order, signature) = self.scene.sign_order(&mut other, |order| order.valid_until = 1).await?;
        let refused = self.scene.refusal(&order, &signature).await;
        self.line("attack: an order that has expired", "expired", refused);
        let (order, _) = self.scene.sign_order(&mut other, |_| {}).await?;
        let (_, signature) = self.scene.sign_order(card, |_| {}).await?;
        let refused = self.scene.refusal(&order, &signature).await;
        self.line("attack: an order with another card's signature", "bad signature", refused);
        Ok(())
    }

    /// Cards that are not what they seem.
    async fn attacks_with_cards(&mut self, card: &mut CardHost) -> Outcome {
        let mut copy = self.scene.factory.card(Scheme::Secp256k1)?;
        let certificate = Some(card.certificate()?);
        copy.transport_mut().misbehave(Misbehaviour { certificate, ..Misbehaviour::default() })?;
        copy.select()?;
        self.verdict("attack: a card with a copied certificate", &mut copy, "counterfeit/badAttestation").await?;

        let mut liar = self.scene.factory.card(Scheme::P256)?;
        liar.transport_mut().misbehave(Misbehaviour { wrong_challenge: true, ..Misbehaviour::default() })?;
        self.verdict("attack: a card that replays an old proof", &mut liar, "counterfeit/badAttestation").await?;

        let mut rolled = self.scene.funded_card().await?;
        let old = rolled.transport_mut().snapshot();
        let (order, signature) = self.scene.sign_order(&mut rolled, |_| {}).await?;
        self.scene.chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
        rolled.transport_mut().restore(&old)?;
        rolled.select()?;
        self.verdict(
            "attack: a spent card whose memory was rolled back",
            &mut rolled,
            "counterfeit/sequenceBehind",
        )
        .await?;

        let mut original = self.scene.funded_card().await?;
        let mut clone = Host::new(original.transport_mut().clone_keys()?);
        clone.select()?;
        let (one, one_signature) = self.scene.sign_order(&mut original, |_| {}).await?;
        let (other, other_signature) =
            self.scene.sign_order(&mut clone, |order| order.to = cast::account(&cast::user()).into()).await?;
        let call = pallet_carriers::Call::report_orders { one, one_signature, other, other_signature };
        let done = self.scene.chain.execute(call, &cast::user()).await;
        self.outcome("attack: a cloned key signs twice; somebody reports both orders", &done);
        self.verdict("the cloned card, and the original", &mut original, "suspended/conflictingOrders").await?;
        let refused = self.scene.refusal(&one, &one_signature).await;
        self.line("neither order is executed", "marked as cloned", refused);
        Ok(())
    }

    /// Machines that may not.
    async fn attacks_by_machines(&mut self) -> Outcome {
        let rogue = cast::rogue_atm();
        self.scene.chain.execute(Scene::pocket_money(&rogue, UNIT), &cast::operator()).await?;

        let mut card = self.scene.factory.card(Scheme::Ed25519)?;
        let done = self.scene.initialise_at(&rogue, 0, &mut card, Scheme::Ed25519, CarrierTerms::default()).await;
        self.failure("attack: an ATM that nobody registered initialises a card", "UnknownMachine", &done);

        let mut card = self.scene.factory.card(Scheme::Ed25519)?;
        let done =
            self.scene.initialise_at(&cast::atm(), 0, &mut card, Scheme::Ed25519, CarrierTerms::default()).await;
        self.failure("attack: the ATM uses a grant a second time", "GrantNotOpen", &done);

        let machine = cast::account(&cast::atm());
        self.scene.issuer(pallet_machines::Call::suspend { machine: machine.clone(), cause: cast::CAUSE }).await?;
        let mut card = self.scene.factory.card(Scheme::Ed25519)?;
        let done = self.scene.initialise(&mut card, Scheme::Ed25519, CarrierTerms::default()).await;
        self.failure("attack: an ATM that the issuer has suspended initialises a card", "MachineSuspended", &done);
        self.scene.issuer(pallet_machines::Call::resume { machine, cause: cast::CAUSE }).await?;
        Ok(())
    }

    /// A batch under suspicion reaches the cards that are out already.
    async fn doubt_about_the_batch(&mut self, card: &mut CardHost) -> Outcome {
        // The card lent its signature to an attack; a cash-out of a part makes its counter known again.
        let (order, signature) = self.scene.sign_order(card, |order| order.amount = UNIT).await?;
        self.scene.chain.submit(&Chain::order(&order, &signature)).await?.finalized().await?;
        self.verdict("the first card pays 1 SPC and keeps the rest", card, "safe/sound").await?;

        let call = pallet_manufacturers::Call::suspend_batch { batch: BatchId(BATCH), cause: cast::CAUSE };
        let done = self.scene.chain.execute(call, &cast::manufacturer()).await;
        self.outcome("the manufacturer suspends the batch", &done);
        self.verdict("the same card", card, "suspended/batchSuspended").await?;
        let done = self
            .scene
            .issuer(pallet_manufacturers::Call::reactivate_batch { batch: BatchId(BATCH), cause: cast::CAUSE })
            .await;
        self.outcome("the issuer trusts the batch again", &done);
        self.verdict("the same card", card, "safe/sound").await?;
        Ok(())
    }

    async fn verdict(
        &mut self,
        what: &str,
        card: &mut CardHost,
        expected: &str,
    ) -> Result<Verdict, Box<dyn Error>> {
        let answer = ask(self.scene.chain, card).await?;
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
