//! Files and folders that only the server's own user may read: names, addresses and money of everybody are in them. On systems without Unix
//! permissions they are as the folder above them.

use crate::error::Error;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

#[cfg(unix)]
const FOLDER: u32 = 0o700;
#[cfg(unix)]
const FILE: u32 = 0o600;

/// Opens for writing so that what is created is private.
pub fn options() -> OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    options
}

/// Makes a folder, with those above it that are missing, and takes the rights of others away from it if it is there already.
///
/// # Errors
/// It cannot be made.
pub fn folder(folder: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER);
    builder.recursive(true).create(folder)?;
    tighten(folder);
    Ok(())
}

/// Makes an empty file unless it is there, and takes the rights of others away from it: before SQLite opens it, which gives its journal and
/// its log the rights of the database.
///
/// # Errors
/// It cannot be made.
pub fn file(file: &Path) -> Result<(), Error> {
    match options().write(true).create_new(true).open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            tighten(file);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the rights of others away from a file or folder that an older release made, and from all that is in it; nothing happens where
/// there is none.
pub fn tighten_all(place: &Path) {
    tighten(place);
    let Ok(entries) = fs::read_dir(place) else { return };
    entries.filter_map(Result::ok).for_each(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => tighten_all(&entry.path()),
        _ => tighten(&entry.path()),
    });
}

#[cfg(unix)]
fn tighten(place: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = fs::symlink_metadata(place) else { return };
    let others = found.permissions().mode() & 0o077;
    if found.is_symlink() || others == 0 {
        return;
    }
    let rights = fs::Permissions::from_mode(if found.is_dir() { FOLDER } else { FILE });
    if let Err(error) = fs::set_permissions(place, rights) {
        // It is somebody else's, who has given it to the server: the operator has to know.
        tracing::warn!(place = %place.display(), %error, "others can read this, and it could not be changed");
    }
}

#[cfg(not(unix))]
fn tighten(_: &Path) {}
