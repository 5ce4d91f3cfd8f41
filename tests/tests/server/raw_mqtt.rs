//! MQTT packets byte by byte, for what a well-behaved library never sends.

use std::net::SocketAddr;
use std::time::Duration;
use tests::world::Device;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes.
pub const SOON: Duration = Duration::from_secs(30);

/// How a client connects.
#[derive(Clone)]
pub struct Connecting {
    pub version: u8,
    pub client_id: String,
    pub clean: bool,
    /// Seconds, of version 5.
    pub expiry: Option<u32>,
    pub will: Option<(String, String)>,
    pub will_qos: u8,
    /// Seconds, of version 5.
    pub will_delay: Option<u32>,
}

impl Connecting {
    pub fn new(version: u8, client_id: &str, clean: bool) -> Self {
        Self { version, client_id: client_id.into(), clean, expiry: None, will: None, will_qos: 1, will_delay: None }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u16).to_be_bytes());
    out.extend(text.as_bytes());
}

fn framed(header: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![header];
    let mut length = body.len();
    loop {
        let byte = (length % 128) as u8;
        length /= 128;
        out.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    out.extend(body);
    out
}

/// A CONNECT.
pub fn connect(name: &str, secret: &str, how: &Connecting) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, "MQTT");
    body.push(how.version);
    body.push(0xC0 | u8::from(how.clean) << 1 | how.will.as_ref().map_or(0, |_| 0b0000_0100 | how.will_qos << 3));
    body.extend(60_u16.to_be_bytes());
    if how.version == 5 {
        match how.expiry {
            Some(seconds) => {
                body.extend([5, 0x11]);
                body.extend(seconds.to_be_bytes());
            }
            None => body.push(0),
        }
    }
    text(&mut body, &how.client_id);
    if let Some((topic, payload)) = &how.will {
        match how.will_delay {
            Some(seconds) if how.version == 5 => {
                body.extend([5, 0x18]);
                body.extend(seconds.to_be_bytes());
            }
            None if how.version == 5 => body.push(0),
            _ => {}
        }
        text(&mut body, topic);
        text(&mut body, payload);
    }
    text(&mut body, name);
    text(&mut body, secret);
    framed(0x10, &body)
}

/// A PUBLISH with QoS 1.
pub fn publish(version: u8, packet_id: u16, topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    text(&mut body, topic);
    body.extend(packet_id.to_be_bytes());
    if version == 5 {
        body.push(0);
    }
    body.extend(payload);
    framed(0x32, &body)
}

/// A SUBSCRIBE to one topic.
pub fn subscribe(version: u8, packet_id: u16, topic: &str, qos: u8) -> Vec<u8> {
    let mut body = packet_id.to_be_bytes().to_vec();
    if version == 5 {
        body.push(0);
    }
    text(&mut body, topic);
    body.push(qos);
    framed(0x82, &body)
}

/// A line to the server.
pub struct Raw {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Raw {
    pub async fn open(mqtt: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(mqtt).await.expect("a line"), bytes: Vec::new() }
    }

    /// Connects, and returns the line with the CONNACK's body.
    pub async fn connect(mqtt: SocketAddr, device: &Device, how: &Connecting) -> (Self, Vec<u8>) {
        let mut raw = Self::open(mqtt).await;
        raw.send(&connect(device.serial.as_str(), &device.secret, how)).await;
        let (header, body) = raw.packet().await.expect("a CONNACK");
        assert_eq!(header, 0x20);
        (raw, body)
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("sent");
    }

    /// Sends what the server may not want to read to its end.
    pub async fn try_send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next packet: header and body; `None` once the server has closed the line.
    pub async fn packet(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(SOON, async {
            loop {
                if let Some((packet, used)) = whole(&self.bytes) {
                    self.bytes.drain(..used);
                    return Some(packet);
                }
                match self.stream.read_buf(&mut self.bytes).await {
                    Ok(0) | Err(_) => return None,
                    Ok(_) => {}
                }
            }
        })
        .await
        .expect("a packet, or the end")
    }

    /// The next packet of a kind, whatever else comes before it; `None` once the server has closed the line.
    pub async fn packet_of(&mut self, kind: u8) -> Option<(u8, Vec<u8>)> {
        loop {
            let (header, body) = self.packet().await?;
            if header >> 4 == kind {
                return Some((header, body));
            }
        }
    }

    /// Whether the server closes the line.
    pub async fn is_closed(&mut self) -> bool {
        while self.packet().await.is_some() {}
        true
    }
}

fn whole(bytes: &[u8]) -> Option<((u8, Vec<u8>), usize)> {
    let (mut length, mut at) = (0, 1);
    loop {
        let byte = *bytes.get(at)?;
        length |= usize::from(byte & 0x7F) << (7 * (at - 1));
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let body = bytes.get(at..at + length)?;
    Some(((bytes[0], body.to_vec()), at + length))
}
