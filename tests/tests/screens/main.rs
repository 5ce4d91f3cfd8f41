//! The screens, in a real window and in a real browser.

mod access;
mod admin;
mod alerts;
mod amounts;
mod audit_log;
mod back;
mod background;
mod cases;
mod connections;
mod counter;
mod counter_by_keys;
mod editing;
mod exports;
mod field_records;
mod field_work;
mod figures;
mod imports;
mod keyboard;
mod lists;
mod money;
mod notices;
mod office_lists;
mod pages;
mod passwords;
mod tariff_versions;
mod valve;
