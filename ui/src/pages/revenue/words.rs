//! Words of Pendapatan: periods and stretches of days, what a part is called, and how a figure grew.

use crate::components::StatusChip;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::revenue::view::Drill;
use dioxus::prelude::*;
use domain::people::Language;
use domain::revenue::{DayRange, Dimension, Period};
use domain::{LocalDay, LocalMonth, Rupiah, TimeZone};
use protocol::revenue::RevenueTransfer;
use protocol::ui::{RevenueSlice, RevenueView};

/// `1–28 Nov 2026`, `28 Okt – 3 Nov 2026`, `28 Des 2026 – 3 Jan 2027`; the year only where it is not that of `today`, if one is given.
pub fn days(range: DayRange, today: Option<LocalDay>, language: Language) -> String {
    let ((first_year, first_month, first_day), (year, month, day)) = (range.from.ymd(), range.to.ymd());
    let this_year = today.map(|today| today.ymd().0);
    let of_year = if this_year == Some(year) { String::new() } else { format!(" {year}") };
    let end = format!("{day} {}{of_year}", format::month_name(month, language));
    if range.from == range.to {
        end
    } else if (first_year, first_month) == (year, month) {
        format!("{first_day}–{end}")
    } else if first_year == year {
        format!("{first_day} {} – {end}", format::month_name(first_month, language))
    } else {
        format!("{} – {}", format::date(range.from, language), format::date(range.to, language))
    }
}

/// The name of a period.
pub fn period(period: Period, language: Language) -> String {
    match period {
        Period::Day { day } => format!("{} {}", format::near_date(day, language), day.ymd().0),
        Period::Week { .. } | Period::Range(_) => days(period.range(), None, language),
        Period::Month { month } => format::month(month, language),
        Period::Quarter { .. } => {
            let (year, month) = period.range().from.month().ym();
            tra("revenue-quarter-of", &[("n", ((month - 1) / 3 + 1).to_string()), ("year", year.to_string())])
        }
        Period::Year { year } => year.to_string(),
    }
}

/// `1–28 Nov dibanding 1–28 Okt`; nothing where a period is compared with nothing, or has not begun.
pub fn compared(view: &RevenueView, language: Language) -> Option<String> {
    let earlier = view.earlier_days.filter(|earlier| earlier.days() > 0 && view.days.days() > 0)?;
    // Where the years are not the same, both are written.
    let today = Some(view.today).filter(|_| earlier.from.ymd().0 == view.days.to.ymd().0);
    let values = [("now", days(view.days, today, language)), ("earlier", days(earlier, today, language))];
    Some(tra("revenue-compared", &values))
}

/// What a value of a dimension is called; `name` is that of a zone, campaign or person, where it is known here.
pub fn value(dimension: Dimension, value: Option<&str>, name: Option<&str>, language: Language) -> String {
    let Some(value) = value else { return tr(&format!("revenue-none-{}", dimension.as_str())) };
    match dimension {
        Dimension::All => tr("revenue-all"),
        Dimension::Method => money::method(Some(value), value),
        Dimension::Class => tr(&format!("class-{value}")),
        Dimension::Zone | Dimension::Campaign | Dimension::Collector => {
            name.map_or_else(|| tr(&format!("revenue-unnamed-{}", dimension.as_str())), str::to_owned)
        }
        Dimension::Hour => tra("hour-of-day", &[("hour", format!("{value:0>2}"))]),
        Dimension::Month => {
            value.parse::<i32>().map_or_else(|_| value.to_owned(), |month| format::month(LocalMonth(month), language))
        }
    }
}

/// What a part of the whole is called.
pub fn slice(dimension: Dimension, slice: &RevenueSlice, language: Language) -> String {
    value(dimension, slice.value.as_deref(), slice.name.as_deref(), language)
}

/// What is looked behind: `Diterima · Zona Barat · 1–28 Nov 2026`.
pub fn drill(drill: &Drill, view: &RevenueView, language: Language) -> String {
    let mut words = vec![tr(drill.figure.key())];
    if drill.dimension != Dimension::All {
        let known = view.slices.iter().find(|slice| drill.dimension == view.breakdown && slice.value == drill.value);
        let name = known.and_then(|slice| slice.name.as_deref());
        words.push(value(drill.dimension, drill.value.as_deref(), name, language));
    }
    words.push(days(drill.days.unwrap_or(view.days), None, language));
    words.join(" · ")
}

/// What that adds up to, where this device knows it.
pub fn drilled(drill: &Drill, view: &RevenueView) -> Option<Rupiah> {
    let figures = match (drill.dimension, drill.days) {
        (Dimension::All, None) => Some(&view.figures),
        (Dimension::All, Some(days)) => view.series.iter().find(|point| point.days == days).map(|point| &point.figures),
        (dimension, None) if dimension == view.breakdown => {
            view.slices.iter().find(|slice| slice.value == drill.value).map(|slice| &slice.figures)
        }
        _ => None,
    };
    figures.map(|figures| drill.figure.of(figures))
}

/// The zone of a transfer's connection, by its local day and hour.
pub fn zone_of(transfer: &RevenueTransfer) -> TimeZone {
    let is_its =
        |zone: &TimeZone| zone.day_of(transfer.at) == transfer.day && zone.hour_of(transfer.at) == usize::from(transfer.hour);
    TimeZone::ALL.into_iter().find(is_its).unwrap_or_else(device_zone)
}

/// Whether more of a figure is better, worse, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    Better,
    Worse,
    Neither,
}

/// By how much a figure grew, per mille, in a picture and words; that it cannot be said where there was nothing before.
#[component]
pub fn GrowthChip(growth: Option<i64>, #[props(default = More::Neither)] more: More) -> Element {
    let language = language();
    let tone = |is_up: bool| match (more, is_up) {
        (More::Neither, _) => "info",
        (More::Better, true) | (More::Worse, false) => "ok",
        _ => "warn",
    };
    let percent = |value: i64| [("percent", format::percent(value.saturating_abs(), language))];
    let (tone, icon, label) = match growth {
        None => ("", "minus", tr("revenue-growth-none")),
        Some(0) => ("info", "check", tr("revenue-growth-same")),
        Some(value) if value > 0 => (tone(true), "arrow-up", tra("revenue-growth-up", &percent(value))),
        Some(value) => (tone(false), "arrow-down", tra("revenue-growth-down", &percent(value))),
    };
    rsx! { StatusChip { tone, icon, label, small: true } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i16, month: i8, day: i8) -> LocalDay {
        LocalDay::from_ymd(year, month, day).expect("a real day")
    }

    #[test]
    fn days_are_named_as_shortly_as_they_are_clear() {
        let today = day(2026, 11, 28);
        let named = |from, to, today| days(DayRange { from, to }, today, Language::Id);
        assert_eq!(named(day(2026, 11, 1), today, Some(today)), "1–28 Nov");
        assert_eq!(named(day(2026, 11, 1), today, None), "1–28 Nov 2026");
        assert_eq!(named(today, today, None), "28 Nov 2026");
        assert_eq!(named(day(2026, 10, 28), day(2026, 11, 3), Some(today)), "28 Okt – 3 Nov");
        assert_eq!(named(day(2025, 12, 28), day(2026, 1, 3), Some(today)), "28 Des 2025 – 3 Jan 2026");
        assert_eq!(named(day(2025, 11, 1), day(2025, 11, 28), Some(today)), "1–28 Nov 2025");
    }
}
