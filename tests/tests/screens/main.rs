//! The screens, in a real window and in a real browser.

mod access;
mod admin;
mod editing;
mod field_records;
mod figures;
mod lists;
mod money;
mod notices;
mod pages;
mod passwords;
