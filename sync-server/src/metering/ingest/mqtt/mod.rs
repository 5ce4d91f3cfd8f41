//! The MQTT listener: 3.1.1 and 5, QoS 0 and 1. A PUBACK goes out only when what it acknowledges is on disk.

mod inbox;
mod orders;
mod packets;
pub mod presence;
mod session;

use crate::state::App;
use socket2::{SockRef, TcpKeepalive};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Sessions at most; further ones wait in the system's queue.
const MAX_SESSIONS: usize = 20_000;

/// A silent network line is probed by the system after this long: a client may ask for no keep-alive of MQTT's own.
const PROBE_AFTER: Duration = Duration::from_secs(120);

/// Accepts sessions until the server stops, and returns when the last of them has ended.
pub async fn serve(app: App, listener: TcpListener) {
    let permits = Arc::new(Semaphore::new(MAX_SESSIONS));
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = app.stopped() => break,
            Some(_) = sessions.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        match accepted {
            Ok((stream, permit)) => {
                let app = app.clone();
                sessions.spawn(async move {
                    metrics::gauge!("indowater_mqtt_connections").increment(1);
                    if let Err(error) = session::run(app, stream).await {
                        tracing::debug!(%error, "an MQTT session ended");
                    }
                    metrics::gauge!("indowater_mqtt_connections").decrement(1);
                    drop(permit);
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

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> std::io::Result<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_AFTER / 8))?;
    Ok((stream, permit))
}
