//! Who is signed in, and how the device is set.

use crate::people::auth::Profile;
use domain::people::{Language, Role};
use serde::{Deserialize, Serialize};

/// Who is signed in and how this device is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Nobody if `None`.
    pub user: Option<Profile>,
    /// Whether the session outlives the app: not where there is no keyring.
    pub keeping: Keeping,
    /// This device's preferences.
    pub preferences: Preferences,
}

/// Where the session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// In the platform's keyring.
    Keyring,
    /// In memory: this machine has no keyring, or it is locked.
    ThisRun,
}

/// What a device remembers of its user's taste.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// Language of the screen.
    #[serde(default)]
    pub language: Language,
    /// Theme.
    #[serde(default)]
    pub theme: Theme,
    /// Motion.
    #[serde(default)]
    pub motion: Motion,
    /// Whether single keys do something.
    #[serde(default)]
    pub single_keys: SingleKeys,
    /// Whether the app goes on when its window is closed, on a desktop.
    #[serde(default)]
    pub background: Background,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast for outdoors.
    Sunlight,
}

/// Whether things move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// As the system is set.
    #[default]
    System,
    /// A still level and the number.
    Still,
}

/// Whether a key by itself does something: whoever speaks to the device or hits keys by accident turns that off (WCAG 2.1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SingleKeys {
    /// They do.
    #[default]
    On,
    /// Only keys with Ctrl or ⌘, and those of a field or list that has the focus.
    Off,
}

/// Whether the app goes on when its window is closed, to notify of what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Background {
    /// Nobody has chosen: it does for customers, whose water may run out.
    #[default]
    ByRole,
    /// It does.
    On,
    /// Closing the window ends it.
    Off,
}

impl Background {
    /// Whether it goes on for whoever is signed in. Nobody is notified who is not.
    pub fn is_on(self, role: Option<Role>) -> bool {
        match self {
            Self::ByRole => role == Some(Role::Customer),
            Self::On => role.is_some(),
            Self::Off => false,
        }
    }
}

/// What the shell of a desktop does beside the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desktop {
    /// Whether there is a place for icons, by which a window that was closed can be found again.
    pub has_tray: bool,
    /// Whether the system starts the app by itself.
    pub is_autostarted: bool,
}

/// A text that is never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}
