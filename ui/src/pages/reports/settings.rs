//! Of which days and of which part of the utility a report is; and as of when its data are.

use crate::components::Select;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::DayEntry;
use crate::pages::exports::data_as_of;
use crate::pages::reports::looking::Looking;
use crate::pages::reports::words::days as days_named;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::billing::tariff::TariffClass;
use domain::reports::{Days, Design, Narrowing, Period};
use domain::{LocalDay, ZoneId};

/// The word of days that somebody chooses.
const BETWEEN: &str = "between";

/// The settings.
#[component]
pub fn Settings(looking: Looking, zones: Vec<(ZoneId, String)>, today: LocalDay) -> Element {
    let Some(design) = looking.design.read().clone() else { return rsx! {} };
    let narrowing = design.kind.narrowing();
    rsx! {
        section { class: "card stack wide report-settings", "aria-labelledby": "report-settings",
            h2 { id: "report-settings", {tr("report-settings")} }
            if design.kind.is_of_the_moment() {
                p { class: "muted small", {tr("report-of-now")} }
            } else {
                DaysEntry { looking, design: design.clone(), today }
            }
            if narrowing != Narrowing::Nothing {
                Zones { looking, design: design.clone(), zones }
            }
            if matches!(narrowing, Narrowing::ZoneOrClass | Narrowing::ZoneAndClass) {
                Classes { looking, design: design.clone() }
            }
            Known { looking }
        }
    }
}

#[component]
fn DaysEntry(looking: Looking, design: Design, today: LocalDay) -> Element {
    let of_months = design.kind.is_of_months();
    let is_offered =
        |days: &Days| !of_months || matches!(days, Days::LastMonth | Days::ThisMonth | Days::LastYear | Days::ThisYear);
    let moving = Days::MOVING.into_iter().filter(is_offered).map(|days| (days.as_str().to_owned(), days_named(days)));
    let choices: Vec<_> = moving.chain(std::iter::once((BETWEEN.to_owned(), tr("report-days-between")))).collect();
    let period = design.days.period(today);
    let choose = move |word: String| {
        let found = Days::MOVING.into_iter().find(|days| days.as_str() == word);
        looking.alter(|design| design.days = found.unwrap_or(Days::Between(period)));
    };
    rsx! {
        div { class: "field", "data-of": "days",
            span { class: "label", "aria-hidden": "true", {tr("report-days")} }
            Select { label: tr("report-days"), choices, chosen: design.days.as_str().to_owned(), onchoose: choose }
        }
        if let Days::Between(period) = design.days {
            Between { key: "{period.first.0}-{period.last.0}", looking, period }
        }
        if of_months {
            p { class: "muted small", {tr("report-whole-months")} }
        }
    }
}

/// Days that somebody chooses: taken over once there can be such.
#[component]
fn Between(looking: Looking, period: Period) -> Element {
    let (mut first, mut last) = (use_signal(|| Some(period.first)), use_signal(|| Some(period.last)));
    let wanted = move || first().zip(last()).map(|(first, last)| Days::Between(Period { first, last }));
    let is_wrong = !wanted().is_some_and(Days::is_possible);
    let take = move || {
        if let Some(days) = wanted().filter(|days| days.is_possible()) {
            looking.alter(|design| design.days = days);
        }
    };
    rsx! {
        DayEntry { id: "report-first", label: tr("report-first"), value: first(), onchoose: move |day| { first.set(day); take(); } }
        DayEntry { id: "report-last", label: tr("report-last"), value: last(), error: is_wrong.then(|| tr("report-days-wrong")),
            onchoose: move |day| { last.set(day); take(); } }
    }
}

#[component]
fn Zones(looking: Looking, design: Design, zones: Vec<(ZoneId, String)>) -> Element {
    let all = std::iter::once((String::new(), tr("report-all-zones")));
    let choices: Vec<_> = all.chain(zones.into_iter().map(|(id, name)| (id.to_string(), name))).collect();
    let is_one_of_both = design.kind.narrowing() == Narrowing::ZoneOrClass;
    rsx! {
        div { class: "field", "data-of": "zone",
            span { class: "label", "aria-hidden": "true", {tr("field-zone")} }
            Select { label: tr("field-zone"), choices, chosen: design.zone.map(|zone| zone.to_string()).unwrap_or_default(),
                onchoose: move |word: String| looking.alter(|design| {
                    design.zone = word.parse().ok();
                    if is_one_of_both && design.zone.is_some() {
                        design.class = None;
                    }
                }) }
            if is_one_of_both {
                span { class: "muted tiny", {tr("report-zone-or-class")} }
            }
        }
    }
}

#[component]
fn Classes(looking: Looking, design: Design) -> Element {
    let all = std::iter::once((String::new(), tr("report-all-classes")));
    let classes = TariffClass::ALL.map(|class| (class.as_str().to_owned(), tr(&format!("class-{}", class.as_str()))));
    let choices: Vec<_> = all.chain(classes).collect();
    let is_one_of_both = design.kind.narrowing() == Narrowing::ZoneOrClass;
    rsx! {
        div { class: "field", "data-of": "class",
            span { class: "label", "aria-hidden": "true", {tr("tariff-class")} }
            Select { label: tr("tariff-class"), choices, chosen: design.class.map(|class| class.as_str().to_owned()).unwrap_or_default(),
                onchoose: move |word: String| looking.alter(|design| {
                    design.class = TariffClass::from_word(&word);
                    if is_one_of_both && design.class.is_some() {
                        design.zone = None;
                    }
                }) }
        }
    }
}

/// As of when the data are, and how far they reach.
#[component]
fn Known(looking: Looking) -> Element {
    let (shared, language) = (shared(), language());
    let filled = looking.filled.read();
    let Load::Ready(filled) = &*filled else { return rsx! {} };
    rsx! {
        div { class: "stack tight small muted", "data-as-of": "true",
            p { {filled.period.text(language)} }
            p { {data_as_of(filled.as_of, shared, language)} }
            if let Some(first) = filled.reach {
                p { class: "warn-text", {tra("report-reach", &[("day", format::date(first, language))])} }
            }
        }
    }
}
