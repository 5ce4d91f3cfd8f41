//! A WebSocket to a device. Whoever does not read, or has gone without a word, is let go.

use crate::error::Error;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use serde::Serialize;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::time::timeout;

/// How often a device is asked whether it is there, and its rights are looked at again.
pub const BEAT: Duration = Duration::from_secs(30);

/// What is read of a device at a time. It says little, and the buffer is zeroed at each read: the library's 128 KiB were a tenth of what
/// a thousand notified devices cost.
pub const READ_BUFFER: usize = 4 * 1024;

/// A device has this long to take a message.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// A WebSocket, and whether something arrived on it since the last beat.
pub struct Socket {
    inner: WebSocket,
    is_alive: bool,
}

impl Socket {
    /// Around a socket that has just been opened.
    pub fn new(inner: WebSocket) -> Self {
        Self { inner, is_alive: true }
    }

    /// Sends a value as JSON.
    ///
    /// # Errors
    /// The device is gone, or does not read.
    pub async fn send(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let text = serde_json::to_string(value).map_err(|error| Error::Io(error.into()))?;
        self.deliver(Message::Text(text.into())).await
    }

    /// Asks whether the device is there.
    ///
    /// # Errors
    /// Nothing arrived since the last time.
    pub async fn beat(&mut self) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_alive) {
            return Err(Error::Io(ErrorKind::TimedOut.into()));
        }
        self.deliver(Message::Ping(Vec::new().into())).await
    }

    async fn deliver(&mut self, message: Message) -> Result<(), Error> {
        match timeout(SEND_WITHIN, self.inner.send(message)).await {
            Ok(sent) => sent.map_err(|error| Error::Io(std::io::Error::other(error))),
            Err(_) => Err(Error::Io(ErrorKind::TimedOut.into())),
        }
    }

    /// The next text; `None` when the device has left.
    pub async fn next(&mut self) -> Option<Utf8Bytes> {
        loop {
            let message = self.inner.recv().await?.ok()?;
            self.is_alive = true;
            match message {
                Message::Text(text) => return Some(text),
                Message::Close(_) => return None,
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }
}
