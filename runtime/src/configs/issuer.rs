//! Who the issuer is.

use super::motion;
use crate::{AccountId, RuntimeOrigin};
use frame_support::traits::EnsureOrigin;
use frame_system::EnsureRoot;
use pallet_collective::{EnsureProportionAtLeast, Instance1};
use specie_primitives::acts::Actor;

/// Two thirds of the issuer's council.
type CouncilMajority = EnsureProportionAtLeast<AccountId, Instance1, 2, 3>;

/// The issuer: root, or at least two thirds of the issuer's council. It says who acted, and by which motion.
pub struct IssuerOrigin;

impl EnsureOrigin<RuntimeOrigin> for IssuerOrigin {
    type Success = Actor<AccountId>;

    fn try_origin(origin: RuntimeOrigin) -> Result<Self::Success, RuntimeOrigin> {
        let origin = match EnsureRoot::<AccountId>::try_origin(origin) {
            Ok(()) => return Ok(Actor::Root),
            Err(origin) => origin,
        };
        CouncilMajority::try_origin(origin)?;
        Ok(Actor::Council { motion: motion::current().unwrap_or_default() })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
        EnsureRoot::<AccountId>::try_successful_origin()
    }
}
