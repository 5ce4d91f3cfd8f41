//! What the server does by itself, over and over.

pub mod money;
