//! The total of a stretch of Pemakaian: in litres or in rupiah, beside the stretch before and the usual, and where the month is in its blocks.

use crate::components::shell::language;
use crate::components::status::Against;
use crate::components::{Button, DeltaChip, Segmented};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::billing::basis::block_line;
use crate::pages::billing::history::explain::WhySheet;
use crate::pages::metering::usage::kind;
use dioxus::prelude::*;
use domain::metering::usage_baseline::{Comparison, compare, compare_with_usual};
use domain::{LocalDay, LocalMonth, Millilitres, Rupiah};
use protocol::ui::{Bar, Span, Usage as View};

/// The total, and all that is said of it.
#[component]
pub fn Total(view: View, in_rupiah: bool, onunit: EventHandler<bool>) -> Element {
    let language = language();
    let mut explained = use_signal(|| None::<LocalMonth>);
    let money = view.money.clone();
    let shown = money.as_ref().filter(|_| in_rupiah);
    // That it is too early is said once.
    let usual = view.usual.filter(|usual| !is_early(&view) || !is_little(view.total, usual.by_now));
    let total = shown.map_or_else(|| format::volume(view.total, language), |money| money.total.to_string());
    let fee = shown.map(|money| money.fee).filter(|fee| *fee > Rupiah(0));
    let month = month_of(&view);
    rsx! {
        div { class: "row between wrap top",
            div {
                p { class: "muted small", {tr("total")} }
                p { class: "number total-amount", "data-total": if in_rupiah { "rupiah" } else { "volume" }, "{total}" }
                if let Some(fee) = fee {
                    p { class: "muted small", {tra("with-fee", &[("fee", fee.to_string())])} }
                }
            }
            if money.is_some() {
                Segmented { label: tr("unit-choose"), chosen: in_rupiah, onchoose: move |rupiah| onunit.call(rupiah),
                    choices: vec![(false, "m³".to_owned()), (true, "Rp".to_owned())] }
            }
        }
        div { class: "stack usage-delta",
            Compared { view: view.clone(), in_rupiah: in_rupiah }
            // Both are of hours: of a sum alone they would say that nothing was measured.
            if !is_sum_alone(view.span, view.total, &view.bars) {
                if let Some(usual) = usual {
                    DeltaChip { comparison: compare_with_usual(view.total, usual.by_now), against: Against::Usual(usual.measured_hours) }
                }
                span { class: "muted small", title: tr("coverage-help"), {tra("coverage", &[("percent", view.coverage.to_string())])} }
            }
        }
        div { class: "row between wrap edge block-line",
            if let Some(block) = view.block {
                p { class: "small", "data-block": "{block.number}", {block_line(&block, language)} }
            }
            if money.is_some() {
                Button { kind: "quiet", icon: "info", label: tr("why-now"), onclick: move |_| explained.set(Some(month)) }
            }
        }
        if let Some(month) = explained() {
            WhySheet { connection: view.place.connection, month, zone: view.place.time_zone, onclose: move |()| explained.set(None) }
        }
    }
}

/// The month that explains what a stretch cost: its own, or that of its end; of a year the one that it is, or the last of it.
fn month_of(view: &View) -> LocalMonth {
    let month = match view.span {
        Span::Day { day } => day.map(|day| day.month()),
        Span::Week { end } => end.map(|end| end.month()),
        Span::Month { month } => month,
        Span::Year { year } => year.map(|year| LocalMonth(i32::from(year) * 12 + 11)),
    };
    month.map_or(view.month, |month| month.min(view.month))
}

/// Whether so little of a stretch has passed that a percentage of it says nothing.
fn is_early(view: &View) -> bool {
    let first = match view.span {
        Span::Day { day } => day,
        Span::Week { .. } => None,
        Span::Month { month } => month.map(LocalMonth::first_day),
        Span::Year { year } => year.map(|year| LocalMonth(i32::from(year) * 12).first_day()),
    };
    let is_first_day = first.is_some() && first == view.compared_until.map(|until| view.place.time_zone.day_of(until));
    is_first_day && is_little(view.total, view.usual.and_then(|usual| usual.by_now).or(view.total_before))
}

/// Whether, of a stretch in its first day, too little was used beside too little that is expected.
pub fn is_little(used: Millilitres, expected: Option<Millilitres>) -> bool {
    compare_with_usual(used, expected) == Comparison::Early
}

/// A stretch beside the equal part of the one before, and which part that is.
#[component]
pub fn Compared(view: View, in_rupiah: bool) -> Element {
    if is_early(&view) {
        return rsx! {
            div { class: "row wrap", "data-compared": "early", DeltaChip { comparison: Comparison::Early, against: Against::Before } }
        };
    }
    let money = view.money.as_ref().filter(|_| in_rupiah);
    let comparison = match money {
        // What bars cost is compared, as a fee is for a whole month; of each that the stretch before has as well.
        Some(money) => {
            let used: i64 = money.bars.iter().zip(&money.bars_before).filter_map(|(cost, _)| *cost).map(|cost| cost.0).sum();
            compare(Millilitres(used), money.before.map(|before| Millilitres(before.0)))
        }
        None => compare(view.total - view.behind, view.total_before),
    };
    let mut against = tr(&format!("against-before-{}", kind(view.span)));
    if let Some(until) = view.compared_until {
        let time = format::clock(until, view.place.time_zone, language());
        against = format!("{against}, {}", tra("same-part", &[("time", time)]));
    }
    rsx! {
        div { class: "row wrap", "data-compared": if view.compared_until.is_some() { "part" } else { "whole" },
            DeltaChip { comparison, against: Against::Before }
            span { class: "muted small", "{against}" }
            if view.unpaired > 0 {
                span { class: "muted small", {tra("compare-unpaired", &[("n", view.unpaired.to_string())])} }
            }
        }
    }
}

/// Whether of a day only its sum is known, and none of its hours: a device has the days of years, and the hours of the newest alone.
pub fn is_sum_alone(span: Span, total: Millilitres, bars: &[Bar]) -> bool {
    matches!(span, Span::Day { .. }) && total > Millilitres::ZERO && bars.iter().all(|bar| bar.volume.is_none())
}

/// What a day has used: a frame of the live stream carries today's sum a minute before the cache has it.
pub fn of_today(cached: Millilitres, day: LocalDay, streamed: Option<(LocalDay, Millilitres)>) -> Millilitres {
    streamed.filter(|(of, _)| *of == day).map_or(cached, |(_, volume)| volume.max(cached))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_a_sum_and_no_hours_is_not_one_without_data() {
        let (day, litres) = (Span::Day { day: Some(LocalDay(20_000)) }, Millilitres::litres);
        let bars =
            |volume| [Bar { at: 0, volume, coverage: 0, before: None }, Bar { at: 1, volume: None, coverage: 0, before: None }];
        assert!(is_sum_alone(day, litres(1_875), &bars(None)));
        assert!(!is_sum_alone(day, Millilitres::ZERO, &bars(None)), "nothing is known of it");
        assert!(!is_sum_alone(day, litres(1_875), &bars(Some(1_000))));
        assert!(!is_sum_alone(Span::Week { end: None }, litres(1_875), &bars(None)));
    }

    #[test]
    fn of_the_first_minutes_of_a_day_or_month_no_percentage_is_said() {
        let litres = |n| Some(Millilitres::litres(n));
        assert!(is_little(Millilitres::ZERO, litres(2)), "the month before by the same minute");
        assert!(!is_little(Millilitres::ZERO, litres(40)));
        assert!(!is_little(Millilitres::litres(60), litres(2)), "that is much for its first minutes");
        assert!(!is_little(Millilitres::ZERO, None));
    }

    #[test]
    fn a_frame_moves_the_sum_of_its_own_day_alone_and_never_back() {
        let (day, litres) = (LocalDay(20_000), Millilitres::litres);
        assert_eq!(of_today(litres(1_055), day, Some((day, litres(1_056)))), litres(1_056));
        assert_eq!(of_today(litres(1_055), day, Some((day, litres(1_054)))), litres(1_055), "the cache is newer");
        assert_eq!(of_today(litres(1_055), day.plus(-1), Some((day, litres(2)))), litres(1_055), "yesterday");
        assert_eq!(of_today(litres(1_055), day, None), litres(1_055));
    }
}
