//! Impor: a file is brought, mapped, checked, mended and saved, step by step. All of it is done on the device, with or without a network.

mod ask;
mod booked;
mod bring;
mod check;
mod choose;
mod columns;
mod doubles;
mod download;
mod file;
pub mod job;
pub mod list;
pub mod page;
mod result;
mod rules;
mod save;
mod sheets;
mod steps;
mod templates;
pub mod words;
