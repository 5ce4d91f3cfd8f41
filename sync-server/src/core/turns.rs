//! Turns between sources: what waits for the writer or for a reading connection waits in a lane of its source, and the lanes take turns.
//!
//! A lane gives what it holds in order. In each round it may give work of one [`SHARE`]; a lane that gave more pays that back in its next
//! rounds. So a source with much to do waits for itself, and nobody waits for more than a share of each other source. What waits is bounded
//! in number and in bytes: in all, for each utility, and for each lane.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

/// Whose work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The server's own, and requests of nobody in particular.
    Server,
    /// A user's.
    User(i64),
    /// A meter's.
    Meter(i64),
}

/// A lane, and the utility that it counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// The lane.
    pub lane: Lane,
    /// The utility's key, 0 for all meters together; `None` for the server's own work.
    pub utility: Option<i64>,
}

impl Source {
    /// A meter's messages. Those of all meters share one limit as those of a utility's users do, so that however many report at once, users
    /// find room.
    pub const fn meter(meter: i64) -> Self {
        // Keys of utilities begin at 1.
        Self { lane: Lane::Meter(meter), utility: Some(0) }
    }

    /// The server's own work.
    pub const SERVER: Self = Self { lane: Lane::Server, utility: None };
}

/// What something in a lane costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Time, in readings that are stored in it.
    pub weight: usize,
    /// Memory while it waits, in bytes.
    pub bytes: usize,
}

/// Weight that a lane gives in one round.
pub const SHARE: usize = 2_000;

/// A number of things and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// How many.
    pub count: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Load {
    /// Whether `bytes` more fit under `limit`. What is larger than the limit by itself fits where nothing else is, or it would never.
    const fn fits(self, bytes: usize, limit: Self) -> bool {
        self.count < limit.count && (self.count == 0 || self.bytes + bytes <= limit.bytes)
    }

    const fn add(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes;
    }

    const fn take(&mut self, bytes: usize) {
        self.count -= 1;
        self.bytes -= bytes;
    }
}

/// How much may wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// In all.
    pub total: Load,
    /// For one utility.
    pub utility: Load,
    /// In one lane.
    pub lane: Load,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// That of all.
    Total,
    /// That of the utility.
    Utility,
    /// That of the lane.
    Lane,
}

struct Waiting<T> {
    items: VecDeque<(T, Cost, Option<i64>)>,
    load: Load,
    /// What the lane may give in this round; below zero where it gave more than its share.
    left: i64,
    /// Whether a round was broken off in the middle of the lane's share.
    is_interrupted: bool,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { items: VecDeque::new(), load: Load::default(), left: 0, is_interrupted: false }
    }
}

/// What waits, by lane.
pub struct Turns<T> {
    lanes: HashMap<Lane, Waiting<T>>,
    /// Lanes in which something waits, in the order of their turns.
    order: VecDeque<Lane>,
    total: Load,
    utilities: HashMap<i64, Load>,
    limits: Limits,
}

impl<T> Turns<T> {
    /// Nothing waits.
    pub fn new(limits: Limits) -> Self {
        Self { lanes: HashMap::new(), order: VecDeque::new(), total: Load::default(), utilities: HashMap::new(), limits }
    }

    /// Puts something at the end of its source's lane.
    ///
    /// # Errors
    /// It would pass a limit; it is given back.
    pub fn push(&mut self, source: Source, cost: Cost, item: T) -> Result<(), (Full, T)> {
        // If the server's own work were refused for what others have queued, nothing would be published or charged any more.
        if source.lane != Lane::Server && !self.total.fits(cost.bytes, self.limits.total) {
            return Err((Full::Total, item));
        }
        let load = source.utility.and_then(|utility| self.utilities.get(&utility)).copied().unwrap_or_default();
        if !load.fits(cost.bytes, self.limits.utility) {
            return Err((Full::Utility, item));
        }
        let waiting = match self.lanes.entry(source.lane) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(free) => {
                self.order.push_back(source.lane);
                free.insert(Waiting::default())
            }
        };
        if !waiting.load.fits(cost.bytes, self.limits.lane) {
            return Err((Full::Lane, item));
        }
        if let Some(utility) = source.utility {
            self.utilities.entry(utility).or_default().add(cost.bytes);
        }
        waiting.load.add(cost.bytes);
        self.total.add(cost.bytes);
        waiting.items.push_back((item, cost, source.utility));
        Ok(())
    }

    /// Puts back what was taken and could not be done, or only in part, in front of all that waits in its lane. No limit refuses it: it had its
    /// room. `is_next`: its lane has had nothing of its turn yet, and has the next one.
    pub fn put_back(&mut self, source: Source, cost: Cost, item: T, is_next: bool) {
        let waiting = match self.lanes.entry(source.lane) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(free) => {
                if is_next {
                    self.order.push_front(source.lane);
                } else {
                    self.order.push_back(source.lane);
                }
                free.insert(Waiting::default())
            }
        };
        if let Some(utility) = source.utility {
            self.utilities.entry(utility).or_default().add(cost.bytes);
        }
        waiting.load.add(cost.bytes);
        self.total.add(cost.bytes);
        waiting.items.push_front((item, cost, source.utility));
    }

    /// Takes what has its turn, until `count` things or a weight of `weight` are taken or every lane has given its share once.
    /// Something is taken wherever something waits.
    pub fn round(&mut self, count: usize, weight: usize, taken: &mut VecDeque<T>) {
        let (mut number, mut weighed) = (0, 0);
        while number == 0 && !self.order.is_empty() {
            for _ in 0..self.order.len() {
                let Some(lane) = self.order.pop_front() else { break };
                let Some(waiting) = self.lanes.get_mut(&lane) else { continue };
                if !std::mem::take(&mut waiting.is_interrupted) {
                    waiting.left = (waiting.left + SHARE as i64).min(SHARE as i64);
                }
                while waiting.left > 0 && number < count && weighed < weight {
                    let Some((item, cost, utility)) = waiting.items.pop_front() else { break };
                    waiting.left -= cost.weight.max(1) as i64;
                    waiting.load.take(cost.bytes);
                    self.total.take(cost.bytes);
                    if let Some(utility) = utility {
                        free(&mut self.utilities, utility, cost.bytes);
                    }
                    taken.push_back(item);
                    number += 1;
                    weighed += cost.weight;
                }
                if waiting.items.is_empty() {
                    self.lanes.remove(&lane);
                } else if waiting.left > 0 {
                    // The group is full in the middle of this lane's share: it goes on first.
                    waiting.is_interrupted = true;
                    self.order.push_front(lane);
                    return;
                } else {
                    self.order.push_back(lane);
                }
                if number >= count || weighed >= weight {
                    return;
                }
            }
        }
    }

    /// What waits in all.
    pub const fn load(&self) -> Load {
        self.total
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

fn free(utilities: &mut HashMap<i64, Load>, utility: i64, bytes: usize) {
    if let Some(load) = utilities.get_mut(&utility) {
        load.take(bytes);
        if load.count == 0 {
            utilities.remove(&utility);
        }
    }
}
