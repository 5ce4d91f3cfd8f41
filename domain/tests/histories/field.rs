//! What meters of one place say, and beside it what really flowed there: meters are replaced, readings are contradicted, and some are nonsense.

use domain::metering::reading::{ClockState, Point, Trust};
use domain::{ConnectionId, LocalDay, Millilitres, TimeZone, UtcMillis};
use proptest::prelude::*;
use uuid::Uuid;

pub const ZONE: TimeZone = TimeZone::Jakarta;

/// Some days before a month begins, so that most histories see its beginning.
pub const START: LocalDay = LocalDay(20_751);

/// The register of a household meter returns to zero here.
const MODULUS: i64 = 100_000_000_000;

/// More than a household meter can pass in a quarter of a year.
const ABSURD: i64 = 50_000_000_000;

/// The place that is charged.
pub const HERE: ConnectionId = ConnectionId(Uuid::from_u128(1));

/// Where a meter hangs before it comes, and once it was taken out.
const ELSEWHERE: ConnectionId = ConnectionId(Uuid::from_u128(2));

/// A reading on its way.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Which meter says it, in the order in which they were installed.
    pub meter: usize,
    /// What it says.
    pub point: Point,
}

/// What a meter saw flow between two of its readings.
#[derive(Clone, Copy, Debug)]
pub struct Flowed {
    /// Hours since the start.
    pub from: i64,
    /// The same.
    pub to: i64,
    /// Millilitres.
    pub volume: i64,
}

/// A history.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// What is said, in order of time.
    pub messages: Vec<Message>,
    /// What of it is to be paid.
    pub flowed: Vec<Flowed>,
}

/// What happens at a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing.
    Plain,
    /// The meter is replaced after it; the next one begins so many hours later.
    Replaced(i64),
    /// Half an hour later the meter says something that cannot be.
    Nonsense,
    /// It comes a second time with a register that is higher.
    Contradicted,
}

/// Hours since the last reading, millilitres an hour, what happens, and a register for what happens.
type Step = (i64, i64, Fate, i64);

fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        16 => Just(Fate::Plain),
        1 => (0_i64..6).prop_map(Fate::Replaced),
        2 => Just(Fate::Nonsense),
        1 => Just(Fate::Contradicted),
    ];
    let register = prop_oneof![0_i64..9_000_000, 400_000_000_i64..900_000_000, 99_990_000_000_i64..MODULUS];
    (1_i64..48, 0_i64..400_000, fate, register)
}

/// Histories of some weeks; in each a meter is replaced at least once.
pub fn history() -> impl Strategy<Value = History> {
    proptest::collection::vec(step(), 4..40).prop_map(|mut steps| {
        let middle = steps.len() / 2;
        steps[middle].2 = Fate::Replaced(steps[middle].0 % 6);
        History::of(&steps)
    })
}

impl History {
    fn of(steps: &[Step]) -> Self {
        let mut history = Self::default();
        let (mut meter, mut hour, mut register) = (0, 0, steps[0].3);
        history.say(meter, hour * 60, register, Some(HERE));
        for &(hours, rate, fate, other) in steps {
            let volume = hours * rate;
            history.flowed.push(Flowed { from: hour, to: hour + hours, volume });
            (hour, register) = (hour + hours, (register + volume) % MODULUS);
            history.say(meter, hour * 60, register, Some(HERE));
            match fate {
                Fate::Plain => {}
                Fate::Nonsense => history.say(meter, hour * 60 + 30, (register + ABSURD) % MODULUS, Some(HERE)),
                Fate::Contradicted => history.say(meter, hour * 60, register + 1_000, Some(HERE)),
                Fate::Replaced(later) => {
                    // What the old one passes from now on is nobody's here.
                    let place = (other % 2 == 0).then_some(ELSEWHERE);
                    history.say(meter, hour * 60 + 30, (register + 7_000) % MODULUS, place);
                    history.say(meter, hour * 60 + 90, (register + 90_000) % MODULUS, place);
                    (meter, hour, register) = (meter + 1, hour + later, other);
                    // The new one may have been in use elsewhere until just before: its start is no usage here.
                    history.say(meter, hour * 60 - 30, (register + MODULUS - 20_000) % MODULUS, place);
                    history.say(meter, hour * 60, register, Some(HERE));
                }
            }
        }
        history
    }

    fn say(&mut self, meter: usize, minute: i64, register: i64, connection: Option<ConnectionId>) {
        let t = ZONE.start_of(START).plus(minute * 60_000);
        let point = Point { t, register: Millilitres(register), connection, clock: ClockState::Believed, trust: Trust::Meter };
        self.messages.push(Message { meter, point });
    }

    /// The day on which the last reading was taken.
    pub fn last_day(&self) -> LocalDay {
        self.messages.iter().map(|message| ZONE.day_of(message.point.t)).max().unwrap_or(START)
    }

    /// Its first instant.
    pub fn start() -> UtcMillis {
        ZONE.start_of(START)
    }
}
