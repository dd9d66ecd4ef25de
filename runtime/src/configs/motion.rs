//! The call of a motion, which knows its own hash while it is executed.
//!
//! The council dispatches a motion's call with an origin that says how many agreed, and not to what. Every event of an
//! authority names the motion, so the call is wrapped: the same bytes, the same type in the metadata, and around its
//! dispatch a note of its hash.

use crate::{Runtime, RuntimeCall, RuntimeOrigin};
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchInfo, DispatchResultWithPostInfo, GetDispatchInfo, PostDispatchInfo},
    parameter_types,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{BlakeTwo256, Dispatchable, Hash};

parameter_types! {
    /// The hash of the motion whose call is being executed. Never there after a call.
    storage CurrentMotion: Option<[u8; 32]> = None;
}

/// The hash of the motion whose call is being executed; `None`: no motion's is.
pub fn current() -> Option<[u8; 32]> {
    CurrentMotion::get()
}

/// A call that the council votes on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking)]
pub struct Motion(pub RuntimeCall);

impl TypeInfo for Motion {
    type Identity = RuntimeCall;

    fn type_info() -> scale_info::Type {
        RuntimeCall::type_info()
    }
}

impl From<frame_system::Call<Runtime>> for Motion {
    fn from(call: frame_system::Call<Runtime>) -> Self {
        Self(call.into())
    }
}

impl GetDispatchInfo for Motion {
    fn get_dispatch_info(&self) -> DispatchInfo {
        self.0.get_dispatch_info()
    }
}

impl Dispatchable for Motion {
    type RuntimeOrigin = RuntimeOrigin;
    type Config = ();
    type Info = DispatchInfo;
    type PostInfo = PostDispatchInfo;

    fn dispatch(self, origin: RuntimeOrigin) -> DispatchResultWithPostInfo {
        let around = CurrentMotion::get();
        CurrentMotion::set(&Some(BlakeTwo256::hash_of(&self.0).0));
        let result = self.0.dispatch(origin);
        match around {
            Some(_) => CurrentMotion::set(&around),
            None => sp_io::storage::clear(&CurrentMotion::key()),
        }
        result
    }
}
