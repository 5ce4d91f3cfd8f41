//! Rules of others, from their published wording. None of their code or data is used, and their products may do more than they publish.
//! An alarm that goes on is one alarm. All of them see what ours sees: where nothing was measured they wait.

use std::collections::VecDeque;

/// Badger Meter's BEACON: more than 1 gal/h for 24 consecutive hours (helpbeaconama.net, 26 July 2018, "Minimize Water and Revenue Loss with
/// BEACON").
#[derive(Clone, Default)]
pub struct Beacon {
    hour: i64,
    in_hour: i64,
    hours: u32,
}

/// A gallon, mL.
const GALLON: i64 = 3_785;

impl Beacon {
    pub fn absorb(&mut self, to: i64, ml: i64) -> bool {
        let hour = (to - 1) / 60;
        let mut alarm = false;
        if hour != self.hour {
            self.hours = if self.in_hour >= GALLON && hour == self.hour + 1 { self.hours + 1 } else { 0 };
            alarm = self.hours == 24;
            (self.hour, self.in_hour) = (hour, 0);
        }
        self.in_hour += ml;
        alarm
    }
}

/// Kamstrup flowIQ 3100 (technical description 5512-1242): LEAK if the meter has not stood still for an hour on end within 24 hours; BURST
/// if the flow was above 10 % of Q3 for 30 minutes.
#[derive(Clone, Default)]
pub struct Kamstrup {
    until: i64,
    still: i64,
    since_still: i64,
    above: i64,
    leak: bool,
    burst: bool,
}

/// 10 % of a Q3 of 2.5 m³/h, mL in a minute.
const TENTH_OF_Q3: i64 = 250_000 / 60;

impl Kamstrup {
    pub fn absorb(&mut self, to: i64, ml: i64, minutes: i64) -> bool {
        if to - minutes != self.until {
            (self.still, self.since_still, self.above) = (0, 0, 0);
        }
        self.until = to;
        self.still = if ml == 0 { self.still + minutes } else { 0 };
        self.since_still = if self.still >= 60 { 0 } else { self.since_still + minutes };
        self.above = if ml > TENTH_OF_Q3 * minutes { self.above + minutes } else { 0 };
        let (leak, burst) = (self.since_still >= 1_440, self.above >= 30);
        let alarm = leak && !self.leak || burst && !self.burst;
        (self.leak, self.burst) = (leak, burst);
        alarm
    }
}

/// Flume: water running constantly for two hours (help.flumewater.com, "Usage Alerts"); its filter for irrigation is not published.
#[derive(Clone, Default)]
pub struct Flume {
    until: i64,
    running: i64,
    alarm: bool,
}

impl Flume {
    pub fn absorb(&mut self, to: i64, ml: i64, minutes: i64) -> bool {
        let follows = to - minutes == self.until;
        self.until = to;
        self.running = if ml > 0 { if follows { self.running + minutes } else { minutes } } else { 0 };
        let before = std::mem::replace(&mut self.alarm, self.running >= 120);
        self.alarm && !before
    }
}

/// The original IndoWater: the mean of 24 hours above twice the mean of 30 days, and above 0.1 m³/h; looked at each hour.
#[derive(Clone, Default)]
pub struct Original {
    hour: i64,
    in_hour: i64,
    hours: VecDeque<u32>,
    day: i64,
    month: i64,
    alarm: bool,
}

impl Original {
    pub fn absorb(&mut self, to: i64, ml: i64) -> bool {
        let hour = (to - 1) / 60;
        let mut begins = false;
        if hour != self.hour {
            begins = self.hour_ends();
            (self.hour, self.in_hour) = (hour, 0);
        }
        self.in_hour += ml;
        begins
    }

    fn hour_ends(&mut self) -> bool {
        self.hours.push_back(self.in_hour as u32);
        (self.day, self.month) = (self.day + self.in_hour, self.month + self.in_hour);
        if self.hours.len() > 24 {
            self.day -= i64::from(self.hours[self.hours.len() - 25]);
        }
        if self.hours.len() > 720 {
            self.month -= i64::from(self.hours.pop_front().unwrap_or_default());
        }
        let is_over = self.hours.len() == 720 && self.day * 30 > self.month * 2 && self.day > 24 * 100_000;
        let before = std::mem::replace(&mut self.alarm, is_over);
        is_over && !before
    }
}
