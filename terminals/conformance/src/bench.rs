//! What a card lies on while it is examined: a link, and a switch for its power.

use specie_card::transport::{Transport, TransportError};
use specie_card_sim::{
    platform::Hardware,
    software::{Medium, SoftwareCard},
    trace::{Log, Replay, POWER_CYCLE},
};

/// A card that can be talked to and switched off and on.
pub trait Bench {
    /// The link to the card under power.
    fn transport(&mut self) -> &mut dyn Transport;

    /// Takes the power away and brings it back: what the card kept in its session is gone afterwards.
    ///
    /// A reader of contacts resets the card; a contactless one switches its field off for longer than the card's
    /// capacitors last.
    fn power_cycle(&mut self) -> Result<(), TransportError>;

    /// Whether [`Self::power_cycle`] does anything. Where it does not, what needs it is skipped.
    fn cuts_power(&self) -> bool {
        true
    }
}

impl<B: Bench + ?Sized> Bench for &mut B {
    fn transport(&mut self) -> &mut dyn Transport {
        (**self).transport()
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        (**self).power_cycle()
    }

    fn cuts_power(&self) -> bool {
        (**self).cuts_power()
    }
}

/// A link whose card cannot be switched off by the program.
#[derive(Debug)]
pub struct AlwaysOn<T>(pub T);

impl<T: Transport> Bench for AlwaysOn<T> {
    fn transport(&mut self) -> &mut dyn Transport {
        &mut self.0
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    fn cuts_power(&self) -> bool {
        false
    }
}

/// A software card on a bench.
#[derive(Debug)]
pub struct SoftwareBench<M, H> {
    /// `None` when the card did not come back from a power cycle.
    card: Option<SoftwareCard<M, H>>,
}

impl<M: Medium, H: Hardware> SoftwareBench<M, H> {
    /// Lays a card on the bench.
    pub const fn new(card: SoftwareCard<M, H>) -> Self {
        Self { card: Some(card) }
    }

    /// The card; `None` when it did not come back from a power cycle.
    pub const fn card_mut(&mut self) -> Option<&mut SoftwareCard<M, H>> {
        self.card.as_mut()
    }
}

impl<M: Medium, H: Hardware> Transport for SoftwareBench<M, H> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        match &mut self.card {
            Some(card) => card.transmit(command),
            None => Err(TransportError::Disconnected("the card did not come back after a power cycle".into())),
        }
    }
}

impl<M: Medium, H: Hardware> Bench for SoftwareBench<M, H> {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        let gone = || TransportError::Disconnected("the card is not on the bench".into());
        let card = self.card.take().ok_or_else(gone)?;
        let card = card.power_cycle().map_err(|error| TransportError::Disconnected(error.to_string()))?;
        self.card = Some(card);
        Ok(())
    }
}

/// A bench that writes down what goes over its link. A power cycle is a comment in the trace.
#[derive(Debug)]
pub struct TracedBench<B> {
    bench: B,
    log: Log,
}

impl<B: Bench> TracedBench<B> {
    /// Begins an empty trace.
    pub fn new(bench: B) -> Self {
        Self { bench, log: Log::default() }
    }

    /// What was written down.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// What was written down, to add comments to.
    pub const fn log_mut(&mut self) -> &mut Log {
        &mut self.log
    }
}

impl<B: Bench> Transport for TracedBench<B> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.bench.transport().transmit(command);
        self.log.record(command, &answer);
        answer
    }
}

impl<B: Bench> Bench for TracedBench<B> {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        self.log.comment(POWER_CYCLE);
        self.bench.power_cycle()
    }

    fn cuts_power(&self) -> bool {
        self.bench.cuts_power()
    }
}

/// A trace goes on over a power cycle: it was recorded with one.
impl Bench for Replay {
    fn transport(&mut self) -> &mut dyn Transport {
        self
    }

    fn power_cycle(&mut self) -> Result<(), TransportError> {
        Ok(())
    }
}
