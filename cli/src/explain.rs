//! States and reasons of a verdict in words: what they mean, and what to do. `docs/rpc.md` has the same tables.

use specie_link::answers::Word;
use specie_primitives::verdict::{Reason, State};

/// In words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub to_do: &'static str,
}

const fn words(means: &'static str, to_do: &'static str) -> Words {
    Words { means, to_do }
}

/// What of a later version of the node is not known here.
const LATER: Words = words("this command does not know it", "see docs/rpc.md of the node's version");

/// What a state means, and what whoever takes or cashes cards does.
pub fn state(state: &Word<State>) -> Words {
    let Some(state) = state.known() else { return LATER };
    match state {
        State::Unknown => words("the node cannot know", "refuse for now; ask again, or another node"),
        State::Counterfeit => words(
            "not genuine, or a copy",
            "refuse it. Ask again with the card put in anew; if it says so again, retain the card and report it",
        ),
        State::NotOurs => words(
            "a card that this chain knows nothing of",
            "give it back: it is another network's, or its batch is not on chain yet",
        ),
        State::Suspended => words("stopped; the reason says by whom", "refuse it as cash"),
        State::Blank => {
            words("genuine, with no final money on it yet", "worth nothing yet; the reason says what it lacks")
        }
        State::Unsafe => words(
            "it may have signed a spend that is not final",
            "refuse it as cash; wait, or cash it out: the order wins or is refused",
        ),
        State::IssuanceError => words(
            "issued wrongly: not funded in time, or not its face value",
            "refuse it as cash; it may be cashed out. Tell the issuer, who repairs it",
        ),
        State::Withdrawn => words("its money has been spent", "worth nothing: it may be recharged"),
        State::Safe => words("genuine, funded, nothing outstanding", "accept it for its final balance"),
        State::Unproven => words(
            "nothing is against it on chain, and the card has proved nothing",
            "never accept it on this: ask the card (--reader, --card)",
        ),
    }
}

/// What a reason means, and what to do.
pub fn reason(reason: &Word<Reason>) -> Words {
    let Some(reason) = reason.known() else { return LATER };
    let words = of_node(reason).or_else(|| of_card(reason)).or_else(|| of_issuer(reason));
    words.or_else(|| of_money(reason)).unwrap_or(LATER)
}

/// Reasons why a node cannot know.
fn of_node(reason: Reason) -> Option<Words> {
    Some(match reason {
        Reason::Syncing => words("the node is catching up with the network", "ask another node"),
        Reason::BestBlockStale => {
            words("the node's best block is too old, or in the future", "ask another node; is a clock wrong?")
        }
        Reason::FinalizedBlockStale => words(
            "the node's last final block is too old",
            "ask another node; if all say so, the chain has lost finality: stop",
        ),
        Reason::IndexBehind => {
            words("the node's index is behind, being built, or has failed", "ask another node; see `specie health`")
        }
        Reason::AnswerTooLarge => words("the answer is larger than the node gives", "ask another node"),
        _ => return None,
    })
}

/// Reasons that convict or excuse the card itself.
fn of_card(reason: Reason) -> Option<Words> {
    Some(match reason {
        Reason::UnknownBatch => words(
            "its certificate names a batch that nobody registered",
            "give it back: of another network or make",
        ),
        Reason::BadCertificate => words("its certificate is not that batch's", "ask again; then retain it"),
        Reason::BadAttestation => {
            words("its attestation is not the device key's over the challenge", "ask again: the line may be bad")
        }
        Reason::OtherDevice => words("the chain knows its currency key on another device", "retain it"),
        Reason::DeviceCloned => words(
            "the chain knows another currency key of this generation on its device",
            "retain it, and report both attestations",
        ),
        Reason::GenerationBehind => words("its generation is older than the chain's", "retain it"),
        Reason::SequenceBehind => words(
            "it has counted fewer orders than the chain has accepted for good",
            "ask again; then retain it: its memory was rolled back",
        ),
        Reason::GenerationAhead => {
            words("it attests a newer generation of the same key, which cannot be", "report it to the issuer")
        }
        Reason::Locked => words("the card refuses to sign orders", "ask for the code, and unlock it"),
        Reason::KeyUsed => {
            words("it cannot count, and its key was used", "cash it out: such a card is not safe again")
        }
        Reason::BatchNotFinal => words(
            "its batch is in a block that is not final, so nothing is proved against it",
            "ask again in some seconds",
        ),
        Reason::NoEvidence => words("the card was not asked", "ask the card"),
        Reason::Sound => words("genuine, funded, nothing outstanding", "nothing"),
        _ => return None,
    })
}

/// Reasons that the issuer or a manufacturer gave.
fn of_issuer(reason: Reason) -> Option<Words> {
    Some(match reason {
        Reason::BatchSuspended => words("the manufacturer or the issuer doubts its batch", "return the card"),
        Reason::BatchRevoked => words("its batch is not trusted any more, for good", "return the card"),
        Reason::Frozen => words("the issuer has stopped its orders", "send the holder to the issuer"),
        Reason::ConflictingOrders => {
            words("two orders of one sequence were proved: a cloned currency key", "retain it; the issuer settles")
        }
        Reason::ConflictingAttestations => words(
            "two currency keys of one generation were proved: a cloned device key",
            "retain it; the issuer settles",
        ),
        Reason::Superseded => {
            words("its card has made a newer key, which has another address", "ask the card which")
        }
        Reason::Retired => words("out of use for good", "retain it"),
        Reason::PoolLocked => words(
            "it belongs to a safe that is locked",
            "not to be taken: it pays nobody until its safe is unlocked",
        ),
        Reason::OfPool => {
            words("it belongs to a safe, and pays in its name alone", "not to be taken as cash: back to its safe")
        }
        Reason::OrdersStopped => {
            words("the issuer has stopped all orders", "give it back, and wait: see `specie health`")
        }
        _ => return None,
    })
}

/// Reasons that lie in its money and its record.
fn of_money(reason: Reason) -> Option<Words> {
    Some(match reason {
        Reason::NotInitialised => words("the card has no currency key", "a machine may initialise it with a grant"),
        Reason::NotRegistered => {
            words("the chain does not know its currency key", "issued offline: register it. Else not to be sold")
        }
        Reason::KeyDestroyed => words(
            "its currency key was destroyed by a reset",
            "initialise and rotate it; the issuer settles the old one",
        ),
        Reason::RegistrationNotFinal => {
            words("its registration is in a block that is not final", "wait some seconds")
        }
        Reason::NotFundedYet => words("no money yet, and none is overdue", "fund it"),
        Reason::FundingNotFinal => words("its money is in a block that is not final", "wait some seconds"),
        Reason::SpendInPool => {
            words("an order of it waits for a block", "wait; if two conflict, keep the card and report it")
        }
        Reason::SpendNotFinal => words("a spend is in a block that is not final", "wait some seconds"),
        Reason::BalanceNotFinal => words("money leaves it in a block that is not final", "wait some seconds"),
        Reason::OrderOutstanding => words(
            "it has signed an order that the chain has not accepted and still could",
            "wait until that order is dead, or cash out: a newer order kills it",
        ),
        Reason::FundingOverdue => words("no money, although it was due", "report it to the issuer, or fund it"),
        Reason::FaceValueMismatch => {
            words("its balance is less than its face value", "fund the difference, or cash it out")
        }
        Reason::MoneyHeld => {
            words("money of it is on hold for a request", "wait until the request is settled or released")
        }
        Reason::SinceNotFinal => words(
            "the card was asked about its orders after one that this node does not know as accepted for good",
            "ask again: this node lags behind the one that was asked before",
        ),
        Reason::Surplus => words("it holds more than its face value", "nothing: the surplus is its holder's"),
        Reason::Spent => words("its money has been spent", "recharge it"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f14_every_state_and_reason_of_the_documents_has_words() {
        let document = include_str!("../../docs/rpc.md");
        let section = |from: &str, to: &str| {
            let rest = document.split_once(from).map(|(_, rest)| rest).unwrap_or_default();
            rest.split_once(to).map(|(section, _)| section).unwrap_or_default()
        };
        let names = |section: &str| -> Vec<String> {
            let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
            rows.filter_map(|row| row.split_once('`')).map(|(name, _)| name.to_owned()).collect()
        };
        let states = names(section("### States", "### Reasons"));
        let reasons = names(section("### Reasons", "What a node said"));
        assert_eq!((states.len(), reasons.len()), (State::ALL.len(), Reason::ALL.len()));
        assert!(states.iter().all(|name| state(&name.as_str().into()) != LATER), "{states:?}");
        for name in reasons {
            assert_ne!(reason(&name.as_str().into()), LATER, "{name}");
        }
        assert_eq!((state(&"new".into()), reason(&"new".into())), (LATER, LATER));
    }
}
