//! Who hands messages on. Each provider is asked with the same identifier for each try of a message, and says whether it has taken it, may
//! take it later, or never will.

mod apns;
mod email;
mod fcm;
mod http;
mod jwt;
mod public;
mod webhook;
mod whatsapp;

use crate::alerts::config::Alerts;
use crate::alerts::rows::outbound::{Item, Recipient};
use crate::alerts::words::Words;
use crate::error::Error;
use crate::people::auth::token::Key;
use domain::UtcMillis;
use domain::alerts::kinds::{Provider, Severity};
use domain::alerts::retry::Refusal;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A try without an answer within this time has failed; whether the provider took it is not known then.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Characters of a push message's text at most: Apple and Google take 4,096 bytes, and so many leave room for the rest, whatever they are.
const LONGEST_PUSH: usize = 700;

/// A message to one address.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its identifier, the same in each try.
    pub message: Uuid,
    /// To where.
    pub address: String,
    /// To whom.
    pub recipient: Recipient,
    /// What it is about, the oldest first.
    pub items: Vec<Item>,
    /// How many more notifications go with it.
    pub more: usize,
    /// Its words.
    pub words: Words,
    /// The file that goes with it, for ways that carry files.
    pub file: Option<Arc<EnclosedFile>>,
    /// The instant of this try.
    pub now: UtcMillis,
}

/// A file that goes with a message: a PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclosedFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// How urgent the most urgent of it is.
    pub fn severity(&self) -> Severity {
        self.items.iter().map(|item| item.severity).max().unwrap_or(Severity::Info)
    }

    /// Its text as a push message has it.
    fn push_text(&self) -> String {
        self.words.text.chars().take(LONGEST_PUSH).collect()
    }
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether it may be taken later.
    pub refusal: Refusal,
    /// Why, without secrets.
    pub why: String,
    /// Whether the address is no more: a device from which the app was removed.
    pub is_gone: bool,
}

impl Failure {
    /// It may be taken later.
    fn temporary(why: impl Into<String>) -> Self {
        Self { refusal: Refusal::Temporary { not_before_ms: None }, why: why.into(), is_gone: false }
    }

    /// It never will.
    fn permanent(why: impl Into<String>) -> Self {
        Self { refusal: Refusal::Permanent, why: why.into(), is_gone: false }
    }

    /// The same of an address that is no more.
    fn gone(why: impl Into<String>) -> Self {
        Self { is_gone: true, ..Self::permanent(why) }
    }
}

/// Somebody who hands messages on.
pub trait Channel: Send + Sync {
    /// Who.
    fn provider(&self) -> Provider;

    /// Where the app is in a browser, for links in what is sent; none where it is nowhere.
    fn app(&self) -> Option<&str> {
        None
    }

    /// Hands a message on; returns the provider's own name for it. To be safe to repeat with the same message.
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>>;
}

/// The channels that are set up.
///
/// # Errors
/// A setting that cannot be right: a key that is none, a line that would not be encrypted.
pub fn open(config: &Alerts, key: &Key) -> Result<Vec<Arc<dyn Channel>>, Error> {
    let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
    if let Some(of) = &config.email {
        channels.push(Arc::new(email::Email::open(of)?));
    }
    if let Some(of) = config.webhook.as_ref().filter(|of| of.enabled) {
        channels.push(Arc::new(webhook::Webhook::open(of, key.clone())?));
    }
    if let Some(of) = &config.fcm {
        channels.push(Arc::new(fcm::Fcm::open(of)?));
    }
    if let Some(of) = &config.apns {
        channels.push(Arc::new(apns::Apns::open(of)?));
    }
    if let Some(of) = &config.whatsapp {
        channels.push(Arc::new(whatsapp::Whatsapp::open(of)?));
    }
    Ok(channels)
}

/// An error of the configuration.
fn setup(section: &str, what: impl std::fmt::Display) -> Error {
    Error::Setup(format!("alerts.{section}: {what}"))
}
