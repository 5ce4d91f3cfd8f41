//! A listener on both WebSockets: whatever the wake line and the live stream carry, in order of arrival.

use futures_util::{SinkExt, StreamExt};
use protocol::metering::live::{Frame, Watch};
use protocol::sync::pull::Wake;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// A message of either.
#[derive(Debug)]
pub enum Received {
    /// A bucket has advanced.
    Wake(Wake),
    /// A meter's newest value.
    Frame(Frame),
}

/// Two open lines.
pub struct Listener {
    /// What comes by either.
    pub received: UnboundedReceiver<Received>,
    tasks: [JoinHandle<()>; 2],
}

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Opens a WebSocket.
///
/// # Errors
/// It is refused.
pub async fn open(url: &str, token: &str, path: &str) -> Result<Socket, Error> {
    let mut request = format!("{}{path}", url.replacen("http", "ws", 1)).into_client_request()?;
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse()?);
    Ok(tokio_tungstenite::connect_async(request).await?.0)
}

impl Listener {
    /// Opens both lines of a session, and watches these meters.
    pub async fn start(url: &str, token: &str, watch: &Watch) -> Self {
        let (sender, received) = unbounded_channel();
        let wake = open(url, token, "/sync/v1/wake").await.expect("a wake line");
        let mut live = open(url, token, "/live/v1").await.expect("a live stream");
        live.send(Message::text(serde_json::to_string(watch).expect("JSON"))).await.expect("sent");
        let frames = sender.clone();
        Self {
            received,
            tasks: [
                tokio::spawn(listen(wake, sender, |text| serde_json::from_str(text).map(Received::Wake))),
                tokio::spawn(listen(live, frames, |text| serde_json::from_str(text).map(Received::Frame))),
            ],
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn listen(mut socket: Socket, sender: UnboundedSender<Received>, read: fn(&str) -> serde_json::Result<Received>) {
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message
            && sender.send(read(&text).expect("as the protocol describes")).is_err()
        {
            return;
        }
    }
}
