//! The live stream on the device: one WebSocket link while a screen watches meters, opened again after a growing pause when it breaks.

use crate::core::pace::jitter;
use crate::core::shared::Shared;
use crate::error::Error;
use engine::pace::Backoff;
use futures_util::{SinkExt, StreamExt};
use protocol::metering::live::{Frame, Watch};
use protocol::ui::Event;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

/// After this long without a message the server is pinged.
const PING: Duration = Duration::from_secs(20);

/// Streams for as long as the client lives.
pub async fn run(client: Arc<Shared>, mut watched: watch::Receiver<Watch>) {
    let mut backoff = Backoff::default();
    let mut requests = client.sync_requests();
    loop {
        // Ends when the client does: the sender is in it.
        if watched.wait_for(|watch| !watch.meters.is_empty()).await.is_err() {
            return;
        }
        match stream(&client, &mut watched, &mut backoff).await {
            Ok(()) => {}
            Err(error) => {
                tracing::debug!(%error, "the live stream broke");
                tokio::select! {
                    () = tokio::time::sleep(std::time::Duration::from_millis(backoff.next_ms(jitter()))) => {}
                    _ = requests.changed() => backoff.reset(),
                }
            }
        }
    }
}

async fn stream(client: &Shared, watched: &mut watch::Receiver<Watch>, backoff: &mut Backoff) -> Result<(), Error> {
    let token = client.access_token().await?;
    let mut socket = client.transport.socket(&token, "/live/v1").await?;
    let broken = |error: tokio_tungstenite::tungstenite::Error| Error::Unreachable(error.to_string());
    watched.mark_changed();
    let mut pinged = false;
    loop {
        tokio::select! {
            changed = watched.changed() => {
                let watch = watched.borrow_and_update().clone();
                if changed.is_err() || watch.meters.is_empty() {
                    return socket.close(None).await.map_err(broken);
                }
                socket.send(Message::text(serde_json::to_string(&watch)?)).await.map_err(broken)?;
            }
            message = tokio::time::timeout(PING, socket.next()) => match message {
                Err(_) if pinged => return Err(Error::Unreachable("the ping was not answered".into())),
                Err(_) => {
                    socket.send(Message::Ping(Vec::new().into())).await.map_err(broken)?;
                    pinged = true;
                }
                Ok(Some(Ok(Message::Text(text)))) => {
                    backoff.reset();
                    pinged = false;
                    client.emit(Event::Live(serde_json::from_str::<Frame>(&text)?));
                }
                Ok(Some(Ok(Message::Close(_))) | None) => return Err(Error::Unreachable("closed".into())),
                Ok(Some(Ok(_))) => pinged = false,
                Ok(Some(Err(error))) => return Err(broken(error)),
            }
        }
    }
}
