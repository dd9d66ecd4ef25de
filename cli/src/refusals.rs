//! Refusals of the pool and of the chain, in words.

use specie_link::{
    answers::{Code, ErrorCode, PoolCode},
    Refusal,
};

/// What a refusal of a node means, and what to do; `docs/rpc.md` has all of them.
pub fn of_pool(refusal: &Refusal) -> Option<&'static str> {
    let data = refusal.data.as_deref().unwrap_or_default();
    Some(match refusal.code {
        Code::Pool(PoolCode::Invalid) => return of_invalid(data),
        Code::Pool(PoolCode::Banned) => "These very bytes left the pool a while ago: ask for the verdict.",
        Code::Pool(PoolCode::LowPriority) => {
            "Another order of this carrier waits: send it again when that one is in a block."
        }
        Code::Pool(PoolCode::Full) => "The node's pool is full: send it again later.",
        Code::Pool(PoolCode::Unverifiable | PoolCode::Unreadable) => {
            "The node cannot read it: node and command may be of different versions."
        }
        Code::Specie(ErrorCode::UnknownAddress) => {
            "Is the address right? A card that was issued offline has to be registered by its machine first."
        }
        Code::Specie(ErrorCode::UnknownManufacturer) => "`specie manufacturer list` shows the manufacturers.",
        Code::Specie(ErrorCode::UnknownMachine) => "`specie machine register` registers one.",
        Code::Specie(ErrorCode::Overloaded) => "The node has more to do than it can: ask again, or another one.",
        _ => return None,
    })
}

fn of_invalid(data: &str) -> Option<&'static str> {
    // The custom errors are an order's; the others any transaction's.
    let number = data.strip_prefix("Custom error: ").and_then(|number| number.parse::<u8>().ok());
    Some(match (number, data) {
        (Some(1), _) => "No carrier is registered at this address: its machine has to register it.",
        (Some(2), _) => "The order is for another chain.",
        (Some(3), _) => "The order has expired: have the card sign a new one.",
        (Some(4), _) => "The order expires too far ahead: a new one; the card is unsafe until one is accepted.",
        (Some(5), _) => "The issuer has frozen the carrier: it decides what happens to the money.",
        (Some(6), _) => "The carrier was proved to be cloned: keep the card; the issuer settles the money.",
        (Some(7), _) => "The card has made a newer key, which has another address: ask the card.",
        (Some(8), _) => "The carrier is out of use for good.",
        (Some(9), _) => "The issuer blocks the orders of this batch.",
        (Some(10), _) => "The machine is not registered, is suspended, or may not cash out.",
        (Some(11), _) => "The payee is the carrier itself, or cannot receive so little: another payee.",
        (Some(12), _) => "The receiver of the fee cannot receive so little: another, or a higher fee.",
        (Some(13), _) => "The amount is below 0.001 SPC, the least that an account holds.",
        (Some(14), _) => "What would be left is below 0.001 SPC: take everything, or less.",
        (Some(15), _) => "A hold is for a request: the order names none.",
        (Some(16), _) => "The request is paid, taken back or expired: ask for it.",
        (Some(17), _) => "The request asks for another payee, amount or currency: a new order.",
        (Some(18), _) => "No node knows the request yet: send the same order again when it is in a block.",
        (Some(19), _) => "Another unit has taken the lead since: have the card sign a new order.",
        (Some(23), _) => {
            "Whose money is of another currency has no fee for the network: `--pay` has the key's account pay."
        }
        (Some(27), _) => "The card belongs to a safe, whose orders offer little: a lower fee.",
        (Some(28), _) => "The node knows of no such epoch yet: send the same order again in a moment.",
        (Some(26), _) => "The card belongs to a safe: it pays requests to its own pool alone (`specie safe pay`).",
        (Some(24), _) => "The card\'s pool is locked: the same order is taken when it is open again.",
        (Some(25), _) => "The payee\'s pool takes nothing in: the same order is taken when it is open again.",
        (_, text) if text.contains("outdated") => {
            "It was overtaken: of an order, this one or a later one was executed. Ask for the verdict."
        }
        (_, text) if text.contains("bad signature") => {
            "Not signed by the key that it names, or changed on the way."
        }
        (_, text) if text.contains("pay some fees") => "Whoever signs has not enough money for the network's fee.",
        (_, text) if text.contains("not expected") => {
            "The issuer has stopped money on this chain for now (safe mode, pause)."
        }
        _ => return None,
    })
}

/// What to do about an error of the chain, by its name.
pub fn of_chain(name: &str) -> Option<&'static str> {
    Some(match name {
        "BadOrigin" => "The key may not do this: it is the issuer's, a manufacturer's, or an operator's act.",
        "Sudo.RequireSudo" => "The key is not the chain's sudo key.",
        "IssuerCouncil.NotMember" => "The key is no member's of the issuer's council.",
        "IssuerCouncil.DuplicateProposal" => "The same act is proposed already: `specie motion list`.",
        "IssuerCouncil.DuplicateVote" => "The member has voted so already.",
        "IssuerCouncil.ProposalMissing" => "There is no such motion, or not any more: `specie motion list`.",
        "IssuerCouncil.TooEarly" => "Not enough members have voted yet.",
        "IssuerCouncil.WrongIndex" => "The motion has another index: `specie motion list`.",
        "IssuerCouncil.WrongProposalLength" => "The length is another one: `specie motion list`.",
        "Manufacturers.NotManufacturer" => "The key is no manufacturer's: it registers with the issuer first.",
        "Manufacturers.NotBatchOwner" => "The batch is another manufacturer's.",
        "Manufacturers.BatchExists" => "The id was used before: batches have ids of their own on the whole chain.",
        "Manufacturers.AccountTaken" => {
            "The account speaks for a manufacturer already: `specie manufacturer list`."
        }
        "Manufacturers.NoPossession" => {
            "The proof is not the batch key's over this chain, this manufacturer and this id: `specie-card factory prove`."
        }
        "Manufacturers.UnknownBatch" | "Carriers.UnknownBatch" => "No batch has this id: `specie batch list`.",
        "Manufacturers.WrongBatchState" => "`specie batch show` shows in which state it is.",
        "Manufacturers.AlreadyExpired" => "The block of its expiry has passed.",
        "Machines.MachineExists" => "The account is a machine already: `specie machine show`.",
        "Machines.UnknownMachine" => "The account is no machine: `specie machine register`.",
        "Machines.NotOperator" => "Only the machine's operator sets its fee: `specie machine show`.",
        "Machines.FeeTooHigh" => "`specie machine show` shows the ceiling; a ceiling is at most 100 %.",
        "Machines.BadGrantCount" => "From 1 to 4,096 grants in one call.",
        "Machines.TooManyOpenGrants" => "A machine holds at most 16,384 open grants.",
        "Machines.MachineNotSuspended" => "It is at work.",
        "Machines.NotPermitted" => "The machine does not have this permission.",
        "Carriers.UnknownCarrier" => "No carrier has this address.",
        "Carriers.WrongState" => "Its state does not allow it: only a stopped carrier is settled or unfrozen.",
        "Carriers.NotDenomination" => "The balance has to be exactly the face value afterwards.",
        "Carriers.FeeAboveLimit" => "The machine asks for more than --max-fee.",
        "Safes.UnknownPool" => "No pool has this number.",
        "Safes.NotPermitted" => "The key may not do this for the pool: `specie safe show` tells who may.",
        "Safes.BadPolicy" => "A lease has 1 block at the least, and no more unlockers can agree than there are.",
        "Safes.NotOperatorsMachine" => "A unit is a machine of the operator's: `specie machine show`.",
        "Safes.AlreadyMember" => "The card belongs to a pool: it leaves that one first.",
        "Safes.NotMember" => "The card does not belong to this pool.",
        "Safes.NoConsent" => "The card's consent is for another pool, or of another time: have it join again.",
        "Safes.Led" => "Another unit leads until its lease is over: `specie safe show`.",
        "Safes.OtherEpoch" => "Another unit has taken the lead since: `specie safe show`.",
        "Safes.PoolLocked" => "The pool is locked: no card leaves until it is unlocked.",
        "Safes.WrongLock" => "A lock is only made tighter; an unlocker unlocks.",
        "Safes.OtherLock" => "The pool was locked again since: look at `specie safe show`, and agree again.",
        "Safes.HasMembers" => "Its cards leave first.",
        "Safes.NoRemedy" => "Nothing is announced for this pool.",
        "Safes.TooEarly" => "The delay has not passed yet.",
        "Safes.Released" => "The issuer has released the pool's cards.",
        "Requests.NotPoolsUnit" => {
            "The key may not ask this pool, or the pool pays nobody now: `specie safe show`."
        }
        "Balances.InsufficientBalance" | "Token(FundsUnavailable)" | "Carriers.InsufficientBalance" => {
            "There is not enough money for it."
        }
        _ => return None,
    })
}
