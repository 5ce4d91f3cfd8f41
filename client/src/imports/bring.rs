//! The file as a page brings it, slice by slice. It is on disk as it came until it was read, readable by this user alone, and is deleted then.

use crate::error::Error;
use crate::imports::Desk;
use crate::imports::state::{Asked, State};
use crate::store::imports::ImportFile;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::UtcMillis;
use imports::Limits;
use protocol::core::problem::{Code, Problem};
use protocol::ui::imports::{Reading, SLICE, Slice, Stage};
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

fn refused(what: &str) -> Error {
    Problem::new(Code::BadRequest, what).into()
}

impl Desk {
    /// Takes a slice. The same slice again changes nothing; one that leaves a gap is refused.
    ///
    /// # Errors
    /// The slice is none, the file is too large, or it cannot be written.
    pub(super) fn bring(&self, slice: &Slice, at: UtcMillis) -> Result<(), Error> {
        let bytes = STANDARD.decode(&slice.base64).map_err(|_| refused("a slice is base64"))?;
        if bytes.len() > SLICE {
            return Err(refused("the slice is too large"));
        }
        if slice.offset + bytes.len() as u64 > Limits::default().file_bytes {
            return Err(Problem::new(Code::TooLarge, "the file is too large").into());
        }
        let path = self.brought(slice.id);
        if slice.offset == 0 {
            let file = ImportFile::open(&self.path(slice.id), &self.key)?;
            match file.state::<State>()? {
                Some(state) if state.user != self.user || state.stage != Stage::Bringing => {
                    return Err(refused("the import is there already"));
                }
                Some(_) => {}
                None => {
                    let name = slice.name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
                    file.set_state(&State::new(slice.id, name, at, self.user))?;
                }
            }
        } else {
            self.open(slice.id)?;
        }
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        if file.metadata()?.len() < slice.offset {
            return Err(refused("a slice before this one is missing"));
        }
        file.seek(SeekFrom::Start(slice.offset))?;
        file.write_all(&bytes)?;
        if slice.is_last {
            file.set_len(slice.offset + bytes.len() as u64)?;
            file.sync_all()?;
        }
        Ok(())
    }

    /// Has the file read again: another sheet, or otherwise. Not once rows were committed.
    ///
    /// # Errors
    /// The file is gone, or the import cannot be changed any more.
    pub(super) fn read_again(&self, reading: &Reading) -> Result<(), Error> {
        if !self.brought(reading.id).exists() {
            return Err(refused("the file is no longer there: choose it again"));
        }
        let set = |file: &mut ImportFile, state: &mut State| {
            let Reading { encoding, delimiter, header_row, sheet, .. } = reading.clone();
            state.asked = Asked { encoding, delimiter, header_row };
            state.sheet = sheet;
            file.set_state(state)
        };
        self.change(reading.id, set)
    }
}

/// Deletes a file that was brought.
///
/// # Errors
/// It cannot be deleted.
pub fn forget(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
