//! Requests for payments, as the chain keeps them.
//!
//! A request says who is paid, how much, and until when. A card's order names it by its reference, and settles it or puts the
//! money on hold for it.

use crate::{
    ids::{scale_derives, CarrierId, CurrencyId, PoolId, Reference},
    Balance, BlockNumber,
};

scale_derives! {
    /// What a request is for. Stable: auditors count by them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum RequestKind {
        /// Cash, out of a machine.
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Withdrawal,
        /// Money into an account or a safe.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Deposit,
        /// Goods or services.
        #[cfg_attr(feature = "scale", codec(index = 2))]
        Sale,
        /// A voucher's redemption.
        #[cfg_attr(feature = "scale", codec(index = 3))]
        Voucher,
        /// A vehicle's fee.
        #[cfg_attr(feature = "scale", codec(index = 4))]
        Vehicle,
        /// From one holder to another.
        #[cfg_attr(feature = "scale", codec(index = 5))]
        Transfer,
    }

    /// How much a request asks for, in base units.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Asked {
        /// This much.
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Exactly(Balance),
        /// Anything between the two, both included: a vehicle's fee that only the card's own meter knows.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Between {
            /// The least that it takes.
            least: Balance,
            /// The most that it takes.
            most: Balance,
        },
    }

    /// What somebody asks for when they open a request.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Terms<AccountId> {
        /// What it is for.
        pub kind: RequestKind,
        /// Who is paid.
        pub payee: AccountId,
        /// Who pays; `None`: any carrier may. Whoever shows a request to the public names its payer, or a stranger's card can
        /// pay it, with little where it asks for little.
        pub payer: Option<CarrierId>,
        /// The currency of the amount.
        pub currency: CurrencyId,
        /// How much is asked for.
        pub amount: Asked,
        /// The last block at which it may be paid or held for.
        pub expires: BlockNumber,
        /// The last block at which its opener may settle what is on hold.
        pub settle_by: BlockNumber,
        /// The pool whose members pay it, and in which of its epochs alone; 0: in whichever is the current one, which a host of the
        /// pool asks for. `None`: any carrier may pay it.
        pub pool: Option<(PoolId, u32)>,
        /// The larger request that it is a part of.
        pub parent: Option<Reference>,
    }

    /// Money that a card has put on hold.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Held {
        /// The carrier at whose address it lies.
        pub carrier: CarrierId,
        /// The sequence of the order.
        pub sequence: u32,
        /// Base units.
        pub amount: Balance,
    }

    /// Where a request is. It resolves once at most.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum RequestState {
        /// It waits for a card's order.
        #[cfg_attr(feature = "scale", codec(index = 0))]
        Open,
        /// A card has put money on hold for it.
        #[cfg_attr(feature = "scale", codec(index = 1))]
        Held(Held),
        /// Nobody knows whether what it was for has happened: people decide.
        #[cfg_attr(feature = "scale", codec(index = 2))]
        InDoubt(Held),
        /// The payee got this much, in base units. What an order would have left on its carrier that is less than an
        /// account may hold went to the payee on top.
        #[cfg_attr(feature = "scale", codec(index = 3))]
        Settled {
            /// Who paid.
            carrier: CarrierId,
            /// Base units.
            amount: Balance,
            /// The block.
            at: BlockNumber,
        },
        /// Nothing was paid: it was taken back, and what was on hold is free again.
        #[cfg_attr(feature = "scale", codec(index = 4))]
        Released {
            /// The block.
            at: BlockNumber,
        },
        /// Nobody paid it in time.
        #[cfg_attr(feature = "scale", codec(index = 5))]
        Expired {
            /// The block.
            at: BlockNumber,
        },
    }

    /// A request.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Request<AccountId> {
        /// Who opened it.
        pub opener: AccountId,
        /// What was asked for.
        pub terms: Terms<AccountId>,
        /// How much of the opener's money is held for the record, in base units.
        pub deposit: Balance,
        /// The block at which it was opened.
        pub opened_at: BlockNumber,
        /// Where it is.
        pub state: RequestState,
    }
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A card's order pays it.
    Pay {
        /// The carrier.
        carrier: CarrierId,
        /// Base units.
        amount: Balance,
    },
    /// A card's order puts money on hold for it.
    Hold(Held),
    /// The payee gets this much of what is on hold, in base units.
    Settle {
        /// Base units.
        amount: Balance,
    },
    /// It is taken back.
    Release,
    /// It is not known what has happened.
    Doubt,
    /// Its time is over.
    Expire,
}

/// What an act makes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// It goes into this state.
    To(RequestState),
    /// It is there already by the same act: the same call again changes nothing.
    Already,
}

/// Why an act is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request's state does not allow it, or it was resolved in another way.
    WrongState,
    /// More than what is on hold.
    MoreThanHeld,
}

impl Asked {
    /// The most that it takes, in base units.
    pub const fn most(&self) -> Balance {
        match self {
            Self::Exactly(amount) | Self::Between { most: amount, .. } => *amount,
        }
    }

    /// The least that it takes, in base units.
    pub const fn least(&self) -> Balance {
        match self {
            Self::Exactly(amount) | Self::Between { least: amount, .. } => *amount,
        }
    }

    /// Whether a payment of `amount` is what is asked for.
    pub const fn takes(&self, amount: Balance) -> bool {
        self.least() <= amount && amount <= self.most()
    }
}

impl RequestState {
    /// What is on hold.
    pub const fn held(&self) -> Option<&Held> {
        match self {
            Self::Held(held) | Self::InDoubt(held) => Some(held),
            _ => None,
        }
    }

    /// The block at which it was resolved; `None`: it is not.
    pub const fn resolved_at(&self) -> Option<BlockNumber> {
        match self {
            Self::Settled { at, .. } | Self::Released { at } | Self::Expired { at } => Some(*at),
            Self::Open | Self::Held(_) | Self::InDoubt(_) => None,
        }
    }

    /// The one function by which a request goes from state to state. `at` is the present block.
    pub fn after(&self, act: Act, at: BlockNumber) -> Result<Transition, Refusal> {
        let settle = |held: &Held, amount| {
            if amount > held.amount {
                return Err(Refusal::MoreThanHeld);
            }
            Ok(Transition::To(Self::Settled { carrier: held.carrier, amount, at }))
        };
        match (self, act) {
            (Self::Open, Act::Pay { carrier, amount }) => Ok(Transition::To(Self::Settled { carrier, amount, at })),
            (Self::Open, Act::Hold(held)) => Ok(Transition::To(Self::Held(held))),
            (Self::Open, Act::Release) => Ok(Transition::To(Self::Released { at })),
            (Self::Open, Act::Expire) => Ok(Transition::To(Self::Expired { at })),
            (Self::Held(held) | Self::InDoubt(held), Act::Settle { amount }) => settle(held, amount),
            (Self::Held(_) | Self::InDoubt(_), Act::Release) => Ok(Transition::To(Self::Released { at })),
            (Self::Held(held), Act::Doubt) => Ok(Transition::To(Self::InDoubt(*held))),
            (Self::Settled { amount: paid, .. }, Act::Settle { amount }) if *paid == amount => {
                Ok(Transition::Already)
            }
            (Self::Released { .. }, Act::Release)
            | (Self::Expired { .. }, Act::Expire)
            | (Self::InDoubt(_), Act::Doubt) => Ok(Transition::Already),
            _ => Err(Refusal::WrongState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: Held = Held { carrier: CarrierId([1; 32]), sequence: 1, amount: 10 };
    const PAID: RequestState = RequestState::Settled { carrier: HELD.carrier, amount: 7, at: 3 };
    const STATES: [RequestState; 6] = [
        RequestState::Open,
        RequestState::Held(HELD),
        RequestState::InDoubt(HELD),
        PAID,
        RequestState::Released { at: 3 },
        RequestState::Expired { at: 3 },
    ];

    /// Every act in every state: to which it leads, `=` for nothing new, `.` for a refusal.
    #[test]
    fn every_transition() {
        let acts = [
            Act::Pay { carrier: HELD.carrier, amount: 7 },
            Act::Hold(HELD),
            Act::Settle { amount: 7 },
            Act::Settle { amount: 8 },
            Act::Settle { amount: 11 },
            Act::Release,
            Act::Doubt,
            Act::Expire,
        ];
        let table = ["SH...R.E", "..SS.RD.", "..SS.R=.", "..=.....", ".....=..", ".......="];
        for (state, row) in STATES.iter().zip(table) {
            for (act, expected) in acts.iter().zip(row.chars()) {
                let told = match state.after(*act, 9) {
                    Ok(Transition::To(RequestState::Settled { at: 9, .. })) => 'S',
                    Ok(Transition::To(RequestState::Held(_))) => 'H',
                    Ok(Transition::To(RequestState::InDoubt(_))) => 'D',
                    Ok(Transition::To(RequestState::Released { at: 9 })) => 'R',
                    Ok(Transition::To(RequestState::Expired { at: 9 })) => 'E',
                    Ok(Transition::To(other)) => panic!("{other:?}"),
                    Ok(Transition::Already) => '=',
                    Err(_) => '.',
                };
                assert_eq!(told, expected, "{act:?} in {state:?}");
            }
        }
    }

    /// What was resolved stays as it is, whatever happens.
    #[test]
    fn resolves_once() {
        for state in STATES {
            for act in [Act::Release, Act::Expire, Act::Doubt, Act::Settle { amount: 1 }, Act::Hold(HELD)] {
                if let (Some(_), Ok(transition)) = (state.resolved_at(), state.after(act, 9)) {
                    assert_eq!(transition, Transition::Already);
                }
            }
        }
    }
}
