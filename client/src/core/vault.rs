//! The secrets of a device: in the platform's keyring, or in memory where there is none.
//!
//! The keyring holds one entry for each server: the refresh token and the key of the cache. Calls block on the keyring's own service,
//! so they are made off the async threads.

use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
#[cfg(not(target_os = "ios"))]
use keyring::{Entry, Error as KeyringError};
#[cfg(target_os = "ios")]
use keyring_core::{Entry, Error as KeyringError};
use protocol::people::auth::Profile;
use protocol::ui::Keeping;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// What a device keeps secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// The newest refresh token; `None` when signed out.
    pub refresh_token: Option<String>,
    /// The key of the cache, 32 bytes in base64.
    pub cache_key: String,
    /// Who is signed in: the cache may be lost, and its user goes on working without a network all the same.
    #[serde(default)]
    pub user: Option<Profile>,
    /// Says to the server that this device has signed in before; kept when it signs out. It opens nothing by itself.
    #[serde(default)]
    pub device_token: Option<String>,
}

impl Secrets {
    /// Nobody signed in, and a new key.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn fresh() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| Error::Keyring(error.to_string()))?;
        Ok(Self { refresh_token: None, cache_key: STANDARD_NO_PAD.encode(key), user: None, device_token: None })
    }

    /// The key of the cache as hex, as SQLCipher takes it.
    pub fn cache_key_hex(&self) -> Option<String> {
        let bytes = STANDARD_NO_PAD.decode(&self.cache_key).ok().filter(|bytes| bytes.len() == 32)?;
        Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Where secrets are kept.
pub trait Vault: Send + Sync {
    /// Whether they outlive this run.
    fn keeping(&self) -> Keeping;
    /// Reads them; `None` if none were written.
    ///
    /// # Errors
    /// The keyring is locked or gone.
    fn read(&self) -> Result<Option<Secrets>, Error>;
    /// Writes them.
    ///
    /// # Errors
    /// The keyring is locked or gone.
    fn write(&self, secrets: &Secrets) -> Result<(), Error>;
}

/// What the entries of the keyring are under.
const SERVICE: &str = "id.indowater.app";

/// The platform's keyring: Secret Service, Windows' Credential Manager, macOS' Keychain, the protected data of iOS.
pub struct Keyring {
    entry: Entry,
}

/// An entry of an account.
#[cfg(not(target_os = "ios"))]
fn entry_of(account: &str) -> keyring::Result<Entry> {
    Entry::new(SERVICE, account)
}

/// An entry of an account, in the app's own protected data.
#[cfg(target_os = "ios")]
fn entry_of(account: &str) -> keyring_core::Result<Entry> {
    if keyring_core::get_default_store().is_none() {
        keyring_core::set_default_store(apple_native_keyring_store::protected::Store::new()?);
    }
    Entry::new(SERVICE, account)
}

impl Keyring {
    /// Opens the keyring and proves that it can be read and written: a locked one answers that nothing is there.
    ///
    /// # Errors
    /// There is none, or it is locked and nobody unlocks it.
    pub fn open(account: &str) -> Result<Self, Error> {
        let failed = |error: KeyringError| Error::Keyring(error.to_string());
        let keyring = Self { entry: entry_of(account).map_err(failed)? };
        if keyring.read()?.is_none() {
            // Another entry is written first: that may unlock the keyring, which then shows that there was a key after all. That key opens the
            // outbox on this device, and must never be overwritten.
            entry_of("probe").and_then(|probe| probe.set_password("probe")).map_err(failed)?;
            if keyring.read()?.is_none() {
                keyring.write(&Secrets::fresh()?)?;
            }
        }
        Ok(keyring)
    }
}

impl Vault for Keyring {
    fn keeping(&self) -> Keeping {
        Keeping::Keyring
    }

    fn read(&self) -> Result<Option<Secrets>, Error> {
        match self.entry.get_password() {
            // An entry that cannot be read was written by another version: it is left as it is, and this run works without the keyring.
            Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(Error::Keyring(error.to_string())),
        }
    }

    fn write(&self, secrets: &Secrets) -> Result<(), Error> {
        let text = serde_json::to_string(secrets)?;
        self.entry.set_password(&text).map_err(|error| Error::Keyring(error.to_string()))
    }
}

/// Memory: gone with the run.
#[derive(Default)]
pub struct ThisRun {
    secrets: Mutex<Option<Secrets>>,
}

impl Vault for ThisRun {
    fn keeping(&self) -> Keeping {
        Keeping::ThisRun
    }

    fn read(&self) -> Result<Option<Secrets>, Error> {
        Ok(self.secrets.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn write(&self, secrets: &Secrets) -> Result<(), Error> {
        *self.secrets.lock().unwrap_or_else(PoisonError::into_inner) = Some(secrets.clone());
        Ok(())
    }
}

/// Opens the keyring if there is one, and memory otherwise.
pub fn open(account: &str) -> Box<dyn Vault> {
    match Keyring::open(account) {
        Ok(keyring) => Box::new(keyring),
        Err(error) => {
            tracing::warn!(%error, "the session is kept for this run only");
            Box::new(ThisRun::default())
        }
    }
}
