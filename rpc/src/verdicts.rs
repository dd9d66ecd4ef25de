//! From a question to a verdict: gather the facts, let `assess` decide, say what it rests on.

use crate::{
    answers,
    cache::Cached,
    error::Error,
    input,
    standing::{heads_of, Standing},
};
use specie_indexer::core::{Base, Facts, Question};
use specie_primitives::{
    crypto::Software,
    evidence::Evidence,
    ids::CarrierId,
    verdict::{assess, Finding, Situation, Verdict as Assessed, View},
};
use specie_rpc_types::{Account, BriefVerdict, Verdict, VerdictQuery};

/// The most pending spends that one verdict tells of.
const MAX_PENDING: usize = 16;

/// A question that has been understood.
pub struct Asked {
    carrier: Option<CarrierId>,
    evidence: Option<Evidence>,
}

/// A verdict and what it was decided from.
struct Decided {
    verdict: Assessed,
    facts: Option<Facts>,
}

impl Asked {
    /// Understands a question.
    pub fn parse(query: &VerdictQuery) -> Result<Self, Error> {
        let address = query.address.as_deref().map(input::address).transpose()?.map(CarrierId);
        let evidence = query.evidence.as_deref().map(input::evidence).transpose()?;
        let carrier = match &evidence {
            None if address.is_none() => return Err(Error::NothingAsked),
            None => address,
            Some(evidence) => {
                if input::challenge(query.challenge.as_deref())? != *evidence.challenge() {
                    return Err(Error::OtherChallenge);
                }
                let claimed = evidence.carrier()?;
                if address.is_some() && address != claimed {
                    return Err(Error::OtherCarrier);
                }
                claimed
            }
        };
        Ok(Self { carrier, evidence })
    }

    /// A question about an address.
    pub const fn about(carrier: CarrierId) -> Self {
        Self { carrier: Some(carrier), evidence: None }
    }

    /// The carrier that it is about.
    pub const fn carrier(&self) -> Option<&CarrierId> {
        self.carrier.as_ref()
    }

    /// The verdict with everything that it rests on.
    pub fn full(&self, standing: &Standing, cache: &Cached<'_>) -> Result<Verdict, Error> {
        let Decided { verdict, facts } = self.decide(standing, cache)?;
        let known = facts.as_ref();
        let record = known.and_then(|facts| facts.best.carrier);
        let certificate = match known.and_then(|facts| facts.batch) {
            Some((id, batch)) => Some(answers::maker(id, &batch, cache.manufacturer(batch.manufacturer)?.as_ref())),
            None => None,
        };
        Ok(Verdict {
            address: self.carrier.map(|carrier| Account(carrier.0)),
            state: verdict.state.into(),
            reason: verdict.reason.into(),
            reasons: verdict.reasons.iter().map(Into::into).collect(),
            proven: verdict.proven,
            outstanding_until: verdict.outstanding_until,
            surplus: verdict.surplus.into(),
            balance: known.and_then(answers::balances),
            pending_spends: known.map(|facts| {
                let shown = facts.pending.iter().take(MAX_PENDING);
                shown.map(|pending| answers::pending_spend(pending, &facts.pending)).collect()
            }),
            carrier: record.as_ref().map(|record| {
                let finalized = known.and_then(|facts| facts.finalized.carrier.as_ref());
                answers::carrier(record, finalized, cache.currency(record.currency))
            }),
            certificate,
            head: standing.moment.as_ref().map(heads_of),
        })
    }

    /// The verdict in few words.
    pub fn brief(&self, standing: &Standing, cache: &Cached<'_>) -> Result<BriefVerdict, Error> {
        let Decided { verdict, facts } = self.decide(standing, cache)?;
        let record = facts.as_ref().and_then(|facts| facts.best.carrier);
        Ok(BriefVerdict {
            state: verdict.state.into(),
            reason: verdict.reason.into(),
            proven: verdict.proven,
            balance: facts.as_ref().and_then(answers::balances),
            currency: record.map(|record| cache.currency(record.currency)),
            denomination: record.and_then(|record| record.denomination).map(Into::into),
            sequence: record.map(|record| record.sequence),
            pending_spends: facts.map_or(0, |facts| facts.pending.len().try_into().unwrap_or(u32::MAX)),
        })
    }

    fn decide(&self, standing: &Standing, cache: &Cached<'_>) -> Result<Decided, Error> {
        let (None, Some(moment)) = (standing.ignorance, &standing.moment) else {
            // What cannot be known is not looked up.
            let (finding, view) = (Finding::NoEvidence, View::default());
            let situation =
                Situation { ignorance: standing.ignorance, finding, best: view, finalized: view, pool_spends: 0 };
            return Ok(Decided { verdict: assess(&situation), facts: None });
        };
        let question = Question {
            carrier: self.carrier,
            device: self.evidence.as_ref().map(|evidence| evidence.certificate().device()),
            certified: self.evidence.as_ref().map(Evidence::batch),
        };
        let facts = moment.facts_over(cache, &question)?;
        if self.evidence.is_none() && facts.best.carrier.is_none() {
            return Err(Error::UnknownAddress);
        }
        let finding = match &self.evidence {
            None => Finding::NoEvidence,
            Some(evidence) => {
                let key = facts.batch.filter(|(id, _)| *id == evidence.batch()).map(|(_, batch)| batch.key);
                evidence.examine::<Software>(key.as_ref())?
            }
        };
        let pool_spends = facts.pending.len().try_into().unwrap_or(u32::MAX);
        let (best, finalized) = (facts.best, facts.finalized);
        let situation = Situation { ignorance: None, finding, best, finalized, pool_spends };
        Ok(Decided { verdict: assess(&situation), facts: Some(facts) })
    }
}
