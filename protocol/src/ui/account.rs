//! Akun and Profil.

use crate::people::auth::Profile;
use crate::sync::rows;
use crate::ui::{ConnectionRef, MeterNow};
use serde::{Deserialize, Serialize};

/// Akun and Profil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who.
    pub user: Profile,
    /// What this user can edit; `None` until it has come.
    pub profile: Option<rows::Profile>,
    /// Whether a change of it is not answered yet.
    pub waiting: bool,
    /// Supply points and their meters.
    pub meters: Vec<(ConnectionRef, Option<MeterNow>)>,
    /// The app's version.
    pub version: String,
}
