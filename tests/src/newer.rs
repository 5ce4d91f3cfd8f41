//! A newer server, as an older device sees it: today's, with a field in every customer and a kind of row that today's device does not know.

use protocol::sync::pull::StateHash;
use protocol::sync::rows::{Entity, EntityCode};
use serde_json::{Value, json};
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The field of a later version.
pub fn loyalty() -> Value {
    json!({ "points": 7, "since": "2031-02-01", "levels": ["perak", "emas"] })
}

/// The kind of row of a later version, and the one row of it: in the bucket of admins.
pub const KIND: EntityCode = EntityCode(200);
/// See [`KIND`].
pub const ROW: &str = "01a2b3c4-0000-7000-8000-000000000200";

/// In front of a server; ends when it is dropped.
pub struct Newer {
    /// Where it listens.
    pub address: SocketAddr,
    seen: Arc<Seen>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Seen {
    takes_pushes: AtomicBool,
    compared: AtomicUsize,
}

impl Newer {
    /// Starts in front of a server, taking no pushes yet.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let seen = Arc::new(Seen::default());
        let open = Arc::clone(&seen);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let open = Arc::clone(&open);
                // A connection that ends early is the device's to notice.
                tokio::spawn(async move { drop(exchange(client, server, &open).await) });
            }
        });
        Ok(Self { address, seen, accepting })
    }

    /// Takes pushes from now on.
    pub fn take_pushes(&self) {
        self.seen.takes_pushes.store(true, Ordering::SeqCst);
    }

    /// How often a device found that it holds other rows than this server.
    pub fn compared(&self) -> usize {
        self.seen.compared.load(Ordering::SeqCst)
    }
}

impl Drop for Newer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A head and what came behind it.
async fn head(stream: &mut TcpStream) -> Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4_096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(&piece[..read]);
    }
}

fn length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0)
}

/// The head with these lines left out.
fn without(head: &str, names: &[&str]) -> String {
    let keeps = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        !line.is_empty() && !names.iter().any(|other| name.eq_ignore_ascii_case(other))
    };
    head.lines().filter(keeps).flat_map(|line| [line, "\r\n"]).collect()
}

/// One request and its answer; a WebSocket goes on for as long as it lasts.
async fn exchange(mut client: TcpStream, server: SocketAddr, seen: &Seen) -> Result<()> {
    let (asked, mut body) = head(&mut client).await?;
    if asked.starts_with("POST /sync/v1/push") && !seen.takes_pushes.load(Ordering::SeqCst) {
        return Ok(());
    }
    if asked.starts_with("GET /sync/v1/manifest") {
        seen.compared.fetch_add(1, Ordering::SeqCst);
    }
    let mut server = TcpStream::connect(server).await?;
    if asked.to_lowercase().contains("upgrade: websocket") {
        server.write_all(asked.as_bytes()).await?;
        server.write_all(&body).await?;
        tokio::io::copy_bidirectional(&mut client, &mut server).await?;
        return Ok(());
    }
    let missing = length(&asked).saturating_sub(body.len());
    let start = body.len();
    body.resize(start + missing, 0);
    client.read_exact(&mut body[start..]).await?;
    // Asked for plainly, so that it can be read here.
    let plain = without(&asked, &["accept-encoding", "connection"]);
    server.write_all(format!("{plain}connection: close\r\n\r\n").as_bytes()).await?;
    server.write_all(&body).await?;
    let (answered, mut body) = head(&mut server).await?;
    server.read_to_end(&mut body).await?;
    if let Ok(mut answer) = serde_json::from_slice::<Value>(&body) {
        add_fields(&mut answer);
        add_row(&mut answer).map_err(Error::other)?;
        body = serde_json::to_vec(&answer).map_err(Error::other)?;
    }
    let plain = without(&answered, &["content-length", "connection", "transfer-encoding"]);
    client.write_all(format!("{plain}content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes()).await?;
    client.write_all(&body).await
}

fn add_fields(answer: &mut Value) {
    for list in ["changes", "rows"] {
        for row in answer.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            if row["entity"] == Entity::Customer as u8
                && let Some(body) = row.get_mut("body").and_then(Value::as_object_mut)
            {
                body.insert("loyalty".into(), loyalty());
            }
        }
    }
}

/// Adds the row to the end of its bucket's rows, and to the bucket's hash wherever that is sent.
fn add_row(answer: &mut Value) -> serde_json::Result<()> {
    let is_admins = |head: &Value| head["bucket"] == "admin";
    if answer.get("rows").is_some() && answer["next"].is_null() && is_admins(&answer["head"]) {
        let row = json!({ "bucket": "admin", "seq": answer["head"]["seq"], "entity": KIND, "id": ROW, "rev": 1, "kind": "put",
            "body": { "of": "a later version" } });
        answer["rows"].as_array_mut().into_iter().for_each(|rows| rows.push(row.clone()));
    }
    let mut heads: Vec<&mut Value> = Vec::new();
    let Some(answer) = answer.as_object_mut() else { return Ok(()) };
    for (name, value) in answer {
        match (name.as_str(), value) {
            ("head", head) => heads.push(head),
            ("heads" | "add", Value::Array(several)) => heads.extend(several),
            _ => {}
        }
    }
    for head in heads.into_iter().filter(|head| is_admins(head)) {
        let StateHash(before) = serde_json::from_value(head["state_hash"].take())?;
        head["state_hash"] = serde_json::to_value(StateHash(before.wrapping_add(engine::row_hash(KIND, ROW, 1))))?;
    }
    Ok(())
}
