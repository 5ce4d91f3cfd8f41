//! Values that every rule uses: identifiers, money, volume, local time, texts as people type them, and JSON that is read strictly.

pub mod csv;
pub mod date_words;
pub mod fuzzy;
pub mod id;
pub mod json;
pub mod local_time;
pub mod money;
pub mod outline;
pub mod parse_input;
pub mod position;
pub mod search;
pub mod text;
pub mod typed_groups;
pub mod typed_money;
pub mod volume;
pub(crate) mod words;
