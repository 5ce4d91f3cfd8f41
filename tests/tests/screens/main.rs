//! The screens, in a real window and in a real browser.

mod access;
mod admin;
mod amounts;
mod counter;
mod editing;
mod field_records;
mod lists;
mod money;
mod notices;
mod pages;
