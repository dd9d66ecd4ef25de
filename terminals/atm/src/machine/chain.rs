//! Acts of the chain.

use super::Machine;
use crate::{
    case::{Fault, Genuine, Outcome, Payment, Standing},
    journal::Record,
    network::Registered,
};
use specie_client::{answers::Verdict, questions::Subject, Account, ClientError, OrderFate};
use specie_primitives::{evidence::Evidence, order::Order, Balance};
use std::time::{Duration, Instant};

/// How long nodes may take until they agree on what one of them knows.
const AGREE_LIMIT: Duration = Duration::from_secs(15);

/// What one look at a carrier that is to be paid shows.
enum Look {
    /// Decided.
    Over(Outcome),
    /// Money is on its way.
    Seen,
    /// Less than it should be is there, finally.
    Less(Balance),
    /// Nothing yet.
    Nothing,
    /// Nobody can say.
    Unknown,
}

impl Machine {
    pub(super) fn register(&mut self, record: &mut Record) -> Outcome {
        let (Some(registration), Some(carrier)) = (record.registration(), record.carrier) else {
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
            self.network.clone().note_payer(record);
        }
        standing.map_or(Outcome::Failed(Fault::NoCarrier), Outcome::Standing)
    }

    /// The power went while the customer was asked to pay: what the wallet had sent may still be on its way.
    fn await_what_was_sent(&mut self, record: &mut Record) -> Option<Standing> {
        let carrier = record.carrier?;
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
        let by_signature = ["badCertificate", "badAttestation"];
        let convicts = |verdict: &Verdict| {
            verdict.state == "counterfeit" && !(seems_genuine && by_signature.contains(&verdict.reason.as_str()))
        };
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
            Ok((_, verdict)) => {
                record.remark(in_words(&verdict));
                standing_of(&verdict)
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
        let (Some(carrier), Some(wanted)) = (record.carrier, record.case.request.kind.amount()) else {
            return Outcome::Failed(Fault::NoCarrier);
        };
        let (network, waits) = (self.network.clone(), self.policy.waits);
        let begun = Instant::now();
        let mut seen: Option<Instant> = None;
        let limit = waits.for_payment() + waits.for_finality();
        let mut said = Vec::new();
        let over = network.follow(carrier, limit, || {
            let look = self.look_for_payment(wanted, &mut said);
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
            network.note_payer(record);
        }
        if let Some(Outcome::Failed(Fault::TimedOut)) = over {
            // "Nothing came" costs whoever has paid: it takes every node's word.
            let holds = |verdict: &Verdict| verdict.balance.as_ref().is_some_and(|balance| balance.best.0 > 0);
            if network.verdicts(&Subject::Address(carrier)).iter().any(|(_, verdict)| holds(verdict)) {
                record.remark("a node has seen money");
                return Outcome::Standing(Standing::Doubtful);
            }
        }
        // No node has said anything to the end.
        over.unwrap_or(Outcome::Unknown)
    }

    fn look_for_payment(&mut self, wanted: Balance, said: &mut Vec<String>) -> Look {
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
        let look = look_of(&verdict, wanted, self.policy.final_from.0);
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
        let same = |other: &Verdict| other.state == verdict.state && other.balance == verdict.balance;
        let agree = all.iter().filter(|(_, other)| same(other)).count();
        let against = all.iter().find(|(_, other)| !same(other));
        if let Some((url, other)) = against {
            said.push(format!("{url} says otherwise: {}", in_words(other)));
        }
        against.is_none() && agree >= wanted
    }

    pub(super) fn send_order(&mut self, record: &mut Record) -> Outcome {
        let (Some(order), Some(signature)) = (record.order(), record.signature()) else {
            return Outcome::Failed(Fault::ChainRefuses);
        };
        match self.network.send_order(&order, &signature, self.policy.waits.for_finality()) {
            Ok(OrderFate::Executed { amount, block }) => {
                record.remark(format!("the order was executed in block {block}"));
                match self.nodes_have_seen(&order) {
                    true => Outcome::Spent(amount),
                    false => {
                        record.remark("other nodes do not say so");
                        Outcome::Unknown
                    }
                }
            }
            Ok(OrderFate::Dead(why)) => {
                record.remark(format!("the order is dead: {why}"));
                Outcome::Failed(Fault::ChainRefuses)
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
    fn nodes_have_seen(&self, order: &Order) -> bool {
        let wanted = self.policy.agreeing_nodes;
        if wanted <= 1 {
            return true;
        }
        let carrier = Account(order.carrier.0);
        let seen =
            |verdict: &Verdict| verdict.carrier.as_ref().is_some_and(|known| known.sequence >= order.sequence);
        let agreed = self.network.follow(carrier, AGREE_LIMIT, || {
            let all = self.network.verdicts(&Subject::Address(carrier));
            (all.len() >= wanted && all.iter().all(|(_, verdict)| seen(verdict))).then_some(())
        });
        agreed.is_some()
    }
}

fn look_of(verdict: &Verdict, wanted: Balance, final_from: Balance) -> Look {
    if !verdict.is_native() {
        return Look::Nothing;
    }
    let held = verdict.final_balance().unwrap_or(0);
    let best = verdict.balance.as_ref().map_or(0, |balance| balance.best.0);
    match verdict.state.as_str() {
        // More than that is the customer's all the same: anybody can add a grain of dust to it.
        "safe" if held >= wanted => Look::Over(Outcome::Paid(held)),
        // The rest is under way.
        "safe" | "issuanceError" if held < wanted && best > held => Look::Seen,
        "safe" => Look::Less(held),
        // The operator's threshold: so little is handed over before it is final.
        "blank" if wanted < final_from && best == wanted => Look::Over(Outcome::Paid(best)),
        "issuanceError" | "unsafe" if held > 0 && held < wanted && verdict.reason == "faceValueMismatch" => {
            Look::Less(held)
        }
        "unknown" => Look::Unknown,
        _ if best > 0 || held > 0 => Look::Seen,
        _ => Look::Nothing,
    }
}

/// What a verdict means for a machine: the table of `docs/rpc.md`.
fn standing_of(verdict: &Verdict) -> Standing {
    let held = verdict.final_balance().unwrap_or(0);
    match (verdict.state.as_str(), verdict.reason.as_str()) {
        ("safe", _) if verdict.is_native() => Standing::Safe(held),
        ("counterfeit", _) => Standing::Counterfeit,
        // Its amounts are not amounts of this machine's money.
        (state, _) if state != "unknown" && !verdict.is_native() => Standing::Stopped,
        ("suspended", "batchSuspended" | "batchRevoked")
            if verdict.certificate.as_ref().is_some_and(|maker| !maker.blocks_orders) =>
        {
            Standing::Doubtful
        }
        ("suspended", _) => Standing::Stopped,
        ("blank", "notInitialised" | "notRegistered" | "keyDestroyed") | ("notOurs", _) => Standing::Unregistered,
        ("blank", "notFundedYet") | ("withdrawn", _) | ("issuanceError", "fundingOverdue") => Standing::Empty,
        // Money is on its way, or leaves: neither empty nor safe.
        ("blank" | "unsafe" | "issuanceError" | "unproven", _) => Standing::Doubtful,
        _ => Standing::Unknown,
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
    use specie_client::{
        amount::Currency,
        answers::{Balances, CarrierRecord, Maker, Units},
    };

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
            balance: Some(Balances { finalized: Some(Units(finalized)), best: Units(best) }),
            pending_spends: Some(Vec::new()),
            carrier: None,
            certificate: None,
            head: None,
        }
    }

    /// A card whose money is another currency is worth nothing here, and is given back unsigned.
    #[test]
    fn f14_a_card_of_another_currency_is_given_back() {
        let euro = Currency { id: "asset:1".into(), symbol: Some("EUR".into()), decimals: Some(2) };
        let of = |currency: Currency, state: &str, reason: &str| {
            let carrier = CarrierRecord {
                state: "active".into(),
                currency,
                denomination: None,
                funding_due: None,
                generation: 1,
                sequence: 0,
                final_sequence: Some(0),
                machine: Account([3; 32]),
                registered_at: 1,
            };
            let verdict = Verdict { carrier: Some(carrier), ..verdict(state, reason, 5_000, 5_000) };
            (standing_of(&verdict), in_words(&verdict))
        };
        let (standing, words) = of(euro.clone(), "safe", "sound");
        assert_eq!(standing, Standing::Stopped);
        assert!(words.contains("holds 50 EUR"), "{words}");
        assert_eq!(of(euro.clone(), "withdrawn", "spent").0, Standing::Stopped);
        assert_eq!(of(euro.clone(), "counterfeit", "deviceCloned").0, Standing::Counterfeit);
        assert_eq!(of(euro, "unknown", "syncing").0, Standing::Unknown);
        assert_eq!(of(Currency::native(), "safe", "sound").0, Standing::Safe(5_000));
    }

    #[test]
    fn f14_what_a_verdict_means_for_a_machine() {
        for (state, reason, expected) in [
            ("safe", "sound", Standing::Safe(50)),
            ("counterfeit", "badAttestation", Standing::Counterfeit),
            ("suspended", "frozen", Standing::Stopped),
            ("suspended", "locked", Standing::Stopped),
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
            assert_eq!(standing_of(&verdict(state, reason, 50, 50)), expected, "{state}/{reason}");
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
            assert_eq!(standing_of(&said), expected);
        }
    }

    #[test]
    fn f6_money_counts_when_it_is_final_and_of_the_right_amount() {
        let look = |said: &Verdict, final_from| match look_of(said, 50, final_from) {
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
        assert_eq!(look(&verdict("safe", "sound", 50, 50), 0), Some(Outcome::Paid(50)));
        assert_eq!(look(&verdict("safe", "sound", 49, 49), 0), Some(Outcome::PaidOtherwise(49)));
        assert_eq!(look(&verdict("safe", "sound", 51, 51), 0), Some(Outcome::Paid(51)), "dust");
        assert_eq!(look(&verdict("safe", "sound", 30, 50), 0), seen, "the rest is in a block");
        let mismatch = verdict("issuanceError", "faceValueMismatch", 49, 49);
        assert_eq!(look(&mismatch, 0), Some(Outcome::PaidOtherwise(49)));
        assert_eq!(look(&verdict("unsafe", "spendInPool", 50, 50), 0), seen, "somebody spends it");
        assert_eq!(look(&verdict("unknown", "syncing", 0, 0), 0), Some(Outcome::Unknown));
        // The operator's threshold.
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 50), 51), Some(Outcome::Paid(50)));
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 50), 50), seen);
        assert_eq!(look(&verdict("blank", "fundingNotFinal", 0, 40), 51), seen);
    }
}
