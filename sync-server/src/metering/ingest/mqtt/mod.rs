//! The MQTT listener: 3.1.1 and 5, QoS 0 and 1. A PUBACK goes out only when what it acknowledges is on disk.

mod inbox;
pub mod kept;
pub mod listeners;
mod orders;
mod packets;
mod places;
pub mod presence;
mod session;

use crate::state::App;
use places::Places;
use socket2::{SockRef, TcpKeepalive};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A silent network line is probed by the system after this long: a client may ask for no keep-alive of MQTT's own.
const PROBE_AFTER: Duration = Duration::from_secs(120);

/// A client whose system has acknowledged nothing of what it was sent for this long is gone: its orders go to whoever has come in its place.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED_FOR: Duration = Duration::from_secs(30);

/// Accepts sessions until the server stops, and returns when the last of them has ended.
pub async fn serve(app: App, listener: TcpListener) {
    if let Err(error) = app.store.writer.work(kept::end_all).await {
        tracing::error!(%error, "the sessions that were open when the server ended could not be marked");
    }
    let places: Arc<Places> = Arc::default();
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = app.stopped() => break,
            Some(_) = sessions.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted.and_then(|(stream, from)| Ok((prepared(stream)?, from))) {
            Ok((stream, from)) => {
                // Behind the choice above, which drops what it doesn't choose, an accepted line among it.
                let entrance = places.enter(from.ip()).await;
                let app = app.clone();
                sessions.spawn(async move {
                    if let Err(error) = session::run(app, stream, entrance).await {
                        tracing::debug!(%error, "an MQTT session ended");
                    }
                });
            }
            // Out of file descriptors, for one: wait for some to be free instead of spinning.
            Err(error) => {
                tracing::warn!(%error, "cannot accept an MQTT session");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    while sessions.join_next().await.is_some() {}
}

fn prepared(stream: TcpStream) -> std::io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_AFTER / 8))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_FOR))?;
    Ok(stream)
}
