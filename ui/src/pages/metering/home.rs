//! Beranda: what flows now, today, and today against a usual day. Painted from the cache first, then live.

use crate::bridge;
use crate::components::notice::Notices;
use crate::components::shell::{SyncMark, language};
use crate::components::status::judge;
use crate::components::{Against, Age, Card, Connected, DayBars, DeltaChip, Skeleton, Water};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::billing::balance::{BalanceHero, FlowCard, LastPurchase};
use crate::pages::billing::basis::Basis;
use crate::pages::maintenance::Visits;
use crate::pages::metering::connections::{ConnectionChoice, about_place, of_chosen, title};
use crate::pages::metering::properties::AllProperties;
use crate::pages::metering::usage::Bars;
use crate::pages::metering::usage_total::{Compared, of_today};
use crate::pages::sales::waiting::WaitingPayments;
use crate::pages::tips::WeeklyTip;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::billing::balance::Level;
use domain::metering::live::{Picture, picture};
use domain::metering::usage_baseline::{compare_with_usual, difference_percent};
use domain::{ConnectionId, Millilitres};
use protocol::metering::live::Watch;
use protocol::ui::{Answer, Home as View, MeterNow, Request, Span};

/// The customer's first page.
#[component]
pub fn Home() -> Element {
    let chosen = shared().connection;
    let load = use_answer(
        move || Request::Home { connection: chosen() },
        |answer| match answer {
            Answer::Home(view) => Some(view),
            _ => None,
        },
    );
    use_watch(load);
    about_place(&load.read(), &[48, 268, 200], |view| {
        rsx! {
            Content { view: view.clone() }
        }
    })
}

/// Watches the meter that is shown; nothing is watched once the page is left.
fn use_watch(load: Signal<Load<Option<Box<View>>>>) {
    let meter = use_memo(move || match &*load.read() {
        Load::Ready(Some(view)) => view.meter.map(|meter| meter.id),
        _ => None,
    });
    use_effect(move || {
        let meters: Vec<_> = meter().into_iter().collect();
        let watch = Watch { closely: meters.clone(), meters };
        spawn(async move { drop(bridge::call(Request::Watch(watch)).await) });
    });
    use_drop(|| {
        dioxus::core::spawn_forever(async { drop(bridge::call(Request::Watch(Watch::default())).await) });
    });
}

#[component]
fn Content(view: View) -> Element {
    let shared = shared();
    let language = language();
    let live = shared.live.read();
    let frame = view.meter.and_then(|meter| live.get(&meter.id).copied());
    let meter = view.meter.map(|meter| frame.map_or(meter, |frame| meter.with(&frame)));
    let (now, wide) = (shared.server_now(), (shared.wide)());
    let today = of_today(view.today, view.day, frame.and_then(|frame| frame.today));
    let (hour, _) = view.place.time_zone.clock_of(now);
    let mut hours = view.hours.clone();
    if let Some(current) = hours.get_mut(usize::from(hour)) {
        let measured = current.unwrap_or(0);
        *current = if today > view.today { Some(measured + today.0 - view.today.0) } else { *current };
    }
    let (place, is_here) = of_chosen(&view.place, &view.places);
    rsx! {
        div { class: "page", "data-connection": "{place.connection}",
            header { class: "page-head",
                div { class: "grow",
                    p { class: "muted small ellipsis", {title(&place)} }
                    h1 { {tr(greeting(hour))} }
                }
                if let Some(meter) = meter.filter(|_| is_here) {
                    Connected { state: judge(&meter, now) }
                }
            }
            div { class: "row between wrap",
                ConnectionChoice { places: view.places.clone(), place: place.clone() }
                AllProperties { count: view.places.len() }
                span { class: "only-phone", SyncMark {} }
            }
            Notices {}
            WaitingPayments {}
            if is_here && wide {
                Visits { visits: view.visits.clone() }
            }
            if !is_here {
                Skeleton { heights: vec![268, 200] }
            } else {
                div { class: "columns",
                    if let Some(credit) = view.credit.clone() {
                        div { class: "pair",
                            BalanceHero { credit: credit.clone(), meter, zone: view.place.time_zone }
                            if let Some(basis) = view.basis {
                                Basis { credit: credit.clone(), basis, place: view.place.clone() }
                            }
                            FlowCard { meter, zone: view.place.time_zone, empty: credit.level == Level::Empty }
                        }
                    } else {
                        Hero { meter, today, baseline_day: view.baseline_day, zone: view.place.time_zone }
                    }
                    // On a phone the balance is what is seen first.
                    if !wide {
                        Visits { visits: view.visits.clone() }
                    }
                    Card { class: "wide",
                        div { class: "row between wrap",
                            h2 { {tr("today")} " " span { class: "number", {format::volume(today, language)} } }
                            DeltaChip { comparison: compare_with_usual(today, view.usual.by_now), against: Against::Usual(view.usual.measured_hours) }
                        }
                        DayBars { hours, usual: view.baseline_hours.clone(), now: usize::from(hour), language }
                    }
                    Week { connection: view.place.connection }
                    WeeklyTip { connection: view.place.connection }
                    if let Some(purchase) = view.last_purchase.clone() {
                        LastPurchase { purchase, zone: view.place.time_zone }
                    }
                }
            }
        }
    }
}

/// The last seven days, beside the seven before.
#[component]
fn Week(connection: ReadSignal<ConnectionId>) -> Element {
    let load = use_answer(
        move || Request::Usage { connection: Some(connection()), span: Span::Week { end: None } },
        |answer| match answer {
            Answer::Usage(view) => Some(view),
            _ => None,
        },
    );
    let load = load.read();
    let Load::Ready(Some(view)) = &*load else { return rsx! {} };
    // The answer about another connection is on its way; its chart is another one.
    if view.place.connection != connection() {
        return rsx! {};
    }
    rsx! {
        Card { class: "span",
            div { class: "row between wrap",
                h2 { "data-week": "{connection}", {tr("week-title")} " " span { class: "number", {format::volume(view.total, language())} } }
                Compared { view: (**view).clone(), in_rupiah: false }
            }
            Bars { view: (**view).clone(), in_rupiah: false }
        }
    }
}

fn greeting(hour: u8) -> &'static str {
    match hour {
        4..=10 => "greeting-morning",
        11..=14 => "greeting-noon",
        15..=17 => "greeting-afternoon",
        _ => "greeting-evening",
    }
}

/// The live widget. Until there is a balance the level is today against a usual day.
#[component]
pub fn Hero(meter: Option<MeterNow>, today: Millilitres, baseline_day: Option<Millilitres>, zone: domain::TimeZone) -> Element {
    let shared = shared();
    let language = language();
    let now = shared.server_now();
    let contact = meter.and_then(|meter| meter.last_contact());
    let shown = picture(contact, meter.map_or(60, |meter| meter.interval_s), now);
    let (class, band, still) = match shown {
        Picture::None => ("none", 1, true),
        Picture::Old => ("old", 1, true),
        Picture::Invalid => ("invalid", 1, true),
        Picture::Zero => ("zero", 1, true),
        Picture::Flowing { band } => ("flowing", band.number(), false),
    };
    let usual = match baseline_day {
        Some(volume) => tra("usual-day", &[("volume", format::volume(volume, language))]),
        None => tr("usual-unknown"),
    };
    rsx! {
        section { class: "hero {class}", "data-picture": class, "aria-label": tr("flowing-now"),
            if !matches!(shown, Picture::None | Picture::Invalid) {
                Water { level: level(today, baseline_day), band, still }
            }
            div { class: "above stack",
                match shown {
                    Picture::None => rsx! {
                        p { class: "said", {tr("value-none")} }
                        p { class: "muted small", {tr("value-none-next")} }
                    },
                    Picture::Invalid => rsx! {
                        p { class: "said", {tr("value-invalid")} }
                        p { class: "small", {tr("value-invalid-next")} }
                    },
                    Picture::Old => rsx! {
                        p { class: "said", {tra("value-old", &[("time", contact.map_or(String::new(), |contact| format::moment(contact.t, now, zone, language)))])} }
                        p { class: "muted small", {tr("value-old-next")} }
                    },
                    Picture::Zero | Picture::Flowing { .. } => rsx! {
                        div { class: "row between",
                            h2 {
                                if still { {tr("no-flow")} } else { span { class: "dot" } {tr("flowing-now")} }
                            }
                            if let Some(contact) = contact {
                                Age { t: contact.t }
                            }
                        }
                        p { class: "flow", "data-live": "flow",
                            {format::flow(contact.and_then(|contact| contact.flow).unwrap_or_default(), language)}
                            small { {tr("flow-unit")} }
                        }
                    },
                }
            }
            div { class: "below on-water",
                span { class: "pill", {tra("today-used", &[("volume", format::volume(today, language))])} }
                span { class: "pill", "{usual}" }
            }
        }
    }
}

/// The height of the water: today's use out of a usual day's, between what shows the waves and what leaves the number in sight.
fn level(today: Millilitres, baseline_day: Option<Millilitres>) -> u8 {
    let percent = baseline_day.and_then(|baseline| difference_percent(today, baseline)).map_or(40, |difference| difference + 100);
    (34 + percent.clamp(0, 100) * 22 / 100) as u8
}
