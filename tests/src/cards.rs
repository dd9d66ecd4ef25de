//! A factory and its cards, each in a file of its own.

use specie_card::host::Host;
use specie_card_sim::{
    factory::{self, Batch, Specification},
    software::{OsHardware, SoftwareCard},
};
use specie_primitives::{crypto::Scheme, ids::BatchId};
use std::{
    error::Error,
    path::{Path, PathBuf},
};

/// A card in front of a machine.
pub type CardHost = Host<SoftwareCard>;

/// A factory that makes the cards of one batch.
pub struct Factory {
    /// The batch with its private key.
    pub batch: Batch,
    folder: PathBuf,
    made: u32,
}

impl Factory {
    /// A factory whose cards are files in `folder`.
    pub fn new(folder: &Path, batch: u64, scheme: Scheme) -> Result<Self, Box<dyn Error>> {
        let batch = Batch::native(BatchId(batch), scheme, &mut OsHardware::without_delay())?;
        Ok(Self { batch, folder: folder.into(), made: 0 })
    }

    /// A new card, selected.
    pub fn card(&mut self, device: Scheme) -> Result<CardHost, Box<dyn Error>> {
        let specification = Specification::contact(device);
        let memory = factory::personalise(&self.batch, &specification, &mut OsHardware::without_delay())?;
        self.made += 1;
        let path = self.folder.join(format!("batch-{}-card-{}", self.batch.id.0, self.made));
        let mut host = Host::new(SoftwareCard::create(&path, &memory)?);
        host.select()?;
        Ok(host)
    }
}

/// A fresh challenge.
pub fn challenge() -> Result<[u8; 32], Box<dyn Error>> {
    use specie_card_sim::platform::Hardware;
    let mut bytes = [0; 32];
    OsHardware::without_delay().random(&mut bytes)?;
    Ok(bytes)
}
