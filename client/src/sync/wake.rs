//! Wakes: the server's hints that a bucket has advanced, over a WebSocket link, or by long polls where a proxy lets no WebSocket through. A
//! hint may be lost, so that the device also pulls from time to time without one.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::transport::Socket;
use futures_util::StreamExt;
use protocol::core::problem::Code;
use std::time::Duration;
use tokio::time::Instant;

/// A link without a message for this long is broken: the server sends one every 30 s.
const SILENCE: Duration = Duration::from_secs(75);

/// Seconds that a long poll waits for a wake: less than an answer may stall.
const POLL_S: u32 = 10;

/// How wakes come.
pub enum WakeLink {
    /// Over a WebSocket, with the instant of its last message.
    Socket(Box<Socket>, Instant),
    /// By one long poll after another.
    Poll,
}

impl WakeLink {
    /// Opens a link. The server was reached a moment ago: where a WebSocket cannot be opened, in whatever way that fails, a proxy lets none
    /// through. If the server is down instead, the next request fails.
    ///
    /// # Errors
    /// The session has ended.
    pub async fn open(client: &Shared, token: &str) -> Result<Self, Error> {
        match client.transport.socket(token, "/sync/v1/wake").await {
            Ok(socket) => Ok(Self::Socket(Box::new(socket), Instant::now())),
            Err(Error::Problem(problem)) if problem.code == Code::Unauthenticated => Err(problem.into()),
            Err(error) => {
                tracing::info!(%error, "no WebSocket; polling instead");
                Ok(Self::Poll)
            }
        }
    }

    /// Returns when a wake comes.
    ///
    /// # Errors
    /// The link is broken.
    pub async fn next_wake(&mut self, client: &Shared) -> Result<(), Error> {
        match self {
            Self::Socket(socket, last_message) => loop {
                let message = tokio::time::timeout_at(*last_message + SILENCE, socket.next()).await;
                *last_message = Instant::now();
                match message {
                    Err(_) => return Err(Error::Unreachable("the link is silent".into())),
                    Ok(Some(Ok(message))) if message.is_text() => return Ok(()),
                    Ok(Some(Ok(message))) if !message.is_close() => {}
                    Ok(_) => return Err(Error::Unreachable("the server closed the link".into())),
                }
            },
            Self::Poll => loop {
                let token = client.access_token().await?;
                if !client.transport.wait(&token, POLL_S).await?.is_empty() {
                    return Ok(());
                }
            },
        }
    }
}
