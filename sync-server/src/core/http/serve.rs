//! Serving HTTP with limits that the framework's own way has not: how many connections there are, and how long a client may take to say what
//! it wants. A client that sends its headers a byte a minute holds no place for long.

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Connections at a time, WebSockets among them; further ones wait in the system's queue.
    pub connections: usize,
    /// A client has this long for the headers of a request, and as long until it begins the next one.
    pub headers_within: Duration,
}

impl Default for Caps {
    fn default() -> Self {
        Self { connections: 10_000, headers_within: Duration::from_secs(20) }
    }
}

/// A pause after a connection that could not be accepted.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// Accepts connections until `stopped` returns, and returns when the last of them has ended what was under way.
pub async fn serve(listener: TcpListener, router: Router, caps: Caps, stopped: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(caps.connections));
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(stopped);
    loop {
        let accepted = tokio::select! {
            () = &mut stopped => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((connection, from)) => {
                connections.spawn(serve_one(connection, router.clone(), from, caps.headers_within, stopping.clone()));
            }
            // Out of file descriptors, for one: wait for some to be free instead of spinning.
            Err(error) => {
                tracing::warn!(%error, "cannot accept an HTTP connection");
                tokio::time::sleep(RETRY_DELAY).await;
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    while connections.join_next().await.is_some() {}
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<(Placed, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, from) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((Placed { stream, _place: place }, from))
}

async fn serve_one(
    connection: Placed,
    router: Router,
    from: SocketAddr,
    headers_within: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let service = TowerToHyperService::new(router.layer(axum::Extension(ConnectInfo(from))));
    // The time-out for headers begins with their first byte; a connection that sends none at all has the same time.
    let mut first = [0];
    let speaks = tokio::select! {
        peeked = timeout(headers_within, connection.stream.peek(&mut first)) => matches!(peeked, Ok(Ok(1..))),
        () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => false,
    };
    if !speaks {
        return;
    }
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(headers_within);
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(connection), service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        // The sender is gone only with the server.
        () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "an HTTP connection ended");
    }
}

/// A connection and its place, which it gives back when it is dropped: also after it has become a WebSocket.
struct Placed {
    stream: TcpStream,
    _place: OwnedSemaphorePermit,
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const SOON: Duration = Duration::from_secs(10);

    async fn start(caps: Caps) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let who = |ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() };
        tokio::spawn(serve(listener, Router::new().route("/", get(who)), caps, std::future::pending()));
        address
    }

    async fn get_answer(stream: &mut TcpStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"127.0.0.1") {
            assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "{}", String::from_utf8_lossy(&answer));
        }
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn headers_that_never_end_lose_their_connection() {
        let address = start(Caps { headers_within: Duration::from_millis(300), ..Caps::default() }).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let ended = timeout(SOON, silent.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "one that sends nothing at all");
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
        let mut rest = Vec::new();
        let ended = timeout(SOON, slow.read_to_end(&mut rest)).await.expect("ended by the server");
        assert!(ended.is_err() || rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"));
        let mut idle = TcpStream::connect(address).await.unwrap();
        assert!(timeout(SOON, get_answer(&mut idle)).await.unwrap().starts_with("HTTP/1.1 200"));
        let ended = timeout(SOON, idle.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "one that asks for nothing more gives its place back");
    }

    #[tokio::test]
    async fn more_connections_than_there_are_places_wait_for_one() {
        let address = start(Caps { connections: 2, ..Caps::default() }).await;
        let (mut first, mut second) = (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
        get_answer(&mut first).await;
        get_answer(&mut second).await;
        let mut third = TcpStream::connect(address).await.unwrap();
        assert!(timeout(Duration::from_millis(300), get_answer(&mut third)).await.is_err(), "there is no place");
        drop(first);
        let mut answer = [0; 12];
        timeout(SOON, third.read_exact(&mut answer)).await.expect("a place was given back").unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
    }
}
