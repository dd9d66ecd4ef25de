//! Orders that cards have signed, until their fate is final.
//!
//! A card that has signed is `unsafe` until its order is executed or dead, and only the order's bytes can bring that about. So
//! they are in a file of the user's state directory before they are sent, and leave it when the order is executed or dead for good:
//! `$XDG_STATE_HOME/specie/orders`, or `~/.local/state/specie/orders`. One file an order, its text as `order send` takes it.

use crate::{error::Error, parse, signed_order::SignedOrder};
use specie_link::Account;
use specie_primitives::order::Order;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// How long an order's text is at the most: of 220 bytes and a signature, and its line feed.
const MAX_TEXT: usize = 2 + 2 * (220 + 66) + 1;

/// A place for an order that is about to be signed: made before, so that a full or forbidden disk is known of in time.
pub struct Place {
    path: PathBuf,
    file: File,
}

impl Place {
    /// A place for this order.
    pub fn make(order: &Order) -> io::Result<Self> {
        let path = path(order).ok_or_else(|| io::Error::other("neither XDG_STATE_HOME nor HOME is set"))?;
        if let Some(folder) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        if read(&path).is_some() {
            return Err(io::Error::other(format!("{} has another order of this sequence", path.display())));
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        // As long as it can become.
        file.write_all(&[b'\n'; MAX_TEXT])?;
        file.sync_all()?;
        Ok(Self { path, file })
    }

    /// Keeps the signed order, on the disk when this returns; where.
    pub fn keep(self, signed: &SignedOrder) -> io::Result<PathBuf> {
        use std::os::unix::fs::FileExt as _;
        self.file.write_all_at(signed.text().as_bytes(), 0)?;
        self.file.sync_all()?;
        Ok(self.path)
    }

    /// Nothing was signed.
    pub fn give_up(self) {
        // A file without an order in it is passed over.
        let _ = fs::remove_file(&self.path);
    }
}

/// The order's fate is final: it is kept no longer. A file that has another one, or another signature, stays.
pub fn settle(signed: &SignedOrder) -> io::Result<()> {
    match path(&signed.order) {
        Some(path) if read(&path).as_ref() == Some(signed) => fs::remove_file(path),
        _ => Ok(()),
    }
}

/// What the folder holds.
#[derive(Default)]
pub struct Kept {
    /// Orders with their files.
    pub orders: Vec<(PathBuf, SignedOrder)>,
    /// Files that hold something else.
    pub others: Vec<PathBuf>,
}

/// All that is kept.
pub fn all() -> Result<Kept, Error> {
    let mut kept = Kept::default();
    let Some(folder) = folder() else { return Ok(kept) };
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(kept),
        entries => entries?,
    };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        match read(&path) {
            Some(order) => kept.orders.push((path, order)),
            None => kept.others.push(path),
        }
    }
    Ok(kept)
}

fn read(path: &Path) -> Option<SignedOrder> {
    let text = fs::read_to_string(path).ok()?;
    SignedOrder::read(&parse::bytes(text.trim()).ok()?).ok()
}

fn path(order: &Order) -> Option<PathBuf> {
    let carrier = Account(order.carrier.0);
    Some(folder()?.join(format!("{carrier}-{}.order", order.sequence)))
}

fn folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")))?;
    Some(state.join("specie/orders"))
}
