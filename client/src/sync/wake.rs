//! The line on which the server says that there is something new: a WebSocket, or a long poll where something in between lets none
//! through. What it says may be lost; whoever listens asks from time to time all the same.

use crate::error::Error;
use crate::host::Inner;
use crate::transport::Socket;
use futures_util::StreamExt;
use protocol::core::problem::Code;
use std::time::Duration;
use tokio::time::Instant;

/// A line is silent for this long only if it is dead: the server beats every 30 s.
const SILENCE: Duration = Duration::from_secs(75);

/// Seconds that a long poll waits for news: less than an answer may stall.
const POLL_S: u32 = 10;

/// A way to hear of news.
pub enum Line {
    /// A WebSocket, and when something was last heard on it.
    Socket(Box<Socket>, Instant),
    /// Asked again and again.
    Poll,
}

impl Line {
    /// Opens one. The server was reached a moment ago: where a WebSocket cannot be opened, in whatever way that fails, something in between
    /// lets none through. If it is the server that has gone, whatever is asked next finds that out.
    ///
    /// # Errors
    /// The session has ended.
    pub async fn open(client: &Inner, token: &str) -> Result<Self, Error> {
        match client.transport.socket(token, "/sync/v1/wake").await {
            Ok(socket) => Ok(Self::Socket(Box::new(socket), Instant::now())),
            Err(Error::Problem(problem)) if problem.code == Code::Unauthenticated => Err(problem.into()),
            Err(error) => {
                tracing::info!(%error, "no WebSocket; polling instead");
                Ok(Self::Poll)
            }
        }
    }

    /// Returns when the server says that there is something new.
    ///
    /// # Errors
    /// The line is dead.
    pub async fn news(&mut self, client: &Inner) -> Result<(), Error> {
        match self {
            Self::Socket(socket, heard) => loop {
                let message = tokio::time::timeout_at(*heard + SILENCE, socket.next()).await;
                *heard = Instant::now();
                match message {
                    Err(_) => return Err(Error::Unreachable("the server has gone silent".into())),
                    Ok(Some(Ok(message))) if message.is_text() => return Ok(()),
                    Ok(Some(Ok(message))) if !message.is_close() => {}
                    Ok(_) => return Err(Error::Unreachable("the server hung up".into())),
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
