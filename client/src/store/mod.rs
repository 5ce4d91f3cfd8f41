//! What a device stores: the cache of what the server sent, and an account's outbox, each an encrypted SQLite file. SQL lives in this folder
//! and in `queries/`.
//!
//! Each folder uses only those before it: `files` opens and holds the files, `rows` are the rows as they are shown, `overlay` puts pending
//! operations over them, `outbox` keeps those operations, and `sync` takes in what the server sends.

pub mod files;
pub mod imports;
pub mod outbox;
mod overlay;
pub mod rows;
pub mod sync;

pub use files::Store;
