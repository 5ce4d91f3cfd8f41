//! The screens, in a real window and in a real browser.

mod access;
mod admin;
mod back;
mod editing;
mod field_records;
mod field_work;
mod keyboard;
mod lists;
mod money;
mod notices;
mod pages;
