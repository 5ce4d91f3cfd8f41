//! Who is calling: passwords, tokens, the caller of a request, and limits on guessing.

pub mod caller;
pub mod limits;
pub mod password;
pub mod secret;
pub mod token;
