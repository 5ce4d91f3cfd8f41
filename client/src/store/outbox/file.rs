//! The outbox's file: opened and attached, salvaged where it is corrupt, and detached.

use crate::error::Error;
use crate::store::files::file::{attach, detach, is_whole, make_outbox, remove, set_aside};
use crate::store::files::is_attached;
use crate::store::outbox::salvage::salvage;
use crate::store::outbox::{meta, open_ops, send, settle};
use crate::store::{Store, overlay};
use domain::UserId;
use protocol::sync::push::OperationEnvelope;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

impl Store {
    /// Opens an account's outbox and attaches it; its pending operations get their overlays. A file that cannot be read, because its key
    /// was lost or it is damaged, is set aside, never deleted; then its new path is returned, and the operations that could be read of it
    /// are in a new file.
    ///
    /// # Errors
    /// The file cannot be used now, or is of a newer version; it stays where it is.
    pub fn open_outbox(&self, user: UserId, file: &Path) -> Result<Option<PathBuf>, Error> {
        let rest = file.with_extension("rest");
        // A kill between two renames: `rest` is complete before the damaged file is renamed.
        if rest.exists() && !file.exists() {
            std::fs::rename(&rest, file)?;
        }
        let whole = make_outbox(file, &self.key).and_then(|()| is_whole(file, &self.key));
        let aside = match whole {
            Ok(true) => None,
            Err(error) if !error.is_corrupt() => return Err(error),
            Ok(false) | Err(_) => Some(self.replace_damaged(file, &rest)?),
        };
        remove(&rest)?;
        for connection in [&self.writing, &self.reading] {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            attach(&connection, file, &self.key)?;
        }
        self.write_now(|db| {
            meta::set_owner(db, user)?;
            // What was inflight when the app last ended has no answer yet.
            send::put_back(db)?;
            settle::receive_effects_if_empty(db)?;
            overlay::rebuild_all(db)
        })?;
        Ok(aside)
    }

    /// Sets a damaged outbox aside, and puts in its place the `rest` that could be read of it.
    fn replace_damaged(&self, file: &Path, rest: &Path) -> Result<PathBuf, Error> {
        self.close_outbox()?;
        // One that an earlier run did not finish is made anew.
        remove(rest)?;
        match salvage(file, rest, &self.key) {
            // Its header is damaged, or its key is lost.
            Err(error) if error.is_corrupt() => make_outbox(rest, &self.key)?,
            other => other?,
        }
        let aside = set_aside(file)?;
        std::fs::rename(rest, file)?;
        tracing::warn!(aside = %aside.display(), "the outbox was damaged; it is set aside");
        Ok(aside)
    }

    /// Detaches the account's outbox, which stays in its file.
    ///
    /// # Errors
    /// A connection cannot be used.
    pub fn close_outbox(&self) -> Result<(), Error> {
        [&self.writing, &self.reading]
            .into_iter()
            .try_for_each(|connection| detach(&connection.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The operations of the account's outbox that were not applied, detaching it in the same step, so that nothing can be added any more;
    /// `None` if it is not open.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn drain_and_detach(&self) -> Result<Option<Vec<OperationEnvelope>>, Error> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_attached(&writing)? {
            return Ok(None);
        }
        let ops = open_ops(&writing)?;
        detach(&writing)?;
        drop(writing);
        self.close_outbox()?;
        Ok(Some(ops))
    }
}
