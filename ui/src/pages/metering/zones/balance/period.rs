//! Which days the balance is of: the newest 7, 30 or 90 that are over, or any from one to another.

use crate::components::Segmented;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::DayEntry;
use dioxus::prelude::*;
use domain::{LocalDay, ZoneId};
use protocol::metering::zone_balance::{DAYS, ZoneBalanceAsked};

/// Numbers of days that can be chosen, and the place of the choice that has days of its own.
const NEWEST: [i32; 3] = [7, 30, 90];
const OWN: i32 = 0;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many days, the newest that are over.
    Newest(i32),
    /// From a day to another one.
    Range(LocalDay, LocalDay),
}

impl Period {
    /// What the page opens with.
    pub const FIRST: Self = Self::Newest(30);

    /// The question to the server.
    pub const fn asked(self, zone: ZoneId) -> ZoneBalanceAsked {
        match self {
            Self::Newest(days) => ZoneBalanceAsked { zone, days: Some(days), from: None, to: None },
            Self::Range(from, to) => ZoneBalanceAsked { zone, days: None, from: Some(from), to: Some(to) },
        }
    }

    /// The same days as a range, to begin with.
    fn as_range(self, today: LocalDay) -> Self {
        match self {
            Self::Newest(days) => Self::Range(today.plus(-days), today.plus(-1)),
            range @ Self::Range(..) => range,
        }
    }
}

/// Why days cannot be asked for, by the key of its words: by the rule of the server.
fn fault(from: Option<LocalDay>, to: Option<LocalDay>, today: LocalDay) -> Option<&'static str> {
    let (Some(from), Some(to)) = (from, to) else { return Some("balance-range-needed") };
    match i64::from(to.0) - i64::from(from.0) + 1 {
        _ if to > today => Some("balance-range-future"),
        ..=0 => Some("balance-range-order"),
        days if days > i64::from(DAYS) => Some("balance-range-long"),
        _ if from < LocalDay(0) => Some("balance-range-needed"),
        _ => None,
    }
}

/// The choice. `today` is the zone's.
#[component]
pub fn PeriodChoice(period: Signal<Period>, today: LocalDay) -> Element {
    let mut period = period;
    let mut choices = NEWEST.map(|days| (days, tra("balance-days", &[("n", days.to_string())]))).to_vec();
    choices.push((OWN, tr("balance-range")));
    let chosen = match period() {
        Period::Newest(days) => days,
        Period::Range(..) => OWN,
    };
    rsx! {
        Segmented { label: tr("balance-period"), choices, chosen,
            onchoose: move |chosen| {
                let next = if chosen == OWN { period.peek().as_range(today) } else { Period::Newest(chosen) };
                period.set(next);
            } }
    }
}

/// The two days of a range; a range that cannot be asked for is said and asks nothing.
#[component]
pub fn RangeEntry(period: Signal<Period>, today: LocalDay) -> Element {
    let Period::Range(first, last) = period.peek().as_range(today) else { return rsx! {} };
    let mut from = use_signal(|| Some(first));
    let mut to = use_signal(|| Some(last));
    let choose = use_callback(move |(first, last): (Option<LocalDay>, Option<LocalDay>)| {
        let mut period = period;
        from.set(first);
        to.set(last);
        if let (Some(first), Some(last), None) = (first, last, fault(first, last, today)) {
            period.set(Period::Range(first, last));
        }
    });
    let wrong = fault(from(), to(), today).map(|key| tra(key, &[("n", DAYS.to_string())]));
    rsx! {
        div { class: "row wrap top balance-range", role: "group", "aria-label": tr("balance-range"),
            DayEntry { id: "balance-from", label: tr("balance-range-from"), value: from(), onchoose: move |day| choose.call((day, *to.peek())) }
            DayEntry { id: "balance-to", label: tr("balance-range-to"), value: to(), first: from(), error: wrong,
                onchoose: move |day| choose.call((*from.peek(), day)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_to_ninety_two_days_up_to_today() {
        let today = LocalDay(20_000);
        let of = |from: i32, to: i32| fault(Some(LocalDay(from)), Some(LocalDay(to)), today);
        assert_eq!([of(20_000, 20_000), of(19_909, 20_000)], [None, None]);
        assert_eq!(of(19_908, 20_000), Some("balance-range-long"));
        assert_eq!(of(19_990, 19_989), Some("balance-range-order"));
        assert_eq!(of(19_990, 20_001), Some("balance-range-future"));
        assert_eq!(fault(None, Some(today), today), Some("balance-range-needed"));
    }

    #[test]
    fn what_was_chosen_before_is_the_range_to_begin_with() {
        let today = LocalDay(20_000);
        assert_eq!(Period::Newest(7).as_range(today), Period::Range(LocalDay(19_993), LocalDay(19_999)));
        let range = Period::Range(LocalDay(1), LocalDay(2));
        assert_eq!(range.as_range(today), range);
        let asked = range.asked(ZoneId(uuid::Uuid::nil()));
        assert_eq!((asked.days, asked.from, asked.to), (None, Some(LocalDay(1)), Some(LocalDay(2))));
    }
}
