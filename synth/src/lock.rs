//! Keeps two runs of synth from writing the same folder at once.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use crate::{error::Error, ui::Ui};

/// Held until dropped; the system lets go of it when the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until nobody else holds the lock of the folder `dir`, which need not exist.
    pub(crate) fn take(ui: &Ui, dir: &Path) -> Result<Self, Error> {
        let path = dir.with_added_extension("lock");
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        }
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let _progress = ui.progress("Waiting for another synth");
                file.lock().map_err(Error::io("lock", &path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
        }
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::Lock;
    use crate::ui::Ui;
    use std::{sync::mpsc, thread, time::Duration};

    #[test]
    fn the_second_waits_for_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("assembly");
        let first = Lock::take(&Ui::default(), &folder).unwrap();
        let (done, second) = mpsc::channel();
        let other = folder.clone();
        let waiter = thread::spawn(move || {
            let _lock = Lock::take(&Ui::default(), &other).unwrap();
            done.send(()).unwrap();
        });
        assert!(second.recv_timeout(Duration::from_millis(100)).is_err());
        drop(first);
        assert!(second.recv_timeout(Duration::from_secs(10)).is_ok());
        waiter.join().unwrap();
    }
}
