//! The two languages of papers, and how instants are written in them: the rules of everything that leaves the app.

pub use domain::core::date_words::{day, instant, say};
