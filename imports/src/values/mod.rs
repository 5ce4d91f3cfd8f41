//! What cells hold, whichever format stores them: dates, formats of numbers, names of errors.

pub(crate) mod error_text;
pub(crate) mod iso;
pub(crate) mod number_format;
pub(crate) mod serial;
