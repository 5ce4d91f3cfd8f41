//! Readers of one cell. Each reads exactly or says why it does not, with the repair; none guesses.

pub mod clock;
pub mod date;
pub mod date_text;
pub mod identifier;
pub mod money;
pub mod nik;
pub mod phone;
pub mod place;
pub mod plain;
pub mod volume;
pub mod word;
