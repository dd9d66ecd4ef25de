//! Acts of the chain.

use super::Machine;
use crate::{
    case::{Fault, Genuine, Outcome, PaidBy, Payment, Standing},
    journal::{note_payer, Record},
};
use specie_link::{
    amount::Currency,
    answers::Verdict,
    money::{Currencies, Money},
    network::Registered,
    questions::Subject,
    Account, ClientError, OrderFate,
};
use specie_primitives::{
    crypto::Scheme,
    evidence::Evidence,
    ids::CurrencyId,
    order::Order,
    verdict::{Reason, State},
    Balance,
};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// How long nodes may take until they agree on what one of them knows.
const AGREE_LIMIT: Duration = Duration::from_secs(15);

/// What one look at a carrier that is to be paid shows.
enum Look {
    /// Decided.
    Over(Outcome),
    /// Money is on its way.
    Seen,
    /// Less than it should be is there, finally.
    Less(Money),
    /// Nothing yet.
    Nothing,
    /// Nobody can say.
    Unknown,
}

impl Machine {
    /// Whether the machine has what the network asks of it for a registration, as far as that can be told: asked before a blank is
    /// picked.
    pub fn can_register(&self) -> bool {
        let known = self.network.own_money().and_then(|held| Ok((held, self.network.order_fee(Scheme::P256)?)));
        // A call of the machine weighs no more than the dearest order.
        known.map_or(true, |(held, fee)| held >= self.kept_ready(fee))
    }

    pub(super) fn register(&mut self, record: &mut Record) -> Outcome {
        let (Some(registration), Some(carrier)) = (record.papers.registration(), record.papers.carrier) else {
            return Outcome::Failed(Fault::NoCarrier);
        };
        match self.network.register(&registration, carrier, self.policy.waits.for_finality()) {
            Registered::Yes => Outcome::Done,
            Registered::Refused(why) | Registered::NotNow(why) => {
                record.remark(format!("the chain refuses the registration: {why}"));
                Outcome::Failed(Fault::ChainRefuses)
            }
            Registered::NotKnown(why) => {
                record.remark(format!("the registration: {why}"));
                Outcome::Failed(Fault::Offline)
            }
        }
    }

    pub(super) fn ask_chain(&mut self, record: &mut Record) -> Outcome {
        let first = self.standing(record);
        let standing = match first {
            // The one answer that costs somebody a card: once more, with a new challenge, and of every node.
            Some(Standing::Counterfeit) if self.is_fake(record) => Some(Standing::Counterfeit),
            Some(Standing::Counterfeit) => Some(Standing::Doubtful),
            other => other,
        };
        let standing = match standing {
            Some(Standing::Empty | Standing::Doubtful) if record.case.payment == Payment::Awaited => {
                self.await_what_was_sent(record)
            }
            other => other,
        };
        if let (Some(Standing::Safe(_)), Payment::Awaited) = (standing, record.case.payment) {
            note_payer(&self.network, record);
        }
        standing.map_or(Outcome::Failed(Fault::NoCarrier), Outcome::Standing)
    }

    /// Who paid the card at the station, by the word of as many nodes as the operator wants to agree. Money that came from several goes back
    /// to nobody.
    pub(super) fn find_payer(&self, record: &mut Record) -> Outcome {
        let may_pay =
            self.network.machine().is_ok_and(|known| known.is_some_and(|known| known.permissions.cash_out));
        let Some(carrier) = record.papers.carrier.filter(|_| may_pay) else { return Outcome::Payer(None) };
        let currency = record.papers.money(&record.case, 0).currency;
        // What is under way is not final, and may be somebody else's: then nothing goes back before people have looked.
        let words = self.network.verdicts(&Subject::Address(carrier));
        let is_quiet =
            |verdict: &Verdict| verdict.balance.is_some_and(|balance| balance.finalized == Some(balance.best));
        if words.len() < self.policy.agreeing_nodes.max(1) || !words.iter().all(|(_, verdict)| is_quiet(verdict)) {
            record.remark("more may be under way to the card: nothing is paid back");
            return Outcome::Payer(None);
        }
        let since = record.papers.begun_at.map_or(0, |block| block.saturating_add(1));
        let came = match self.network.came(carrier, currency, since, self.policy.agreeing_nodes) {
            Ok(came) => came,
            Err(error) => {
                record.remark(error.to_string());
                return Outcome::Payer(None);
            }
        };
        let payers: BTreeSet<Option<Account>> = came.payments.iter().map(|payment| payment.by).collect();
        match payers.into_iter().collect::<Vec<_>>().as_slice() {
            [Some(payer)] if !came.stray => {
                let paid = Money { currency, units: came.sum() };
                Outcome::Payer(Some(PaidBy { account: payer.0, paid }))
            }
            _ => Outcome::Payer(None),
        }
    }

    /// The power went while the customer was asked to pay: what the wallet had sent may still be on its way.
    fn await_what_was_sent(&mut self, record: &mut Record) -> Option<Standing> {
        let carrier = record.papers.carrier?;
        let (network, limit) = (self.network.clone(), self.policy.waits.for_payment());
        let mut last = None;
        let safe = network.follow(carrier, limit, || {
            last = self.standing(record);
            last.filter(|standing| matches!(standing, Standing::Safe(_)))
        });
        safe.or(last)
    }

    /// Whether the card is a fake or a copy by the word of every node that answers, and not against the machine's own
    /// examination.
    fn is_fake(&mut self, record: &mut Record) -> bool {
        let Ok(evidence) = self.evidence() else { return false };
        let known = self.network.verdicts(&Subject::Card(Box::new(evidence)));
        for (url, verdict) in &known {
            record.remark(format!("{url}: {}", in_words(verdict)));
        }
        let seems_genuine = record.case.card.is_some_and(|card| card.genuine == Genuine::Yes);
        // These the machine sees for itself; the others only the chain knows.
        let is_by_signature = |verdict: &Verdict| {
            matches!(verdict.reason.known(), Some(Reason::BadCertificate | Reason::BadAttestation))
        };
        let convicts =
            |verdict: &Verdict| verdict.state == State::Counterfeit && !(seems_genuine && is_by_signature(verdict));
        known.len() >= self.policy.agreeing_nodes.max(1) && known.iter().all(|(_, verdict)| convicts(verdict))
    }

    fn standing(&mut self, record: &mut Record) -> Option<Standing> {
        let evidence = match self.evidence() {
            Ok(evidence) => evidence,
            Err(error) => {
                record.remark(format!("the card: {error}"));
                return None;
            }
        };
        Some(match self.verdict(evidence) {
            Ok((evidence, verdict)) => {
                let wanted = record.case.request.kind.amount().map(|amount| amount.currency);
                let standing = standing_of(&verdict, &self.currencies().unwrap_or_default(), wanted);
                let mut said = Vec::new();
                // A fake is looked at once more by all nodes in any case.
                let is_believed = matches!(standing, Standing::Unknown | Standing::Counterfeit)
                    || self.nodes_agree(&evidence, &verdict, &mut said);
                // What one node says alone is on no receipt.
                let words = in_words(&verdict);
                record.papers.verdict = is_believed.then(|| words.clone());
                record.remark(if is_believed { words } else { format!("one node says: {words}") });
                said.into_iter().for_each(|remark| record.remark(remark));
                if !is_believed {
                    return Some(Standing::Unknown);
                }
                let currency = verdict.carrier.as_ref().and_then(|carrier| carrier.currency.id());
                record.papers.currency = currency.or(record.papers.currency);
                standing
            }
            Err(error) => {
                record.remark(error.to_string());
                Standing::Unknown
            }
        })
    }

    /// The verdict, and the evidence that it rests on. Where the chain has accepted an order for good and another seems to be
    /// outstanding, the card is asked again about what came after.
    fn verdict(&mut self, evidence: Evidence) -> Result<(Evidence, Verdict), ClientError> {
        let verdict = self.network.verdict(&evidence)?;
        let Some(again) = verdict.ask_since().and_then(|since| self.evidence_since(since).ok()) else {
            return Ok((evidence, verdict));
        };
        // What was known is not given up for an answer that knows less.
        match self.network.verdict(&again) {
            Ok(second) if second.is_known() => Ok((again, second)),
            _ => Ok((evidence, verdict)),
        }
    }

    pub(super) fn await_payment(&mut self, record: &mut Record) -> Outcome {
        let (Some(carrier), Some(wanted)) = (record.papers.carrier, record.case.request.kind.amount()) else {
            return Outcome::Failed(Fault::NoCarrier);
        };
        let (network, waits) = (self.network.clone(), self.policy.waits);
        let begun = Instant::now();
        let mut seen: Option<Instant> = None;
        let limit = waits.for_payment() + waits.for_finality();
        let mut said = Vec::new();
        let over = network.follow(carrier, limit, || {
            let look = self.look_for_payment(&wanted, &mut said);
            if matches!(look, Look::Seen | Look::Less(_)) {
                seen.get_or_insert_with(Instant::now);
            }
            let gives_up = self.devices.keypad.cancelled();
            match look {
                Look::Over(outcome) => Some(outcome),
                // The rest may be on its way.
                Look::Less(held) if gives_up || begun.elapsed() > waits.for_payment() => {
                    Some(Outcome::PaidOtherwise(held))
                }
                Look::Seen | Look::Nothing | Look::Unknown
                    if seen.is_some_and(|seen| seen.elapsed() > waits.for_finality()) =>
                {
                    Some(Outcome::Standing(Standing::Doubtful))
                }
                Look::Nothing if seen.is_none() && (gives_up || begun.elapsed() > waits.for_payment()) => {
                    Some(Outcome::Failed(Fault::TimedOut))
                }
                Look::Seen | Look::Less(_) | Look::Nothing | Look::Unknown => None,
            }
        });
        for remark in said {
            record.remark(remark);
        }
        if let Some(Outcome::Paid(_) | Outcome::PaidOtherwise(_)) = over {
            note_payer(&network, record);
        }
        match over {
            Some(Outcome::Failed(Fault::TimedOut)) => self.nothing_came(carrier, record),
            Some(outcome) => outcome,
            // No node has said anything to the end.
            None => Outcome::Unknown,
        }
    }

    /// "Nothing came" costs whoever has paid: it takes the word of every node, and of as many as the operator wants to agree.
    fn nothing_came(&self, carrier: Account, record: &mut Record) -> Outcome {
        let holds = |verdict: &Verdict| verdict.balance.is_some_and(|balance| balance.best.0 > 0);
        let words = self.network.verdicts(&Subject::Address(carrier));
        if words.iter().any(|(_, verdict)| holds(verdict)) {
            record.remark("a node has seen money");
            return Outcome::Standing(Standing::Doubtful);
        }
        if words.len() < self.policy.agreeing_nodes.max(1) {
            record.remark("too few nodes say that nothing came");
            return Outcome::Unknown;
        }
        let (currency, since) = (
            record.papers.money(&record.case, 0).currency,
            record.papers.begun_at.map_or(0, |block| block.saturating_add(1)),
        );
        match self.network.came(carrier, currency, since, self.policy.agreeing_nodes) {
            Ok(came) if came.stray => Outcome::Stray,
            Ok(_) => Outcome::Failed(Fault::TimedOut),
            Err(error) => {
                record.remark(error.to_string());
                Outcome::Unknown
            }
        }
    }

    fn look_for_payment(&mut self, wanted: &Money, said: &mut Vec<String>) -> Look {
        let evidence = match self.evidence() {
            Ok(evidence) => evidence,
            Err(error) => {
                said.push(format!("the card: {error}"));
                return Look::Unknown;
            }
        };
        let (evidence, verdict) = match self.verdict(evidence) {
            Ok(known) => known,
            Err(error) => {
                said.push(error.to_string());
                return Look::Unknown;
            }
        };
        said.push(in_words(&verdict));
        let final_from = self.policy.currencies.find(&self.policy.final_from, wanted.currency).unwrap_or(0);
        let look = look_of(&verdict, wanted, final_from);
        if matches!(look, Look::Over(Outcome::Paid(_))) && !self.nodes_agree(&evidence, &verdict, said) {
            return Look::Seen;
        }
        look
    }

    /// Whether as many nodes as the operator wants say the same of the carrier.
    fn nodes_agree(&self, evidence: &Evidence, verdict: &Verdict, said: &mut Vec<String>) -> bool {
        let wanted = self.policy.agreeing_nodes;
        if wanted <= 1 {
            return true;
        }
        let all = self.network.verdicts(&Subject::Card(Box::new(*evidence)));
        let same = |other: &Verdict| {
            (&other.state, &other.balance, other.currency())
                == (&verdict.state, &verdict.balance, verdict.currency())
        };
        let agree = all.iter().filter(|(_, other)| same(other)).count();
        let against = all.iter().find(|(_, other)| !same(other));
        if let Some((url, other)) = against {
            said.push(format!("{url} says otherwise: {}", in_words(other)));
        }
        against.is_none() && agree >= wanted
    }

    pub(super) fn send_order(&mut self, record: &mut Record) -> Outcome {
        let (Some(order), Some(signature)) = (record.papers.order(), record.papers.signature()) else {
            return Outcome::Failed(Fault::ChainRefuses);
        };
        let currency = record.papers.money(&record.case, 0).currency;
        match self.network.send_order(&order, &signature, currency, self.policy.waits.for_finality()) {
            Ok(OrderFate::Executed { amount, block }) => {
                record.remark(format!("the order was executed in block {block}"));
                match self.nodes_have_seen(&order, currency) {
                    true => Outcome::Spent(record.papers.money(&record.case, amount)),
                    false => {
                        record.remark("other nodes do not say so");
                        Outcome::Unknown
                    }
                }
            }
            Ok(OrderFate::Dead(why)) => {
                record.remark(format!("the order is dead: {why}"));
                match self.network.agreed_fate(&order, self.policy.agreeing_nodes) {
                    Ok(Some(OrderFate::Dead(_))) => Outcome::Failed(Fault::ChainRefuses),
                    _ => {
                        record.remark("not every node says so");
                        Outcome::Unknown
                    }
                }
            }
            Err(ClientError::Refused(refusal)) => {
                record.remark(format!("the pool refuses the order: {refusal}"));
                Outcome::Unknown
            }
            Err(error) => {
                record.remark(format!("the order: {error}"));
                Outcome::Failed(Fault::Offline)
            }
        }
    }

    /// Whether as many nodes as the operator wants have seen an order executed, and none has not: they may be a block behind.
    fn nodes_have_seen(&self, order: &Order, currency: CurrencyId) -> bool {
        let wanted = self.policy.agreeing_nodes;
        if wanted <= 1 {
            return true;
        }
        let carrier = Account(order.carrier.0);
        let seen = |verdict: &Verdict| {
            let known = verdict.carrier.as_ref();
            known.is_some_and(|known| known.sequence >= order.sequence && known.currency.id() == Some(currency))
        };
        let agreed = self.network.follow(carrier, AGREE_LIMIT, || {
            let all = self.network.verdicts(&Subject::Address(carrier));
            (all.len() >= wanted && all.iter().all(|(_, verdict)| seen(verdict))).then_some(())
        });
        agreed.is_some()
    }
}

/// What there is of a payment. `final_from`: the operator's threshold, in base units of the wanted currency.
fn look_of(verdict: &Verdict, &Money { currency, units: wanted }: &Money, final_from: Balance) -> Look {
    // Who does not know, or says what this version does not understand, says nothing of the currency either.
    let state = match verdict.state.known() {
        None | Some(State::Unknown) => return Look::Unknown,
        Some(state) => state,
    };
    // Amounts of another currency are no amounts of what was to be paid.
    if verdict.currency().id() != Some(currency) {
        return Look::Nothing;
    }
    let paid = |units| Outcome::Paid(Money { currency, units });
    let less = |units| Look::Less(Money { currency, units });
    let held = verdict.final_balance().unwrap_or(0);
    let best = verdict.balance.map_or(0, |balance| balance.best.0);
    match state {
        // More than that is the customer's all the same: anybody can add a grain of dust to it.
        State::Safe if held >= wanted => Look::Over(paid(held)),
        // The rest is under way.
        State::Safe | State::IssuanceError if held < wanted && best > held => Look::Seen,
        State::Safe => less(held),
        // The operator's threshold: so little is handed over before it is final.
        State::Blank if wanted < final_from && best == wanted => Look::Over(paid(best)),
        State::IssuanceError | State::Unsafe
            if held > 0 && held < wanted && verdict.reason == Reason::FaceValueMismatch =>
        {
            less(held)
        }
        _ if best > 0 || held > 0 => Look::Seen,
        _ => Look::Nothing,
    }
}

/// What a verdict means for a machine: the table of `docs/rpc.md`. `dealt`: the currencies that the machine deals in; `wanted`:
/// the one that the case is about, if it is about one.
fn standing_of(verdict: &Verdict, dealt: &Currencies, wanted: Option<CurrencyId>) -> Standing {
    let is_ours = |currency: &Currency| {
        let known = currency.id().filter(|id| dealt.get(*id) == Some(currency));
        known.is_some_and(|known| wanted.is_none_or(|wanted| wanted == known))
    };
    let is_other = verdict.carrier.as_ref().is_some_and(|carrier| !is_ours(&carrier.currency));
    // A state of a later version is not understood, and so nothing is known here.
    let state = verdict.state.known().unwrap_or(State::Unknown);
    match (state, verdict.reason.known()) {
        (State::Unknown, _) => Standing::Unknown,
        (State::Counterfeit, _) => Standing::Counterfeit,
        _ if is_other => Standing::OtherCurrency,
        (State::Safe, _) => {
            let units = verdict.final_balance().unwrap_or(0);
            verdict.currency().id().map_or(Standing::Unknown, |currency| Standing::Safe(Money { currency, units }))
        }
        (State::Suspended, Some(Reason::BatchSuspended | Reason::BatchRevoked))
            if verdict.certificate.as_ref().is_some_and(|maker| !maker.blocks_orders) =>
        {
            Standing::Doubtful
        }
        (State::Suspended, Some(Reason::Locked)) => Standing::Locked,
        (State::Suspended, _) => Standing::Stopped,
        (State::Blank, Some(Reason::NotInitialised | Reason::NotRegistered | Reason::KeyDestroyed))
        | (State::NotOurs, _) => Standing::Unregistered,
        (State::Blank, Some(Reason::NotFundedYet))
        | (State::Withdrawn, _)
        | (State::IssuanceError, Some(Reason::FundingOverdue)) => Standing::Empty,
        // Money is on its way, or leaves: neither empty nor safe.
        (State::Blank | State::Unsafe | State::IssuanceError | State::Unproven, _) => Standing::Doubtful,
    }
}

fn in_words(verdict: &Verdict) -> String {
    let currency = verdict.currency();
    let held = verdict.final_balance().map(|held| currency.show(held));
    let at = verdict.head.as_ref().map(|head| format!(" at block {}", head.finalized.number));
    format!(
        "verdict: {} ({}){}{}",
        verdict.state,
        verdict.reason,
        held.map(|held| format!(", holds {held}")).unwrap_or_default(),
        at.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use specie_link::answers::{Balances, Bytes, CarrierRecord, Maker, Units};
    use specie_primitives::records::CarrierState;

    const SAFE: Standing = Standing::Safe(Money::native(50));

    fn euro() -> Currency {
        Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) }
    }

    const EURO: CurrencyId = CurrencyId::Asset(1);

    /// The same of a card whose money is this currency.
    fn of(currency: Currency, said: Verdict) -> Verdict {
        let carrier = CarrierRecord {
            state: CarrierState::Active.into(),
            currency,
            denomination: None,
            funding_due: None,
            generation: 1,
            sequence: 0,
            final_sequence: Some(0),
            currency_key: Bytes(Vec::new()),
            device_key: Bytes(Vec::new()),
            machine: Account([3; 32]),
            registered_at: 1,
        };
        Verdict { carrier: Some(carrier), ..said }
    }

    /// What it means for a machine that deals in SPC alone.
    fn standing(said: &Verdict) -> Standing {
        standing_of(said, &Currencies::default(), None)
    }

    /// A verdict as a node gives it.
    fn verdict(state: &str, reason: &str, finalized: Balance, best: Balance) -> Verdict {
        Verdict {
            address: None,
            state: state.into(),
            reason: reason.into(),
            reasons: vec![reason.into()],
            proven: true,
            outstanding_until: None,
            surplus: Units(0),
            balance: Some(Balances { finalized: Some(Units(finalized)), best: Units(best), held: Units(0) }),
            pending_spends: Some(Vec::new()),
            carrier: None,
            certificate: None,
            head: None,
        }
    }

    /// A card whose money is a currency that the machine does not deal in, or knows with other digits, is worth nothing here,
    /// and is given back.
    #[test]
    fn f14_a_card_of_another_currency_is_given_back() {
        let safe = || verdict("safe", "sound", 5_000, 5_000);
        assert_eq!(standing(&of(euro(), safe())), Standing::OtherCurrency);
        let words = in_words(&of(euro(), safe()));
        assert!(words.contains("holds 50 EUR"), "{words}");
        let said = |state: &str, reason: &str| standing(&of(euro(), verdict(state, reason, 5_000, 5_000)));
        assert_eq!(said("withdrawn", "spent"), Standing::OtherCurrency);
        assert_eq!(said("counterfeit", "deviceCloned"), Standing::Counterfeit);
        assert_eq!(said("unknown", "syncing"), Standing::Unknown);

        let dealt: Currencies = vec![euro()].try_into().unwrap();
        let fifty = Standing::Safe(Money { currency: EURO, units: 5_000 });
        assert_eq!(standing_of(&of(euro(), safe()), &dealt, None), fifty);
        assert_eq!(standing_of(&of(euro(), safe()), &dealt, Some(EURO)), fifty);
        let coarse = Currency { decimals: Some(0), ..euro() };
        assert_eq!(standing_of(&of(coarse, safe()), &dealt, None), Standing::OtherCurrency);
        // What the customer wants on it is other money.
        let spc = of(Currency::native(), safe());
        assert_eq!(standing_of(&spc, &dealt, Some(EURO)), Standing::OtherCurrency);
        // A card that nobody has registered has no currency yet.
        let blank = verdict("blank", "notRegistered", 0, 0);
        assert_eq!(standing_of(&blank, &dealt, Some(EURO)), Standing::Unregistered);
    }

    #[test]
    fn f6_money_of_another_currency_pays_for_nothing() {
        let (euros, spc) = (Money { currency: EURO, units: 50 }, Money::native(50));
        let safe = || verdict("safe", "sound", 50, 50);
        assert!(matches!(look_of(&of(euro(), safe()), &spc, 0), Look::Nothing));
        assert!(matches!(look_of(&safe(), &euros, 0), Look::Nothing));
        assert!(matches!(look_of(&verdict("unknown", "finalizedBlockStale", 0, 0), &euros, 0), Look::Unknown));
        let Look::Over(Outcome::Paid(paid)) = look_of(&of(euro(), safe()), &euros, 0) else { panic!() };
        assert_eq!(paid, euros);
    }

    #[test]
    fn f14_what_a_verdict_means_for_a_machine() {
        for (state, reason, expected) in [
            ("safe", "sound", SAFE),
            ("counterfeit", "badAttestation", Standing::Counterfeit),
            ("suspended", "frozen", Standing::Stopped),
            ("suspended", "locked", Standing::Locked),
            ("suspended", "ordersStopped", Standing::Stopped),
            ("notOurs", "unknownBatch", Standing::Unregistered),
            ("unknown", "batchNotFinal", Standing::Unknown),
            ("unsafe", "moneyHeld", Standing::Doubtful),
            ("suspended", "batchRevoked", Standing::Stopped),
            ("blank", "notInitialised", Standing::Unregistered),
            ("blank", "notFundedYet", Standing::Empty),
            ("withdrawn", "spent", Standing::Empty),
            ("issuanceError", "fundingOverdue", Standing::Empty),
            ("blank", "fundingNotFinal", Standing::Doubtful),
            ("blank", "notRegistered", Standing::Unregistered),
            ("blank", "keyDestroyed", Standing::Unregistered),
            ("blank", "registrationNotFinal", Standing::Doubtful),
            ("unsafe", "orderOutstanding", Standing::Doubtful),
            ("issuanceError", "faceValueMismatch", Standing::Doubtful),
            ("unknown", "syncing", Standing::Unknown),
            ("a state of another version", "", Standing::Unknown),
        ] {
            assert_eq!(standing(&verdict(state, reason, 50, 50)), expected, "{state}/{reason}");
        }
    }

    #[test]
    fn f14_f16_a_suspended_batch_lets_orders_through_unless_it_blocks_them() {
        let mut said = verdict("suspended", "batchSuspended", 50, 50);
        for (blocks_orders, expected) in [(false, Standing::Doubtful), (true, Standing::Stopped)] {
            said.certificate = Some(Maker {
                batch: 1,
                manufacturer: 0,
                manufacturer_name: String::new(),
                state: "suspended".into(),
                blocks_orders,
            });
            assert_eq!(standing(&said), expected);
        }
    }

    #[test]
    fn f6_money_counts_when_it_is_final_and_of_the_right_amount() {
        let look = |said: &Verdict, final_from| match look_of(said, &Money::native(50), final_from) {
            Look::Over(outcome) => Some(outcome),
            Look::Seen => Some(Outcome::Standing(Standing::Doubtful)),
            Look::Less(held) => Some(Outcome::PaidOtherwise(held)),
            Look::Unknown => Some(Outcome::Unknown),
            Look::Nothing => None,
        };
        let seen = Some(Outcome::Standing(Standing::Doubtful));
        assert_eq!(look(&verdict("blank", "notFundedYet", 0, 0), 0), None);
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 50), 0), seen);
        assert_eq!(look(&verdict("withdrawn", "spent", 0, 50), 0), seen, "a card that is used again");
        assert_eq!(look(&verdict("safe", "sound", 50, 50), 0), Some(Outcome::Paid(Money::native(50))));
        assert_eq!(look(&verdict("safe", "sound", 49, 49), 0), Some(Outcome::PaidOtherwise(Money::native(49))));
        assert_eq!(look(&verdict("safe", "sound", 51, 51), 0), Some(Outcome::Paid(Money::native(51))), "dust");
        assert_eq!(look(&verdict("safe", "sound", 30, 50), 0), seen, "the rest is in a block");
        let mismatch = verdict("issuanceError", "faceValueMismatch", 49, 49);
        assert_eq!(look(&mismatch, 0), Some(Outcome::PaidOtherwise(Money::native(49))));
        assert_eq!(look(&verdict("unsafe", "spendInPool", 50, 50), 0), seen, "somebody spends it");
        assert_eq!(look(&verdict("unknown", "syncing", 0, 0), 0), Some(Outcome::Unknown));
        // The operator's threshold.
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 50), 51), Some(Outcome::Paid(Money::native(50))));
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 50), 50), seen);
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 40), 51), seen);
    }
}
