//! Client ⇄ server: pictures.

pub mod blob;
