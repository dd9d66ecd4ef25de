//! Doors, by the status of the auxiliaries.

use super::service::{lock, Shared};
use crate::{DoorState, Sensors};

/// The doors to the operator's side: the safe's and the cabinet's.
pub struct XfsDoors(pub Shared);

impl Sensors for XfsDoors {
    fn door(&mut self) -> Option<DoorState> {
        let status = lock(&self.0).status().ok()?;
        let state = |name: &str| serde_json::from_value::<DoorState>(status["auxiliaries"][name].clone()).ok();
        let known: Vec<DoorState> = ["safeDoor", "cabinetDoor"].into_iter().filter_map(state).collect();
        // The one that is not shut, if there is one.
        known.iter().copied().find(|door| !door.is_shut()).or_else(|| known.first().copied())
    }
}
