//! What a user wants to be notified of, and when not.

use crate::alerts::kinds::{AlertKind, Channel, Severity};
use crate::core::local_time::{DAY_MS, MINUTE_MS};
use crate::{TimeZone, UtcMillis};
use serde::{Deserialize, Serialize};

/// Characters of a webhook's address at most.
pub const LONGEST_WEBHOOK: usize = 500;

/// A minute of the local day, 0 to 1439.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MinuteOfDay(u16);

/// Minutes of a day.
const MINUTES: u16 = 24 * 60;

/// No day has this minute.
#[derive(Debug, thiserror::Error)]
#[error("a minute of the day is 0 to 1439")]
pub struct NoSuchMinute;

impl MinuteOfDay {
    /// An hour and a minute, on the clock's face: past midnight they begin anew.
    pub const fn at(hour: u16, minute: u16) -> Self {
        Self((hour * 60 + minute) % MINUTES)
    }

    /// The minute of an instant.
    pub fn of(at: UtcMillis, zone: TimeZone) -> Self {
        let (hour, minute) = zone.clock_of(at);
        Self::at(hour.into(), minute.into())
    }

    /// The first instant behind `at` at which this minute begins.
    pub fn next_after(self, at: UtcMillis, zone: TimeZone) -> UtcMillis {
        let today = zone.start_of(zone.day_of(at)).plus(i64::from(self.0) * MINUTE_MS);
        if today > at { today } else { today.plus(DAY_MS) }
    }
}

impl TryFrom<u16> for MinuteOfDay {
    type Error = NoSuchMinute;

    fn try_from(minute: u16) -> Result<Self, NoSuchMinute> {
        if minute < MINUTES { Ok(Self(minute)) } else { Err(NoSuchMinute) }
    }
}

impl From<MinuteOfDay> for u16 {
    fn from(minute: MinuteOfDay) -> Self {
        minute.0
    }
}

/// Local hours in which notifications wait, every day; they may begin before midnight and end after it. From and to the same: none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuietHours {
    /// The first minute of them.
    pub from: MinuteOfDay,
    /// The first minute behind them.
    pub to: MinuteOfDay,
}

impl QuietHours {
    /// Whether they cover an instant.
    pub fn covers(&self, at: UtcMillis, zone: TimeZone) -> bool {
        let minute = MinuteOfDay::of(at, zone);
        if self.from <= self.to { self.from <= minute && minute < self.to } else { minute >= self.from || minute < self.to }
    }

    /// The first instant from `at` on that they do not cover.
    pub fn end(&self, at: UtcMillis, zone: TimeZone) -> UtcMillis {
        if self.covers(at, zone) { self.to.next_after(at, zone) } else { at }
    }
}

/// What goes into the digest instead of a message of its own. What is critical never does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum DigestOf {
    /// Nothing.
    Nothing,
    /// What is good to know.
    #[default]
    Info,
    /// All that is not critical.
    NotCritical,
}

/// A message a day about several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Digest {
    /// What goes into it.
    pub of: DigestOf,
    /// When it is sent, by local time.
    pub at: MinuteOfDay,
}

impl Digest {
    /// Whether something of this severity goes into it.
    pub const fn takes(&self, severity: Severity) -> bool {
        match (self.of, severity) {
            (_, Severity::Critical) | (DigestOf::Nothing, _) | (DigestOf::Info, Severity::Warning) => false,
            (DigestOf::Info | DigestOf::NotCritical, Severity::Info) | (DigestOf::NotCritical, Severity::Warning) => true,
        }
    }
}

/// A kind of alert on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Switch {
    /// What of.
    pub kind: AlertKind,
    /// By which way.
    pub channel: Channel,
    /// Whether it is wanted.
    pub on: bool,
}

/// What a user has set. What is not set is as [`wanted_unless_set`] says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Preferences {
    /// Switches that the user has set, one for each kind and channel at most.
    #[serde(default)]
    pub switches: Vec<Switch>,
    /// Hours in which what is not critical waits; in the zone of the property that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// The daily message.
    #[serde(default)]
    pub digest: Digest,
    /// Where the webhook goes; none until the user names an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<String>,
}

impl Default for Digest {
    fn default() -> Self {
        Self { of: DigestOf::default(), at: MinuteOfDay::at(8, 0) }
    }
}

impl Default for Preferences {
    fn default() -> Self {
        let quiet = QuietHours { from: MinuteOfDay::at(21, 0), to: MinuteOfDay::at(7, 0) };
        Self { switches: Vec::new(), quiet: Some(quiet), digest: Digest::default(), webhook: None }
    }
}

/// Whether a kind is wanted on a channel by somebody who has not said: everything but WhatsApp, which costs the utility money.
pub const fn wanted_unless_set(channel: Channel) -> bool {
    !matches!(channel, Channel::Whatsapp)
}

/// Why preferences cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongPreferences {
    /// A switch is there twice.
    #[error("a kind has two switches for one channel")]
    Twice,
    /// The webhook's address is no address.
    #[error("a webhook is an https:// address of 500 characters at most")]
    Webhook,
}

impl Preferences {
    /// Whether a kind is wanted on a channel.
    pub fn want(&self, kind: AlertKind, channel: Channel) -> bool {
        let set = self.switches.iter().find(|switch| switch.kind == kind && switch.channel == channel);
        set.map_or(wanted_unless_set(channel), |switch| switch.on)
    }

    /// Sets whether a kind is wanted on a channel. What is as nobody has set it needs no switch.
    pub fn set(&mut self, kind: AlertKind, channel: Channel, on: bool) {
        self.switches.retain(|switch| (switch.kind, switch.channel) != (kind, channel));
        if on != wanted_unless_set(channel) {
            self.switches.push(Switch { kind, channel, on });
            self.switches.sort_unstable();
        }
    }

    /// The same in their order, if they can be kept. Whether a webhook's address may be called is found out when it is.
    ///
    /// # Errors
    /// A switch twice, or a webhook that is no address.
    pub fn checked(mut self) -> Result<Self, WrongPreferences> {
        self.switches.sort_unstable();
        if self.switches.windows(2).any(|two| (two[0].kind, two[0].channel) == (two[1].kind, two[1].channel)) {
            return Err(WrongPreferences::Twice);
        }
        let is_address = |url: &str| {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            url.len() <= LONGEST_WEBHOOK
                && host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'))
                && url.chars().all(|letter| letter.is_ascii_graphic())
        };
        if self.webhook.as_deref().is_some_and(|url| !is_address(url)) {
            return Err(WrongPreferences::Webhook);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_set_is_on_but_for_whatsapp() {
        let mut preferences = Preferences::default();
        for kind in AlertKind::ALL {
            for channel in Channel::ALL {
                assert_eq!(preferences.want(*kind, *channel), *channel != Channel::Whatsapp, "{kind:?} {channel:?}");
            }
        }
        preferences.switches = vec![
            Switch { kind: AlertKind::Leak, channel: Channel::Whatsapp, on: true },
            Switch { kind: AlertKind::Leak, channel: Channel::Email, on: false },
        ];
        assert!(preferences.want(AlertKind::Leak, Channel::Whatsapp) && !preferences.want(AlertKind::Leak, Channel::Email));
        assert!(preferences.want(AlertKind::Tamper, Channel::Email), "another kind is as it was");
    }

    #[test]
    fn a_switch_that_is_set_back_is_as_if_it_never_was() {
        let mut preferences = Preferences::default();
        for (channel, on) in [(Channel::Email, false), (Channel::Whatsapp, true)] {
            preferences.set(AlertKind::Leak, channel, on);
            assert_eq!(preferences.want(AlertKind::Leak, channel), on, "{channel:?}");
        }
        assert_eq!(preferences.clone().checked(), Ok(preferences.clone()), "they are in their order");
        preferences.set(AlertKind::Leak, Channel::Whatsapp, false);
        preferences.set(AlertKind::Leak, Channel::Email, true);
        assert_eq!(preferences, Preferences::default());
    }

    #[test]
    fn a_switch_twice_and_a_webhook_that_is_no_address_are_refused() {
        let switch = |on| Switch { kind: AlertKind::Leak, channel: Channel::Email, on };
        let twice = Preferences { switches: vec![switch(true), switch(false)], ..Preferences::default() };
        assert_eq!(twice.checked(), Err(WrongPreferences::Twice));
        let long = format!("https://a.example/{}", "x".repeat(LONGEST_WEBHOOK));
        for wrong in ["", "ftp://a.example", "https://", "https:///x", "https://a.example/ x", long.as_str()] {
            let of = Preferences { webhook: Some(wrong.into()), ..Preferences::default() };
            assert_eq!(of.checked(), Err(WrongPreferences::Webhook), "{wrong}");
        }
        let right = Preferences { webhook: Some("https://a.example/hook?x=1".into()), ..Preferences::default() };
        assert_eq!(right.clone().checked(), Ok(right));
    }

    #[test]
    fn a_minute_that_no_day_has_is_refused() {
        assert!(serde_json::from_str::<MinuteOfDay>("1439").is_ok());
        assert!(serde_json::from_str::<MinuteOfDay>("1440").is_err());
    }
}
