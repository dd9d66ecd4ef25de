//! Acts of the card at the station.

use super::{Machine, CODES};
use crate::{
    case::{Card, Fault, Genuine, Key, Outcome, Payer, Payment, Standing},
    journal::Record,
};
use codec::Encode;
use specie_card::{
    code::Code,
    host::{Host, HostError},
    timed,
    transport::Transport,
};
use specie_device::DeviceError;
use specie_link::{
    money::Money,
    payable::{self, NotPayable},
    Account,
};
use specie_primitives::{
    certificate::Certificate,
    crypto::{PublicKey, Scheme, Signature, Software},
    evidence::Evidence,
    ids::{CarrierId, CurrencyId, MachineId},
    initialisation::{CarrierTerms, FirstStatement, Initialisation},
    order::{Order, Purpose, EVERYTHING, NO_REFERENCE},
    records::{BatchKey, BatchState},
    registration::Registration,
    verdict::Finding,
    wire::Wire,
    Balance,
};
use specie_procedure::{clock, Draws};
use std::time::{Duration, Instant};

/// How often a card that does not answer is asked again: it may have a bad contact.
const TRIES: u32 = 3;

/// The pause in between: longer than a PC/SC service takes to see that a card was put in.
const PAUSE: Duration = Duration::from_millis(600);

/// How many times what the network asks now is offered, and kept ready: fees follow the fullness of blocks.
const FEE_FACTOR: Balance = 2;

/// A card under power.
pub(super) type Link<'a> = Host<Box<dyn Transport + 'a>>;

/// What went wrong with a card.
#[derive(Debug, thiserror::Error)]
pub(super) enum CardError {
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("reader: {0}")]
    Reader(#[from] DeviceError),
    #[error("random numbers: {0}")]
    Random(#[from] getrandom::Error),
    #[error("its word on itself does not verify, or is of another carrier")]
    Damaged,
    #[error("its quickest answer took {} µs, which is too long for a card that is here: somebody may pass it on", .0.as_micros())]
    Far(Duration),
}

impl CardError {
    /// Whether another try may help.
    const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Host(
                HostError::Transport { .. }
                    | HostError::Foreign { .. }
                    | HostError::Malformed { .. }
                    | HostError::Channel { .. }
            ) | Self::Reader(_)
        )
    }

    pub(super) const fn fault(&self) -> Fault {
        match self {
            Self::Host(HostError::Refused { .. } | HostError::WrongCode { .. } | HostError::Delayed { .. }) => {
                Fault::CardRefuses
            }
            Self::Host(_) | Self::Reader(_) | Self::Random(_) | Self::Damaged | Self::Far(_) => Fault::NoCarrier,
        }
    }
}

impl Machine {
    /// Selects the card's application and has `work` talk to it, again if the link fails.
    pub(super) fn with_card<T>(
        &mut self,
        work: impl Fn(&mut Link<'_>, &Draws) -> Result<T, CardError>,
    ) -> Result<T, CardError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let answer = self.devices.reader.connect().map_err(CardError::from).and_then(|link| {
                let mut host = Host::new(link);
                host.select()?;
                work(&mut host, &self.draws)
            });
            match answer {
                Err(error) if error.may_pass() && tries < TRIES => std::thread::sleep(PAUSE),
                answer => return answer,
            }
        }
    }

    /// The card's word on itself, over a fresh challenge.
    pub(super) fn evidence(&mut self) -> Result<Evidence, CardError> {
        self.evidence_since(0)
    }

    /// The same about its orders after a sequence.
    pub(super) fn evidence_since(&mut self, since: u32) -> Result<Evidence, CardError> {
        self.with_card(|host, draws| Ok(host.evidence_since(&draws.draw(), since)?))
    }

    pub(super) fn read_card(&mut self, record: &mut Record) -> Outcome {
        match self.try_read(record) {
            Ok(outcome) => outcome,
            Err(error) => {
                record.remark(format!("the card: {error}"));
                Outcome::Failed(error.fault())
            }
        }
    }

    fn try_read(&mut self, record: &mut Record) -> Result<Outcome, CardError> {
        let mut evidence = self.evidence()?;
        let mut genuine = self.examine(&evidence, record);
        if genuine != Genuine::Yes {
            // A bit that a bad line flipped looks the same: once more.
            evidence = self.evidence()?;
            genuine = self.examine(&evidence, record);
        }
        let device = evidence.certificate().device();
        self.at_station = Some(device);
        if genuine == Genuine::Yes {
            self.time_card()?;
        }
        let carrier = evidence.carrier().ok().flatten();
        let sequence = match &evidence {
            Evidence::Attested { attestation, .. } => attestation.attestation.sequence,
            Evidence::Flagged { .. } => 0,
        };
        // A fake shows whatever address it likes.
        let shown = carrier.filter(|_| genuine != Genuine::No).map(|carrier| Account(carrier.0));
        match record.papers.carrier {
            Some(known) if genuine != Genuine::No && shown != Some(known) => {
                record.remark(format!("this is not the card {known}: it shows {shown:?}"));
                return Ok(Outcome::Mismatch);
            }
            known => record.papers.carrier = known.or(shown),
        }
        // Over which grant a key was made a card does not say. It is over this case's if it is the card that was told so.
        let is_ours = record.papers.device == Some(in_hex(&device)) && (sequence == 0 || record.case.pays_back());
        let key = carrier.map_or(Key::None, |carrier| Key::Made {
            carrier: carrier.0,
            sequence,
            grant: record.case.grant.filter(|_| is_ours),
        });
        Ok(Outcome::Card(Card { genuine, key }))
    }

    /// What the machine can tell of the card's making by itself: with the batch keys that it keeps.
    fn examine(&self, evidence: &Evidence, record: &mut Record) -> Genuine {
        let id = evidence.batch();
        let kept = self.journal.batch(id.0).ok().flatten();
        let known = match kept {
            Some(batch) if batch.state == BatchState::Active => Some(batch),
            // Not kept, or in doubt when it was last asked: the chain knows better, if it can be asked.
            kept => match self.network.batch(id, clock::now()) {
                Ok(Some(batch)) => {
                    // Not kept is asked again.
                    let _ = self.journal.set_batches(&[(id.0, batch.clone())]);
                    Some(batch)
                }
                Ok(None) => {
                    // Of another network, or not on chain yet: no fake by that.
                    record.remark(format!("nobody has registered batch {}", id.0));
                    return Genuine::NotKnown;
                }
                Err(_) if kept.is_some() => kept,
                Err(error) => {
                    record.remark(format!("batch {} is not known here, and {error}", id.0));
                    return Genuine::NotKnown;
                }
            },
        };
        let key = known.as_ref().and_then(|batch| BatchKey::from_wire(&batch.key.0).ok());
        let Some(key) = key else { return Genuine::NotKnown };
        match evidence.examine::<Software>(Some(&key)) {
            Ok(Finding::Genuine(_)) => {}
            Ok(other) => {
                record.remark(format!("the card is not genuine: {other:?}"));
                return Genuine::No;
            }
            Err(error) => {
                record.remark(format!("the card's evidence is malformed: {error}"));
                return Genuine::NotKnown;
            }
        }
        match known.map(|batch| batch.state) {
            Some(state) if state != BatchState::Active => {
                record.remark(format!("batch {} is {state}", id.0));
                Genuine::NotKnown
            }
            _ => Genuine::Yes,
        }
    }

    /// Whether the card is here, as far as the time of its answers tells, where the operator wants to know. A slow answer is no sign of a
    /// fake.
    fn time_card(&mut self) -> Result<(), CardError> {
        let most = Duration::from_micros(self.policy.longest_round);
        if most.is_zero() {
            return Ok(());
        }
        let quickest = self.with_card(|host, draws| {
            if !host.info()?.capabilities.has_channel {
                return Ok(None);
            }
            let drawn = draws.draw();
            let mut parts = [[0; 8]; timed::ROUNDS];
            parts.iter_mut().zip(drawn.chunks_exact(8)).for_each(|(part, some)| part.copy_from_slice(some));
            let begun = Instant::now();
            Ok(Some(host.time(&draws.draw(), &parts, || begun.elapsed())?.quickest))
        })?;
        match quickest {
            Some(quickest) if quickest > most => Err(CardError::Far(quickest)),
            // A card that cannot be timed is as near as its contacts say.
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn initialise(&mut self, grant: u32, record: &mut Record) -> Outcome {
        let wanted = self.policy.scheme;
        let Some(asked) = self.initialisation(grant, record) else { return Outcome::Failed(Fault::CardRefuses) };
        let made = self.with_card(|host, _| {
            let info = host.info()?;
            let scheme = [wanted, Scheme::Secp256k1, Scheme::P256, Scheme::Ed25519]
                .into_iter()
                .find(|scheme| info.supports(*scheme))
                .unwrap_or(wanted);
            Ok(host.initialise(&asked, scheme)?)
        });
        if let Err(error) = &made {
            // The key may have been made all the same: the card says.
            record.remark(format!("the card, told to make its key: {error}"));
        }
        match self.read_card(record) {
            Outcome::Card(card) if !matches!(card.key, Key::Made { .. }) => Outcome::Failed(Fault::CardRefuses),
            outcome => outcome,
        }
    }

    /// For whom and on which terms the card of this case is issued. The same each time that it is asked for. `None`: the terms
    /// are not in the journal.
    fn initialisation(&self, grant: u32, record: &Record) -> Option<Initialisation> {
        let (machine, terms) = (MachineId(self.network.account().0), record.papers.issued()?);
        Some(Initialisation { genesis: self.genesis, machine, grant, terms })
    }

    /// The terms on which a card is issued in this case, from now on the same. A card that is handed out while the machine is
    /// offline may be registered and funded whenever.
    pub(super) fn fix_terms(&self, record: &mut Record) -> Result<(), Outcome> {
        let kind = &record.case.request.kind;
        let Some(Money { currency, units }) = kind.amount() else {
            return Err(Outcome::Failed(Fault::CardRefuses));
        };
        let online = !matches!(kind, crate::case::Kind::IssueOffline { .. });
        let fund_within = online.then_some(self.policy.funding_due).filter(|blocks| *blocks > 0);
        let terms =
            CarrierTerms { currency, denomination: record.papers.terms.denominated.then_some(units), fund_within };
        record.papers.issued.get_or_insert_with(|| hex::encode(terms.to_vec()));
        Ok(())
    }

    /// What the chain is to be told of the carrier: the card's first statement, over the grant and the terms.
    pub(super) fn make_registration(&mut self, record: &mut Record) -> Result<(), Outcome> {
        if record.papers.registration.is_some() {
            return Ok(());
        }
        let Some(grant) = record.case.grant else { return Err(Outcome::Failed(Fault::NoCarrier)) };
        let Some(asked) = self.initialisation(grant, record) else { return Err(Outcome::Failed(Fault::NoCarrier)) };
        let (certificate, statement) = self.first_statement(&asked, record).map_err(|error| {
            record.remark(format!("the card: {error}"));
            Outcome::Failed(error.fault())
        })?;
        let registration = Registration { grant, certificate, statement, terms: asked.terms };
        record.papers.registration = Some(hex::encode(registration.encode()));
        Ok(())
    }

    /// Certificate and first statement of the card, which the chain will believe: when the card has gone, nobody can
    /// ask it again.
    fn first_statement(
        &mut self,
        asked: &Initialisation,
        record: &mut Record,
    ) -> Result<(Certificate, FirstStatement), CardError> {
        for _ in 0..TRIES {
            let (evidence, statement) = self.with_card(|host, draws| {
                let evidence = host.evidence(&draws.draw())?;
                // Of the scheme that the key has: the card refuses any other.
                let scheme = host.currency_key()?.scheme();
                Ok((evidence, host.initialise(asked, scheme)?))
            })?;
            let (certificate, device) = (*evidence.certificate(), evidence.certificate().device());
            let key = statement.attestation.currency_key().ok().flatten();
            let shown = key.map(|key| Account(CarrierId::of(&key).0));
            let is_believed =
                shown.is_some() && shown == record.papers.carrier && statement.verify::<Software>(asked, &device);
            if is_believed && self.examine(&evidence, record) == Genuine::Yes {
                return Ok((certificate, statement));
            }
        }
        Err(CardError::Damaged)
    }

    /// The order for all that the carrier holds.
    pub(super) fn make_order(&mut self, record: &mut Record) -> Result<(), Outcome> {
        // Back to who paid goes what was paid, and not what somebody else may send meanwhile.
        let (to, back) = match (&record.case.request.kind, record.case.payer) {
            (crate::case::Kind::CashOut { to, .. }, _) => (*to, None),
            (crate::case::Kind::Issue { .. }, Payer::Known(payer)) => (payer.account, Some(payer.paid.units)),
            _ => return Err(Outcome::Failed(Fault::CardRefuses)),
        };
        let evidence = self.evidence().map_err(|error| {
            record.remark(format!("the card: {error}"));
            Outcome::Failed(error.fault())
        })?;
        let (Evidence::Attested { attestation, .. }, Ok(Some(carrier))) = (&evidence, evidence.carrier()) else {
            record.remark("the card does not count its orders");
            return Err(Outcome::Failed(Fault::CardRefuses));
        };
        let said = &attestation.attestation;
        // A new card's money is what it was made for.
        let agreed = record.case.pays_back().then(|| record.papers.money(&record.case, 0).currency);
        let Some(currency) = record.papers.currency.or(agreed) else {
            record.remark("the chain has not said what the card's money is");
            return Err(Outcome::Failed(Fault::Offline));
        };
        let scheme = said.currency_key().ok().flatten().map_or(Scheme::P256, |key| key.scheme());
        let known =
            self.network.heights().and_then(|heights| Ok((heights.lowest_best, self.network.order_fee(scheme)?)));
        let (best, asked) = known.map_err(|error| {
            record.remark(error.to_string());
            Outcome::Failed(Fault::Offline)
        })?;
        // What the network asks, of the card or of the machine that pays in its place.
        if asked > self.policy.max_order_fee.0 {
            record.remark(format!("a node asks {} for an order: too much", self.policy.text(Money::native(asked))));
            return Err(Outcome::Failed(Fault::ChainRefuses));
        }
        self.can_pay(currency, asked, record)?;
        let most = self.policy.order_fee(currency);
        let fee = match currency {
            // Fees follow the fullness of blocks; what the network does not take is the machine's.
            CurrencyId::Native => asked.saturating_mul(FEE_FACTOR).min(most),
            CurrencyId::Asset(_) => most,
        };
        let order = Order {
            genesis: self.genesis,
            carrier: CarrierId(carrier.0),
            purpose: Purpose::CashOut,
            sequence: said.sequence.saturating_add(1),
            to,
            amount: back.map_or(EVERYTHING, |paid| paid.saturating_sub(fee)),
            fee,
            fee_to: self.network.account().0,
            valid_until: best.saturating_add(self.policy.order_life),
            reference: NO_REFERENCE,
            epoch: 0,
        };
        self.is_payable(&order, record)?;
        (record.papers.order, record.papers.signature) = (Some(hex::encode(order.to_vec())), None);
        Ok(())
    }

    /// What the machine has of its own for a call for which the network asks this now.
    pub(super) const fn kept_ready(&self, asked: Balance) -> Balance {
        asked.saturating_add(self.policy.tip.0).saturating_mul(FEE_FACTOR)
    }

    /// Whether the machine has what the network wants of it for an order of a currency in which the network is not paid: before
    /// the card signs.
    fn can_pay(&self, currency: CurrencyId, asked: Balance, record: &mut Record) -> Result<(), Outcome> {
        if currency == CurrencyId::Native {
            return Ok(());
        }
        let needed = self.kept_ready(asked);
        match self.network.own_money() {
            Ok(held) if held >= needed => Ok(()),
            Ok(held) => {
                record.remark(format!("the machine has {} of its own", self.policy.text(Money::native(held))));
                Err(Outcome::Failed(Fault::CannotPay))
            }
            Err(error) => {
                record.remark(error.to_string());
                Err(Outcome::Failed(Fault::Offline))
            }
        }
    }

    /// What the chain would refuse in any case is not signed, as far as it is known what the card holds.
    fn is_payable(&self, order: &Order, record: &mut Record) -> Result<(), Outcome> {
        let held = match (record.case.standing, record.case.payment) {
            (Some(Standing::Safe(held)), _) | (_, Payment::Final(held) | Payment::Wrong(held)) => held,
            _ => return Ok(()),
        };
        // A journal that cannot be read stops the machine at its next step.
        let minimum = self.minimum(held.currency).unwrap_or(0);
        payable::check(order, held.units, minimum).map_err(|why| {
            record.remark(why.to_string());
            Outcome::Failed(match why {
                NotPayable::ToItself => Fault::ToItself,
                _ => Fault::TooLittle,
            })
        })
    }

    pub(super) fn sign_order(&mut self, number: u64, record: &mut Record) -> Outcome {
        let Some(mut order) = record.papers.order() else { return Outcome::Failed(Fault::CardRefuses) };
        let needs_code = self.with_card(|host, _| Ok(host.info()?.capabilities.code_required)).unwrap_or(false);
        // After a power cut the card may have been told already; nobody is there any more to have it told again, unless its money goes
        // back, for which nobody need be there.
        let mut was_told = !record.case.customer_is_here;
        let may_tell = record.case.customer_is_here || record.case.pays_back();
        let mut fault = Fault::CardRefuses;
        if needs_code && !was_told {
            if let Err(outcome) = self.work_off_pause(record) {
                return outcome;
            }
        }
        for tries in 1..=CODES + 1 {
            if was_told {
                match self.word_on(&order) {
                    Ok(Word::Signed(signature)) => return signed(&order, &signature, record),
                    Ok(Word::Another) => match self.next_order(number, record, &order) {
                        Some(next) => order = next,
                        None => return Outcome::Failed(fault),
                    },
                    Ok(Word::NotSigned) => {}
                    Err(error) => {
                        record.remark(format!("whether the card has signed: {error}"));
                        return Outcome::Unknown;
                    }
                }
            }
            if tries > CODES || !may_tell || (needs_code && !record.case.customer_is_here) {
                break;
            }
            let code = match needs_code.then(|| self.ask_code(tries, "code-pays")) {
                None => None,
                Some(Some(code)) => Some(code),
                Some(None) => return Outcome::Failed(Fault::TimedOut),
            };
            was_told = true;
            match self.tell_order(&order, code.as_ref()) {
                Ok(signature) => return signed(&order, &signature, record),
                Err(CardError::Host(HostError::WrongCode { .. })) => fault = Fault::CardRefuses,
                Err(error) => {
                    record.remark(format!("the card, told to sign: {error}"));
                    fault = error.fault();
                }
            }
        }
        Outcome::Failed(fault)
    }

    /// Has the card that was examined sign, after its code was shown to it.
    fn tell_order(&mut self, order: &Order, code: Option<&Code>) -> Result<Signature, CardError> {
        self.with_code(code, |host, code| {
            if let Some(code) = code {
                host.verify_code(code)?;
            }
            Ok(host.sign_order(order)?)
        })
    }

    /// Whether the card has signed an order: a torn exchange is taken up again, and no other order is signed for it.
    fn word_on(&mut self, order: &Order) -> Result<Word, CardError> {
        self.with_card(|host, draws| {
            if host.attest(&draws.draw())?.attestation.sequence < order.sequence {
                return Ok(Word::NotSigned);
            }
            Ok(match host.last_order(&draws.draw())? {
                Some((last, signature)) if last == *order => Word::Signed(signature),
                _ => Word::Another,
            })
        })
    }

    /// The card has counted, and signed another order than this one: the order after it, in the journal before the card sees it.
    fn next_order(&mut self, number: u64, record: &mut Record, last: &Order) -> Option<Order> {
        let before = record.papers.order.clone();
        let made = self.make_order(record).ok().and_then(|()| record.papers.order());
        let next = made.filter(|next| next.sequence > last.sequence);
        if next.is_none() {
            record.papers.order = before;
            return None;
        }
        self.journal.amend(number, record, "the card has signed another order: the next one").ok().and(next)
    }
}

/// What a card says of an order that it was told to sign.
enum Word {
    /// It has not signed it.
    NotSigned,
    /// It has, and gives the signature again.
    Signed(Signature),
    /// It has signed another one since.
    Another,
}

fn signed(order: &Order, signature: &Signature, record: &mut Record) -> Outcome {
    record.papers.signature = Some(hex::encode(signature.to_vec()));
    Outcome::Signed { sequence: order.sequence, until: order.valid_until }
}

pub(super) fn in_hex(key: &PublicKey) -> String {
    hex::encode(key.to_vec())
}
