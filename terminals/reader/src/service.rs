//! A PC/SC service with virtual readers, for tests and demonstrations: Debian's `pcscd` and `vsmartcard-vpcd`.
//!
//! There is one service on a machine: its clients find it at a fixed place. So it is started only where none runs, and
//! the readers are this program's alone while it has the lock.

use crate::{pcsc::Readers, slot::FIRST_PORT};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use thiserror::Error;

/// Where Debian puts the driver.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// Each entry of the driver makes two slots, with ports of their own.
const SLOTS_OF_AN_ENTRY: u16 = 2;

/// How long the service may take until it has its readers.
const START_LIMIT: Duration = Duration::from_secs(20);

/// How much of its log is told when it does not come up.
const LOG_LINES: usize = 10;

/// Why there is no service with virtual readers.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// The driver or the service is not installed.
    #[error("{0} is missing; scripts/setup.sh installs it (Debian: pcscd, vsmartcard-vpcd)")]
    NotInstalled(PathBuf),
    /// A service runs that somebody else has started: its readers are not ours.
    #[error("a PC/SC service runs already, without virtual readers to spare; stop it first")]
    Occupied,
    /// The service does not come up.
    #[error("pcscd does not come up: {0}")]
    DoesNotStart(String),
    /// Starting it failed.
    #[error("pcscd: {0}")]
    Io(#[from] io::Error),
}

/// A running service. Ended when dropped.
#[derive(Debug)]
pub struct Service {
    child: Child,
    slots: u16,
    folder: TempDir,
    _lock: File,
}

impl Service {
    /// Starts a service with at least so many virtual slots. Waits while another program of ours has one.
    pub fn start(slots: u16) -> Result<Self, ServiceError> {
        for needed in [Path::new("/usr/sbin/pcscd"), Path::new(DRIVER)] {
            if !needed.exists() {
                return Err(ServiceError::NotInstalled(needed.into()));
            }
        }
        let lock = File::create(std::env::temp_dir().join("specie-pcscd.lock"))?;
        lock.lock()?;
        if Readers::connect().is_ok() {
            return Err(ServiceError::Occupied);
        }
        let folder = tempfile::tempdir()?;
        let entries = slots.div_ceil(SLOTS_OF_AN_ENTRY).max(1);
        // In a folder of its own: the service reads every file that it finds there, its own log too.
        let configuration = folder.path().join("readers");
        std::fs::create_dir(&configuration)?;
        std::fs::write(configuration.join("virtual"), (0..entries).map(entry).collect::<String>())?;
        let log = File::create(folder.path().join("log"))?;
        let child = Command::new("/usr/sbin/pcscd")
            .args(["--foreground", "--config"])
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let slots = entries * SLOTS_OF_AN_ENTRY;
        let mut service = Self { child, slots, folder, _lock: lock };
        service.wait()?;
        Ok(service)
    }

    /// The port of a slot, from 0; it is the service's reader with the same number.
    pub const fn port(&self, slot: u16) -> u16 {
        FIRST_PORT + slot
    }

    fn wait(&mut self) -> Result<(), ServiceError> {
        let begun = Instant::now();
        loop {
            let known = Readers::connect().and_then(|readers| readers.list()).map_or(0, |readers| readers.len());
            if known >= usize::from(self.slots) {
                return Ok(());
            }
            let has_ended = self.child.try_wait()?.is_some();
            if has_ended || begun.elapsed() > START_LIMIT {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                let end = log.lines().rev().take(LOG_LINES).collect::<Vec<_>>();
                return Err(ServiceError::DoesNotStart(end.into_iter().rev().collect::<Vec<_>>().join("\n")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Gone already, or going now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An entry of the driver's configuration.
fn entry(number: u16) -> String {
    let port = FIRST_PORT + number * SLOTS_OF_AN_ENTRY;
    format!(
        "FRIENDLYNAME \"Virtual PCD {number}\"\nDEVICENAME /dev/null:0x{port:X}\nLIBPATH {DRIVER}\nCHANNELID 0x{port:X}\n"
    )
}
