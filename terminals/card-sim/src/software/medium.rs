//! Where a software card's memory lies: a file, or bytes whose power can be cut.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

/// A few hundred bytes that can be read whole and written in part.
pub trait Medium {
    /// Everything.
    fn read(&mut self) -> io::Result<Vec<u8>>;

    /// Overwrites the bytes from `offset` on. When the power goes, any part of them may have been written.
    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> io::Result<()>;

    /// Returns when what was written survives a power loss.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file, locked while it is open: two processes with one card would be a cloned card.
#[derive(Debug)]
pub struct FileMedium {
    file: File,
}

impl FileMedium {
    /// Makes a new file with `contents`, readable for its owner alone. An existing file is an error, and a file that
    /// is half written never has this name.
    pub fn create(path: &Path, contents: &[u8]) -> io::Result<Self> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}.new", std::process::id()));
        let result = write_new(Path::new(&draft), contents).and_then(|()| {
            std::fs::hard_link(&draft, path)?;
            sync_directory(path)
        });
        let _ = std::fs::remove_file(&draft);
        result?;
        Self::open(path)
    }

    /// Opens and locks a file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::WouldBlock, "the card is in use by another process")
            }
            TryLockError::Error(error) => error,
        })?;
        Ok(Self { file })
    }
}

fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

/// Makes the new name survive a power loss.
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

impl Medium for FileMedium {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut bytes = vec![];
        // One byte more than any card has tells a file that is something else, however large.
        let limit = u64::try_from(super::IMAGE_LEN).unwrap_or(u64::MAX).saturating_add(1);
        (&self.file).take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset.try_into().map_err(io::Error::other)?))?;
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Bytes in memory. On request the power goes in the middle of a write, and stays away until [`Self::power_on`].
#[derive(Clone, Debug, Default)]
pub struct MemoryMedium {
    bytes: Vec<u8>,
    written: usize,
    budget: Option<usize>,
}

impl MemoryMedium {
    /// A medium with `bytes`.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, written: 0, budget: None }
    }

    /// Cuts the power when this many more bytes have been written; with 0, at the next write.
    pub fn cut_after(&mut self, bytes: usize) {
        self.budget = Some(bytes);
    }

    /// Brings the power back.
    pub fn power_on(&mut self) {
        self.budget = None;
    }

    /// How many bytes have been written.
    pub const fn written(&self) -> usize {
        self.written
    }

    fn no_power() -> io::Error {
        io::Error::new(io::ErrorKind::BrokenPipe, "no power")
    }
}

impl Medium for MemoryMedium {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.bytes.clone())
    }

    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> io::Result<()> {
        let allowed = self.budget.map_or(bytes.len(), |budget| budget.min(bytes.len()));
        let place = self.bytes.get_mut(offset..).unwrap_or(&mut []);
        let fits = place.len() >= bytes.len();
        for (place, byte) in place.iter_mut().zip(bytes.iter().take(allowed)) {
            *place = *byte;
        }
        self.written += allowed;
        self.budget = self.budget.map(|budget| budget - allowed);
        if !fits {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "write beyond the end"))
        } else if allowed < bytes.len() {
            self.budget = Some(0);
            Err(Self::no_power())
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        match self.budget {
            Some(0) => Err(Self::no_power()),
            _ => Ok(()),
        }
    }
}
