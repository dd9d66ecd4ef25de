//! From a question to a verdict: gather the situation at both blocks, let `assess` decide, say what it rests on.

use crate::{
    answers::{reason_name, state_name, BalanceAnswer, CarrierAnswer, CertificateAnswer, VerdictAnswer},
    error::Error,
    input::{self, ss58, VerdictQuery},
    snapshot::Snapshot,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_runtime::traits::Block as BlockT;
use specie_primitives::{
    api::CarrierApi,
    crypto::Software,
    evidence::Evidence,
    ids::{BatchId, CarrierId},
    verdict::{assess, Finding, Situation, View},
};

/// A question that has been understood.
struct Question {
    carrier: Option<CarrierId>,
    evidence: Option<Evidence>,
}

impl Question {
    fn parse(query: &VerdictQuery) -> Result<Self, Error> {
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
}

impl<C, B> Snapshot<'_, C, B>
where
    B: BlockT<Hash = sp_core::H256>,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: CarrierApi<B>,
{
    /// The verdict on what `query` asks about.
    pub fn verdict(&self, query: &VerdictQuery) -> Result<VerdictAnswer, Error> {
        let question = Question::parse(query)?;
        // What cannot be known is not looked up.
        let (finding, best, finalized) = match self.ignorance {
            Some(_) => (Finding::NoEvidence, View::default(), View::default()),
            None => (
                self.examine(&question)?,
                self.view(&question, self.best.hash)?,
                self.view(&question, self.finalized.hash)?,
            ),
        };
        let situation = Situation { ignorance: self.ignorance, finding, best, finalized, pool_spends: 0 };
        if self.ignorance.is_none() && question.evidence.is_none() && best.carrier.is_none() {
            return Err(Error::UnknownAddress);
        }
        self.answer(&question, &situation)
    }

    fn answer(&self, question: &Question, situation: &Situation) -> Result<VerdictAnswer, Error> {
        let verdict = assess(situation);
        let known = situation.ignorance.is_none();
        let record = situation.best.carrier;
        let batch = question.evidence.as_ref().map(Evidence::batch).or(record.map(|record| record.batch));
        Ok(VerdictAnswer {
            address: question.carrier.map(|carrier| ss58(carrier.0)),
            state: state_name(verdict.state).into(),
            reason: reason_name(verdict.reason).into(),
            reasons: verdict.reasons.iter().map(|reason| reason_name(reason).into()).collect(),
            proven: verdict.proven,
            outstanding_until: verdict.outstanding_until,
            balance: question.carrier.filter(|_| known).map(|_| BalanceAnswer {
                finalized: situation.finalized.balance.to_string(),
                best: situation.best.balance.to_string(),
            }),
            pending_spends: None,
            carrier: record.as_ref().map(CarrierAnswer::of),
            certificate: match batch.filter(|_| known) {
                Some(batch) => self.certificate(batch)?,
                None => None,
            },
            head: self.heads(),
        })
    }

    fn examine(&self, question: &Question) -> Result<Finding, Error> {
        let Some(evidence) = &question.evidence else { return Ok(Finding::NoEvidence) };
        let batch = self.ask(|api| api.batch(self.best.hash, evidence.batch()))?;
        Ok(evidence.examine::<Software>(batch.map(|batch| batch.key).as_ref())?)
    }

    fn view(&self, question: &Question, at: B::Hash) -> Result<View, Error> {
        let device = question.evidence.as_ref().map(|evidence| evidence.certificate().device());
        let certified = question.evidence.as_ref().map(Evidence::batch);
        self.ask(|api| api.view(at, question.carrier, device, certified))
    }

    fn certificate(&self, id: BatchId) -> Result<Option<CertificateAnswer>, Error> {
        let Some(batch) = self.ask(|api| api.batch(self.best.hash, id))? else { return Ok(None) };
        let maker = self.ask(|api| api.manufacturers(self.best.hash, batch.manufacturer.0, 1))?;
        Ok(Some(CertificateAnswer::of(id, &batch, maker.first())))
    }
}
