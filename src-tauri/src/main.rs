//! The desktop app; see the library.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    indowater_app::run();
}
