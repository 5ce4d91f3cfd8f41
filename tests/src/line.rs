//! A telephone line on loopback: as narrow as is wanted for all connections together, cut for all of them at once, and with a count of what it
//! carried. [`crate::proxy`] gives each connection a fate of its own instead.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

/// Bytes that pass in one piece at most, so that a small request does not wait behind a large one: an eighth of a second at 32 kbit/s.
const PIECE: usize = 512;

/// One direction.
struct Way {
    /// When all that was let through so far has passed.
    free_at: Mutex<Instant>,
    carried: AtomicU64,
    /// The line breaks once it has carried so many bytes this way.
    breaks_at: AtomicU64,
}

impl Way {
    fn new() -> Self {
        Self { free_at: Mutex::new(Instant::now()), carried: AtomicU64::new(0), breaks_at: AtomicU64::new(u64::MAX) }
    }

    /// Returns once some bytes have passed, whoever else sends this way.
    async fn pass(&self, bytes: usize, bytes_per_s: u64) {
        let Some(micros) = (bytes as u64 * 1_000_000).checked_div(bytes_per_s) else { return };
        let passed = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            *free_at = (*free_at).max(Instant::now()) + Duration::from_micros(micros);
            *free_at
        };
        sleep_until(passed).await;
    }
}

/// What a line carried, and how often it was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Bytes to the server.
    pub up: u64,
    /// Bytes from the server.
    pub down: u64,
    /// Cuts, whether anything was on the line or not.
    pub cuts: u64,
}

struct Shared {
    upstream: SocketAddr,
    is_broken: AtomicBool,
    /// In each direction; 0 is as fast as it goes.
    bytes_per_s: AtomicU64,
    /// Counts the cuts; each connection ends at the next.
    cuts: watch::Sender<u64>,
    up: Way,
    down: Way,
}

impl Shared {
    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

/// A line to a server that may come and go.
pub struct Line {
    /// Where it begins.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

impl Line {
    /// A line as wide as it goes.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start(upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let (is_broken, bytes_per_s) = (AtomicBool::new(false), AtomicU64::new(0));
        let (up, down) = (Way::new(), Way::new());
        let shared = Arc::new(Shared { upstream, is_broken, bytes_per_s, cuts: watch::Sender::new(0), up, down });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, tasks: vec![accepting] })
    }

    /// `http://…`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets so many bytes a second through from now on, in each direction, and cuts all connections each time that so much time has passed.
    pub fn make_bad(&mut self, bytes_per_s: u64, cut_every: Duration) {
        self.shared.bytes_per_s.store(bytes_per_s, Ordering::SeqCst);
        let shared = Arc::clone(&self.shared);
        self.tasks.push(tokio::spawn(async move {
            let mut ticks = interval_at(Instant::now() + cut_every, cut_every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                shared.cut();
            }
        }));
    }

    /// Breaks once it has carried so many bytes more from the server.
    pub fn break_after(&self, bytes: u64) {
        let down = &self.shared.down;
        down.breaks_at.store(down.carried.load(Ordering::SeqCst) + bytes, Ordering::SeqCst);
    }

    /// Ends all connections, and lets none through any more.
    pub fn break_now(&self) {
        self.shared.is_broken.store(true, Ordering::SeqCst);
        self.shared.cut();
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.shared.down.breaks_at.store(u64::MAX, Ordering::SeqCst);
        self.shared.is_broken.store(false, Ordering::SeqCst);
    }

    /// What it carried so far.
    pub fn carried(&self) -> Carried {
        let carried = |way: &Way| way.carried.load(Ordering::SeqCst);
        Carried { up: carried(&self.shared.up), down: carried(&self.shared.down), cuts: *self.shared.cuts.borrow() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        // What connects to a broken line is disconnected at once.
        if !shared.is_broken.load(Ordering::SeqCst) {
            tokio::spawn(carry(client, Arc::clone(&shared)));
        }
    }
}

async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let mut cuts = shared.cuts.subscribe();
    let Ok(server) = TcpStream::connect(shared.upstream).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let both = async {
        tokio::join!(flow(&shared, &shared.up, from_client, to_server), flow(&shared, &shared.down, from_server, to_client))
    };
    // A cut ends both directions in the middle of whatever they carry.
    tokio::select! {
        _ = both => {}
        _ = cuts.changed() => {}
    }
}

async fn flow(shared: &Shared, way: &Way, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let mut read = [0; 8 * PIECE];
    loop {
        let Ok(length @ 1..) = from.read(&mut read).await else {
            let _ = to.shutdown().await;
            return;
        };
        for piece in read[..length].chunks(PIECE) {
            way.pass(piece.len(), shared.bytes_per_s.load(Ordering::SeqCst)).await;
            if to.write_all(piece).await.is_err() {
                return;
            }
            let carried = way.carried.fetch_add(piece.len() as u64, Ordering::SeqCst) + piece.len() as u64;
            if carried >= way.breaks_at.load(Ordering::SeqCst) {
                shared.is_broken.store(true, Ordering::SeqCst);
                shared.cut();
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::echo::echo;

    #[tokio::test]
    async fn connections_share_a_narrow_line_and_a_cut_ends_all_of_them() {
        let mut line = Line::start(echo().await).await.expect("a line");
        line.make_bad(20_000, Duration::from_secs(3));
        let began = Instant::now();
        let talk = async || {
            let mut stream = TcpStream::connect(line.address).await.expect("connected");
            stream.write_all(&[7; 5_000]).await.expect("sent");
            let mut back = [0; 5_000];
            stream.read_exact(&mut back).await.expect("received");
            stream
        };
        let (mut one, mut other) = tokio::join!(talk(), talk());
        assert!(began.elapsed() >= Duration::from_millis(500), "10,000 bytes took {:?}", began.elapsed());
        assert_eq!((line.carried().up, line.carried().down), (10_000, 10_000));
        for stream in [&mut one, &mut other] {
            assert!(matches!(stream.read(&mut [0]).await, Ok(0) | Err(_)), "the line is cut");
        }
        assert!(line.carried().cuts > 0);
    }

    #[tokio::test]
    async fn a_line_breaks_after_so_many_bytes_until_it_is_mended() {
        let line = Line::start(echo().await).await.expect("a line");
        let talk = async || {
            let mut stream = TcpStream::connect(line.address).await?;
            stream.write_all(&[7; 5_000]).await?;
            stream.read_exact(&mut [0; 5_000]).await
        };
        line.break_after(2_000);
        assert!(talk().await.is_err(), "it breaks in the middle");
        assert!(talk().await.is_err(), "and stays broken");
        assert!((2_000..5_000).contains(&line.carried().down), "{:?}", line.carried());
        line.mend();
        assert!(talk().await.is_ok());
        line.break_now();
        assert!(talk().await.is_err());
    }
}
