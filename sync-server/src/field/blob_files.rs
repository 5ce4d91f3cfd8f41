//! Blobs as files: each uploader has a part of its own, which becomes the whole file when its bytes hash to the name.
//!
//! A part is as long as what was received, so an upload continues after any interruption. Bytes that a power cut leaves in it unwritten do
//! not hash to the name, and the upload begins anew.

use crate::core::private;
use crate::error::Error;
use domain::field::blob::{MAX_BLOB, Picture, is_too_large};
use domain::{BlobId, UtcMillis};
use protocol::core::problem::Code;
use protocol::field::blob::BlobState;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Uploads that one user may have open.
const OPEN_PARTS: usize = 64;

/// Bytes of one user that no row names, at most: parts, and whole blobs. A device uploads a picture right before the reading that names it.
const UNNAMED: u64 = 64 * 1024 * 1024;

/// A part that was not continued, and a blob that no row names, are removed after this long: 7 days in milliseconds.
pub const KEEP_MS: i64 = 7 * domain::core::local_time::DAY_MS;

/// The folder of blobs.
#[derive(Clone)]
pub struct Blobs {
    folder: PathBuf,
    /// Held while a part is written: two connections of one uploader must not mix their ranges.
    writing: Arc<Mutex<()>>,
}

impl Blobs {
    /// Opens, or makes, the folder.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(folder: PathBuf) -> Result<Self, Error> {
        private::folder(&folder)?;
        private::folder(&folder.join("parts"))?;
        Ok(Self { folder, writing: Arc::default() })
    }

    fn part(&self, user: i64, id: BlobId) -> PathBuf {
        self.folder.join("parts").join(format!("{user}-{id}"))
    }

    fn file(&self, id: BlobId) -> PathBuf {
        let name = id.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// How far a user's upload is. A part that has all bytes and was not made a blob, as a server that was killed leaves it, is thrown away: nothing
    /// could follow it.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn offset(&self, user: i64, id: BlobId, total: u64) -> Result<u64, Error> {
        let _guard = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let part = self.part(user, id);
        let offset = length(&part)?;
        if offset == 0 || offset < total {
            return Ok(offset);
        }
        fs::remove_file(&part)?;
        Ok(0)
    }

    /// Appends a range. One that does not begin where the part ends is ignored, and the answer says where the part ends.
    ///
    /// # Errors
    /// The bytes do not hash to the name or are no picture, too many uploads are open, or the folder cannot be written.
    pub fn append(&self, user: i64, id: BlobId, first: u64, total: u64, bytes: &[u8]) -> Result<BlobState, Error> {
        let _guard = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let part = self.part(user, id);
        let offset = length(&part)?;
        if offset > total {
            fs::remove_file(&part)?;
            return Ok(BlobState { offset: 0, whole: false });
        }
        if first != offset {
            return Ok(BlobState { offset, whole: false });
        }
        if offset == 0 && self.open_parts(user)? >= OPEN_PARTS {
            return Err(Error::problem(Code::RateLimited, "too many uploads are open; finish some of them first"));
        }
        let mut file = private::options().create(true).append(true).open(&part)?;
        file.write_all(bytes)?;
        let offset = offset + bytes.len() as u64;
        if offset < total {
            return Ok(BlobState { offset, whole: false });
        }
        file.sync_all()?;
        self.finish(&part, id)?;
        Ok(BlobState { offset, whole: true })
    }

    fn finish(&self, part: &Path, id: BlobId) -> Result<(), Error> {
        let bytes = fs::read(part)?;
        let wrong = if <[u8; 32]>::from(Sha256::digest(&bytes)) != id.0 {
            Some("the bytes do not hash to the name; begin anew")
        } else if bytes.len() > MAX_BLOB || Picture::of(&bytes).is_none() {
            Some("a blob is a JPEG, PNG or WebP picture")
        } else if is_too_large(&bytes) {
            Some("a picture has 40 megapixels at most")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            fs::remove_file(part)?;
            return Err(Error::problem(Code::BadRequest, wrong));
        }
        let file = self.file(id);
        let folder = file.parent().unwrap_or(&self.folder);
        private::folder(folder)?;
        fs::rename(part, &file)?;
        // The name is on disk only when its folder is.
        File::open(folder)?.sync_all()?;
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Whether a user may bring some more bytes beside `unnamed` ones that are whole.
    ///
    /// # Errors
    /// It would be more than one user may have without a row that names them, or the folder cannot be read.
    pub fn check_quota(&self, user: i64, unnamed: u64, more: u64) -> Result<(), Error> {
        // A part may become the whole file meanwhile: it is counted once or twice, and never more than a blob too much.
        let parts: u64 = self.parts(user)?.filter_map(|part| part.metadata().ok()).map(|part| part.len()).sum();
        if unnamed.saturating_add(parts).saturating_add(more) > UNNAMED {
            return Err(Error::problem(
                Code::RateLimited,
                "64 MiB of pictures wait for readings that name them; send those first",
            ));
        }
        Ok(())
    }

    fn open_parts(&self, user: i64) -> Result<usize, Error> {
        Ok(self.parts(user)?.count())
    }

    fn parts(&self, user: i64) -> Result<impl Iterator<Item = fs::DirEntry>, Error> {
        let mine = format!("{user}-");
        let parts = fs::read_dir(self.folder.join("parts"))?;
        Ok(parts.filter_map(Result::ok).filter(move |part| part.file_name().to_string_lossy().starts_with(&mine)))
    }

    /// The bytes of a whole blob; `None` if there is no such file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, id: BlobId) -> Result<Option<Vec<u8>>, Error> {
        match fs::read(self.file(id)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the files of blobs that are no rows any more.
    pub fn remove(&self, ids: &[BlobId]) {
        for id in ids {
            // A file that could not be removed costs only space; the next upload of the same bytes replaces it.
            let _ = fs::remove_file(self.file(*id));
        }
    }

    /// Removes parts that were not continued since an instant.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn remove_parts(&self, before: UtcMillis) -> Result<(), Error> {
        let _guard = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::time::UNIX_EPOCH + std::time::Duration::from_millis(before.0.max(0) as u64);
        for part in fs::read_dir(self.folder.join("parts"))? {
            let part = part?;
            if part.metadata()?.modified()? < before {
                fs::remove_file(part.path())?;
            }
        }
        Ok(())
    }
}

fn length(part: &Path) -> Result<u64, Error> {
    match fs::metadata(part) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(length: usize) -> (BlobId, Vec<u8>) {
        let mut bytes: Vec<u8> = (0..length).map(|place| (place * 31 % 251) as u8).collect();
        bytes[..3].copy_from_slice(&[0xff, 0xd8, 0xff]);
        (BlobId(Sha256::digest(&bytes).into()), bytes)
    }

    #[test]
    fn an_upload_continues_where_it_was_cut_and_belongs_to_its_uploader() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().to_owned()).unwrap();
        let (id, bytes) = picture(1_000);
        assert_eq!(blobs.append(1, id, 0, 1_000, &bytes[..400]).unwrap(), BlobState { offset: 400, whole: false });
        assert_eq!(blobs.append(1, id, 0, 1_000, &bytes[..400]).unwrap(), BlobState { offset: 400, whole: false }, "not twice");
        assert_eq!(blobs.offset(2, id, 1_000).unwrap(), 0, "another user's upload is another");
        assert_eq!(blobs.read(id).unwrap(), None);
        assert_eq!(blobs.append(1, id, 400, 1_000, &bytes[400..]).unwrap(), BlobState { offset: 1_000, whole: true });
        assert_eq!(blobs.read(id).unwrap(), Some(bytes));
        assert_eq!(blobs.offset(1, id, 1_000).unwrap(), 0, "the part has become the file");
    }

    #[test]
    fn what_does_not_hash_to_its_name_or_is_no_picture_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().to_owned()).unwrap();
        let (id, mut bytes) = picture(100);
        bytes[50] ^= 1;
        assert!(blobs.append(1, id, 0, 100, &bytes).is_err());
        let page = b"<script>alert(1)</script>";
        let page_id = BlobId(Sha256::digest(page).into());
        assert!(blobs.append(1, page_id, 0, page.len() as u64, page).is_err());
        assert_eq!((blobs.offset(1, id, 100).unwrap(), blobs.offset(1, page_id, 25).unwrap()), (0, 0));
        assert_eq!(blobs.read(page_id).unwrap(), None);
    }

    #[test]
    fn a_part_with_all_bytes_that_a_killed_server_has_left_begins_anew() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().to_owned()).unwrap();
        let (id, bytes) = picture(100);
        fs::write(blobs.part(1, id), &bytes).unwrap();
        assert_eq!(blobs.offset(1, id, 100).unwrap(), 0);
        assert_eq!(blobs.append(1, id, 0, 100, &bytes).unwrap(), BlobState { offset: 100, whole: true });
    }

    #[test]
    fn parts_that_are_not_continued_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().to_owned()).unwrap();
        let (id, bytes) = picture(100);
        blobs.append(1, id, 0, 100, &bytes[..10]).unwrap();
        blobs.remove_parts(UtcMillis(1_000)).unwrap();
        assert_eq!(blobs.offset(1, id, 100).unwrap(), 10);
        blobs.remove_parts(crate::core::Clock::default().now().plus(60_000)).unwrap();
        assert_eq!(blobs.offset(1, id, 100).unwrap(), 0);
    }
}
