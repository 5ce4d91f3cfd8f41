//! Which days the balance is of: the newest 7, 30 or 90 that are over, or any from one to another. It is kept in the page's address.

use crate::components::Segmented;
use crate::components::address::{Kept, Params};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::DayEntry;
use dioxus::prelude::*;
use domain::{LocalDay, ZoneId};
use protocol::metering::zone_balance::{DAYS, ZoneBalanceAsked};

/// Numbers of days that can be chosen, the number by default, and the choice that has days of its own.
const NEWEST: [i32; 3] = [7, 30, 90];
const USUAL: i32 = 30;
const OWN: i32 = 0;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// So many days, the newest that are over.
    Newest(i32),
    /// From a day to another one, both of them included.
    Range(LocalDay, LocalDay),
}

impl Default for Period {
    fn default() -> Self {
        Self::Newest(USUAL)
    }
}

impl Period {
    /// The question to the server.
    pub const fn asked(self, zone: ZoneId) -> ZoneBalanceAsked {
        match self {
            Self::Newest(days) => ZoneBalanceAsked { zone, days: Some(days), from: None, to: None },
            Self::Range(from, to) => ZoneBalanceAsked { zone, days: None, from: Some(from), to: Some(to) },
        }
    }

    /// The same days as a range, to begin with.
    fn as_range(self, today: LocalDay) -> (LocalDay, LocalDay) {
        match self {
            Self::Newest(days) => (today.plus(-days), today.plus(-1)),
            Self::Range(from, to) => (from, to),
        }
    }
}

impl Kept for Period {
    fn read(params: &Params) -> Self {
        let day = |name: &str| params.get(name).map(LocalDay);
        match (day("dari"), day("sampai")) {
            (Some(from), Some(to)) if length_fault(from, to).is_none() => Self::Range(from, to),
            _ => params.get("hari").filter(|days| NEWEST.contains(days)).map_or_else(Self::default, Self::Newest),
        }
    }

    fn write(&self) -> Params {
        match *self {
            Self::Newest(days) => Params::default().with("hari", Some(days).filter(|days| *days != USUAL)),
            Self::Range(from, to) => Params::default().with("dari", Some(from.0)).with("sampai", Some(to.0)),
        }
    }
}

/// Why no balance is of these days, on whichever day it is asked for, by the key of its words: by the rule of the server.
fn length_fault(from: LocalDay, to: LocalDay) -> Option<&'static str> {
    match i64::from(to.0) - i64::from(from.0) + 1 {
        // A field gives a day for each digit of the year that is typed: one before 1970 is not finished.
        _ if from < LocalDay(0) => Some("balance-range-needed"),
        ..=0 => Some("balance-range-order"),
        days if days > i64::from(DAYS) => Some("balance-range-long"),
        _ => None,
    }
}

/// Why days cannot be asked for today.
fn fault(from: Option<LocalDay>, to: Option<LocalDay>, today: LocalDay) -> Option<&'static str> {
    let (Some(from), Some(to)) = (from, to) else { return Some("balance-range-needed") };
    if to > today { Some("balance-range-future") } else { length_fault(from, to) }
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
    let choose = move |chosen: i32| {
        let (first, last) = period.peek().as_range(today);
        period.set(if chosen == OWN { Period::Range(first, last) } else { Period::Newest(chosen) });
    };
    rsx! {
        Segmented { label: tr("balance-period"), choices, chosen, onchoose: choose }
    }
}

/// The two days of a range. What is no range says why, and is not asked for.
#[component]
pub fn RangeEntry(period: Signal<Period>, today: LocalDay) -> Element {
    let (first, last) = period.peek().as_range(today);
    let mut from = use_signal(|| Some(first));
    let mut to = use_signal(|| Some(last));
    // Another address of the same page has other days.
    use_effect(move || {
        if let Period::Range(first, last) = period() {
            from.set(Some(first));
            to.set(Some(last));
        }
    });
    let mut take = move |first: Option<LocalDay>, last: Option<LocalDay>| {
        let mut period = period;
        from.set(first);
        to.set(last);
        if let (Some(first), Some(last), None) = (first, last, fault(first, last, today)) {
            period.set(Period::Range(first, last));
        }
    };
    let wrong = fault(from(), to(), today).map(|key| tra(key, &[("n", DAYS.to_string())]));
    rsx! {
        div { class: "row wrap top balance-range", role: "group", "aria-label": tr("balance-range"),
            DayEntry { id: "balance-from", label: tr("balance-range-from"), value: from(), onchoose: move |day| take(day, to()) }
            DayEntry { id: "balance-to", label: tr("balance-range-to"), value: to(), first: from(), error: wrong,
                onchoose: move |day| take(from(), day) }
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
        assert_eq!(of(-1, 3), Some("balance-range-needed"));
        assert_eq!(fault(None, Some(today), today), Some("balance-range-needed"));
    }

    #[test]
    fn what_was_chosen_before_is_the_range_to_begin_with() {
        let today = LocalDay(20_000);
        assert_eq!(Period::Newest(7).as_range(today), (LocalDay(19_993), LocalDay(19_999)));
        let range = Period::Range(LocalDay(1), LocalDay(2));
        assert_eq!(range.as_range(today), (LocalDay(1), LocalDay(2)));
        let asked = range.asked(ZoneId(uuid::Uuid::nil()));
        assert_eq!((asked.days, asked.from, asked.to), (None, Some(LocalDay(1)), Some(LocalDay(2))));
    }

    #[test]
    fn the_days_of_a_balance_survive_its_address() {
        for period in
            [Period::Newest(7), Period::default(), Period::Newest(90), Period::Range(LocalDay(19_909), LocalDay(20_000))]
        {
            assert_eq!(Period::read(&period.write()), period);
        }
        assert_eq!(Period::default().write(), Params::default(), "what is shown by default needs no words");
        let long = Params::default().with("dari", Some(19_908)).with("sampai", Some(20_000));
        assert_eq!(Period::read(&long), Period::default(), "what no balance is of is as if it were not there");
        assert_eq!(Period::read(&Params::default().with("hari", Some(8))), Period::default());
    }
}
