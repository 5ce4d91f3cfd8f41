//! Places of network lines. Before a client has signed in it has one of a few, for a short time, so that strangers keep no meter out; after
//! that one of many, of which one address has a part.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

/// Lines on which nobody has signed in yet.
const WAITING: usize = 256;

/// After so long without having signed in a line makes room for another at once.
const PATIENCE: Duration = Duration::from_millis(250);

/// While all that wait are fresh, as when a utility's meters come back at once, a new one waits so long for one of them to sign in.
const PAUSE: Duration = Duration::from_millis(5);

/// Sessions at most.
const SEATS: usize = 20_000;

/// Of those, sessions from one address: many meters share one behind a mobile network.
const SEATS_OF_ADDRESS: usize = 10_000;

/// The places of one listener.
#[derive(Default)]
pub struct Places {
    taken: Mutex<Taken>,
    left: Notify,
}

#[derive(Default)]
struct Taken {
    numbered: u64,
    waiting: BTreeMap<u64, Waiting>,
    seats: HashMap<IpAddr, usize>,
    seated: usize,
}

struct Waiting {
    address: IpAddr,
    since: Instant,
    pushed_out: Arc<Notify>,
}

/// A place of a line on which nobody has signed in yet.
pub struct Entrance {
    places: Arc<Places>,
    number: u64,
    address: IpAddr,
    pushed_out: Arc<Notify>,
}

/// A place of a session.
pub struct Seat {
    places: Arc<Places>,
    address: IpAddr,
}

impl Places {
    /// A place for a new line. If there is none left, a line of the address that has most of them makes room, the one that waited longest.
    pub async fn enter(self: &Arc<Self>, from: IpAddr) -> Entrance {
        let address = network(from);
        let left = self.left.notified();
        if self.lock().is_full_of_fresh() {
            // Whether or not one has left by then, this one comes in.
            let _ = timeout(PAUSE, left).await;
        }
        let mut taken = self.lock();
        if let Some(oldest) = taken.in_the_way()
            && let Some(out) = taken.waiting.remove(&oldest)
        {
            metrics::counter!("indowater_mqtt_refused_total", "why" => "pushed_out").increment(1);
            out.pushed_out.notify_one();
        }
        taken.numbered += 1;
        let (number, pushed_out) = (taken.numbered, Arc::new(Notify::new()));
        taken.waiting.insert(number, Waiting { address, since: Instant::now(), pushed_out: Arc::clone(&pushed_out) });
        drop(taken);
        Entrance { places: Arc::clone(self), number, address, pushed_out }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The line that is to make room for a new one.
    fn in_the_way(&self) -> Option<u64> {
        if self.waiting.len() < WAITING {
            return None;
        }
        let mut of_address: HashMap<IpAddr, (usize, u64)> = HashMap::new();
        for (number, waiting) in &self.waiting {
            of_address.entry(waiting.address).or_insert((0, *number)).0 += 1;
        }
        of_address.into_values().max_by_key(|(lines, oldest)| (*lines, std::cmp::Reverse(*oldest))).map(|(_, oldest)| oldest)
    }

    fn is_full_of_fresh(&self) -> bool {
        let oldest = self.in_the_way().and_then(|number| self.waiting.get(&number));
        oldest.is_some_and(|waiting| waiting.since.elapsed() < PATIENCE)
    }
}

impl Entrance {
    /// Returns when this line is to make room for another.
    pub async fn pushed_out(&self) {
        self.pushed_out.notified().await;
    }

    /// Changes the place for a session's, if there is one left for its address.
    pub fn sit_down(self) -> Option<Seat> {
        let mut taken = self.places.lock();
        let of_address = taken.seats.get(&self.address).copied().unwrap_or_default();
        if taken.seated >= SEATS || of_address >= SEATS_OF_ADDRESS {
            return None;
        }
        taken.seated += 1;
        taken.seats.insert(self.address, of_address + 1);
        drop(taken);
        Some(Seat { places: Arc::clone(&self.places), address: self.address })
    }
}

impl Drop for Entrance {
    fn drop(&mut self) {
        self.places.lock().waiting.remove(&self.number);
        self.places.left.notify_one();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.seated = taken.seated.saturating_sub(1);
        let of_address = taken.seats.get(&self.address).copied().unwrap_or_default();
        if of_address > 1 {
            taken.seats.insert(self.address, of_address - 1);
        } else {
            taken.seats.remove(&self.address);
        }
    }
}

/// What counts as one address: of IPv6 the network, which one subscriber has whole.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !(u128::MAX >> 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn one_address_pushes_out_its_own_and_not_those_of_others() {
        let places: Arc<Places> = Arc::default();
        let other = places.enter(address("192.0.2.9")).await;
        let mut lines = Vec::new();
        for _ in 0..WAITING + 4 {
            lines.push(places.enter(address("192.0.2.1")).await);
        }
        for line in &lines[..5] {
            timeout(Duration::from_millis(1), line.pushed_out()).await.expect("it waited longest");
        }
        assert!(timeout(Duration::from_millis(1), lines[5].pushed_out()).await.is_err());
        assert!(timeout(Duration::from_millis(1), other.pushed_out()).await.is_err());
        assert_eq!(places.lock().waiting.len(), WAITING);
        drop((lines, other));
        assert!(places.lock().waiting.is_empty());
    }

    #[tokio::test]
    async fn one_address_has_a_part_of_the_seats_and_gives_them_back() {
        let places: Arc<Places> = Arc::default();
        let sit = async |from: &str| places.enter(address(from)).await.sit_down();
        let mut seats = Vec::new();
        for _ in 0..SEATS_OF_ADDRESS {
            seats.push(sit("2001:db8::1").await.expect("a seat"));
        }
        assert!(sit("2001:db8::2").await.is_none(), "the same network");
        assert!(sit("2001:db8:0:1::2").await.is_some(), "another one");
        seats.clear();
        assert_eq!(places.lock().seated, 0);
        assert!(sit("2001:db8::1").await.is_some());
    }
}
