//! A disk that can fill up.

use std::{
    error::Error,
    path::{Path, PathBuf},
    process::Command,
};

/// A file system of a few megabytes, unmounted when dropped.
pub struct SmallDisk {
    /// Where it is mounted.
    pub path: PathBuf,
}

impl SmallDisk {
    /// Mounts it; `None` where this is not allowed.
    pub fn mount(path: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        std::fs::create_dir_all(path)?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=96m", "tmpfs"])
            .arg(path)
            .output()
            .is_ok_and(|output| output.status.success());
        Ok(mounted.then(|| Self { path: path.into() }))
    }

    /// Fills it to the last byte.
    pub fn fill(&self) -> Result<(), Box<dyn Error>> {
        use std::io::Write;
        let mut file = std::fs::File::create(self.path.join("filler"))?;
        let block = [0; 1 << 16];
        while file.write_all(&block).is_ok() {}
        Ok(())
    }

    /// Makes room again.
    pub fn free(&self) -> Result<(), Box<dyn Error>> {
        Ok(std::fs::remove_file(self.path.join("filler"))?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the node that lived on it may still be going down.
        let _ = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}
