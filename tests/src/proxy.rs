//! A bad network on loopback: a TCP proxy that delays, throttles, cuts in mid-stream and swallows, by a seed, and counts what it did.

use fastrand::Rng;
use std::collections::VecDeque;
use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is to become of a connection while the weather is foul.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing.
    Fair,
    /// Every piece comes late by up to this many milliseconds.
    Delay(u64),
    /// No more than this many bytes in a millisecond.
    Throttle(usize),
    /// It ends after this many bytes, most often in the middle of something.
    Cut(i64),
    /// After this many bytes nothing comes through any more, without an error.
    BlackHole(i64),
}

/// Every ten connections see each of these, in an order of the seed's, so that none is missing however short the run.
const DECK: [Fate; 10] = [
    Fate::Fair,
    Fate::Fair,
    Fate::Delay(40),
    Fate::Delay(200),
    Fate::Throttle(8),
    Fate::Cut(400),
    Fate::Cut(3_000),
    Fate::Cut(12_000),
    Fate::Cut(40_000),
    Fate::BlackHole(1_500),
];

/// Bytes that go through in one piece at most.
const PIECE: usize = 4_096;

/// What a proxy did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that were opened.
    pub connections: u64,
    /// Pieces that came late.
    pub delayed: u64,
    /// Pieces that were slowed down.
    pub throttled: u64,
    /// Connections that were cut in mid-stream.
    pub cut: u64,
    /// Connections that were swallowed.
    pub black_holed: u64,
    /// Connections that found no server.
    pub refused: u64,
}

impl Counts {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            connections: self.connections + other.connections,
            delayed: self.delayed + other.delayed,
            throttled: self.throttled + other.throttled,
            cut: self.cut + other.cut,
            black_holed: self.black_holed + other.black_holed,
            refused: self.refused + other.refused,
        }
    }
}

#[derive(Default)]
struct Counters {
    connections: AtomicU64,
    delayed: AtomicU64,
    throttled: AtomicU64,
    cut: AtomicU64,
    black_holed: AtomicU64,
    refused: AtomicU64,
}

struct Shared {
    upstream: Mutex<SocketAddr>,
    is_foul: AtomicBool,
    counters: Counters,
}

/// A proxy in front of a server that may come and go.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy in fair weather.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start(seed: u64, upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared =
            Arc::new(Shared { upstream: Mutex::new(upstream), is_foul: AtomicBool::new(false), counters: Counters::default() });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared), Rng::with_seed(seed)));
        Ok(Self { address, shared, accepting })
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the server is from now on.
    pub fn lead_to(&self, upstream: SocketAddr) {
        *self.shared.upstream.lock().unwrap_or_else(PoisonError::into_inner) = upstream;
    }

    /// New connections meet their fates from now on.
    pub fn make_foul(&self) {
        self.shared.is_foul.store(true, Ordering::SeqCst);
    }

    /// Nothing bad happens any more. What was swallowed stays swallowed: whoever waits on it has to give up by itself.
    pub fn make_fair(&self) {
        self.shared.is_foul.store(false, Ordering::SeqCst);
    }

    /// What it did so far.
    pub fn counts(&self) -> Counts {
        let counters = &self.shared.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        Counts {
            connections: read(&counters.connections),
            delayed: read(&counters.delayed),
            throttled: read(&counters.throttled),
            cut: read(&counters.cut),
            black_holed: read(&counters.black_holed),
            refused: read(&counters.refused),
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut rng: Rng) {
    let mut deck = VecDeque::new();
    while let Ok((client, _)) = listener.accept().await {
        shared.counters.connections.fetch_add(1, Ordering::SeqCst);
        let fate = if shared.is_foul.load(Ordering::SeqCst) { draw(&mut deck, &mut rng) } else { Fate::Fair };
        tokio::spawn(carry(client, Arc::clone(&shared), fate, rng.fork()));
    }
}

fn draw(deck: &mut VecDeque<Fate>, rng: &mut Rng) -> Fate {
    if deck.is_empty() {
        let mut fresh = DECK;
        rng.shuffle(&mut fresh);
        deck.extend(fresh);
    }
    match deck.pop_front().unwrap_or(Fate::Fair) {
        Fate::Cut(most) => Fate::Cut(rng.i64(1..=most)),
        Fate::BlackHole(most) => Fate::BlackHole(rng.i64(1..=most)),
        fate => fate,
    }
}

/// A connection's fate and how far it is from it, for both ways together.
struct Line {
    shared: Arc<Shared>,
    fate: Fate,
    left: AtomicI64,
    is_swallowed: AtomicBool,
}

/// What came of a piece.
enum Passed {
    Whole,
    Cut,
    Swallowed,
}

async fn carry(client: TcpStream, shared: Arc<Shared>, fate: Fate, rng: Rng) {
    let upstream = *shared.upstream.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(server) = TcpStream::connect(upstream).await else {
        shared.counters.refused.fetch_add(1, Ordering::SeqCst);
        return;
    };
    let left = match fate {
        Fate::Cut(bytes) | Fate::BlackHole(bytes) => bytes,
        Fate::Fair | Fate::Delay(_) | Fate::Throttle(_) => i64::MAX,
    };
    let line = Arc::new(Line { shared, fate, left: AtomicI64::new(left), is_swallowed: AtomicBool::new(false) });
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut rng = rng;
    let up = flow(&line, from_client, to_server, rng.fork());
    let down = flow(&line, from_server, to_client, rng);
    // A side that has said all it has to say does not end what the other still has to say; a cut ends both at once.
    tokio::pin!(up, down);
    let (ended, other_is_up) = tokio::select! {
        ended = &mut up => (ended, false),
        ended = &mut down => (ended, true),
    };
    if matches!(ended, Passed::Cut) {
        return;
    }
    let _ = if other_is_up { up.await } else { down.await };
}

async fn flow(line: &Line, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut rng: Rng) -> Passed {
    let mut piece = [0; PIECE];
    loop {
        let Ok(read @ 1..) = from.read(&mut piece).await else {
            let _ = to.shutdown().await;
            return Passed::Whole;
        };
        match pass(line, &piece[..read], &mut to, &mut rng).await {
            Passed::Whole => {}
            Passed::Cut => return Passed::Cut,
            Passed::Swallowed => {
                // Read on, so that the other side believes that all is well.
                while let Ok(1..) = from.read(&mut piece).await {}
                return Passed::Swallowed;
            }
        }
    }
}

async fn pass(line: &Line, piece: &[u8], to: &mut OwnedWriteHalf, rng: &mut Rng) -> Passed {
    let counters = &line.shared.counters;
    let is_foul = line.shared.is_foul.load(Ordering::SeqCst);
    let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::SeqCst);
    match line.fate {
        Fate::Delay(most) if is_foul => {
            count(&counters.delayed);
            tokio::time::sleep(Duration::from_millis(rng.u64(0..=most))).await;
        }
        Fate::Throttle(bytes) if is_foul => {
            count(&counters.throttled);
            tokio::time::sleep(Duration::from_millis((piece.len() / bytes) as u64)).await;
        }
        _ => {}
    }
    if line.is_swallowed.load(Ordering::SeqCst) {
        return Passed::Swallowed;
    }
    let left = line.left.fetch_sub(piece.len() as i64, Ordering::SeqCst);
    if is_foul && left < piece.len() as i64 {
        // Half of a frame is worse than none: what was left goes through first.
        let _ = to.write_all(&piece[..usize::try_from(left).unwrap_or(0)]).await;
        if matches!(line.fate, Fate::BlackHole(_)) {
            line.is_swallowed.store(true, Ordering::SeqCst);
            count(&counters.black_holed);
            return Passed::Swallowed;
        }
        count(&counters.cut);
        return Passed::Cut;
    }
    if to.write_all(piece).await.is_err() { Passed::Cut } else { Passed::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::echo::echo;

    #[tokio::test]
    async fn in_fair_weather_every_byte_arrives() {
        let proxy = Proxy::start(1, echo().await).await.expect("a proxy");
        let mut stream = TcpStream::connect(proxy.address).await.expect("connected");
        let sent: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        let (mut from, mut to) = stream.split();
        let send = async {
            to.write_all(&sent).await.expect("sent");
            to.shutdown().await.expect("ended");
        };
        let mut back = Vec::new();
        let ((), read) = tokio::join!(send, from.read_to_end(&mut back));
        read.expect("read");
        assert_eq!(back, sent);
    }

    #[tokio::test]
    async fn ten_connections_in_foul_weather_meet_every_fate() {
        let proxy = Proxy::start(7, echo().await).await.expect("a proxy");
        proxy.make_foul();
        for _ in 0..10 {
            let mut stream = TcpStream::connect(proxy.address).await.expect("connected");
            let mut back = vec![0; 60_000];
            let talk = async {
                let (mut from, mut to) = stream.split();
                let (sent, read) = tokio::join!(to.write_all(&[7; 60_000]), from.read_exact(&mut back));
                sent.is_ok() && read.is_ok()
            };
            // What is swallowed never answers; whoever waits for it has to give up.
            let _ = tokio::time::timeout(Duration::from_secs(20), talk).await;
        }
        let counts = proxy.counts();
        assert_eq!((counts.connections, counts.cut, counts.black_holed), (10, 4, 1), "{counts:?}");
        assert!(counts.delayed > 0 && counts.throttled > 0, "{counts:?}");
    }
}
