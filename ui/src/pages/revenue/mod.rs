//! Pendapatan: what came in, what was used and what is owed as water in a period, beside an earlier one. The figures are of the days that this
//! device holds, so that they are there without a network too; what is behind each of them is asked of the server.

mod breakdown;
mod bridge;
mod course;
mod customers;
mod figure;
mod heat;
mod months;
mod period;
mod tiles;
mod transfer;
mod transfers;
mod view;
mod words;

use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::{Button, Card, CloseButton, Dialog, Empty, Failed, Icon, Side, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::route::Route;
use crate::state::{Load, shared, use_answer_of, use_changes_every};
use breakdown::Breakdown;
use bridge::BridgeCard;
use course::Course;
use customers::CustomersCard;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::revenue::{Figures, Period};
use heat::Heat;
use months::Months;
use period::Periods;
use protocol::ui::{Answer, Phase, Request, RevenueRequest, RevenueResponse, RevenueView};
use tiles::Tiles;
use transfers::Transfers;
use view::RevenuePage;

/// Milliseconds between two questions, whatever is sold meanwhile: a day that changes is published once in ten seconds.
const ASKED_EVERY_MS: i64 = 3_000;

/// The figures out of an answer.
fn figures_of(answer: Answer) -> Option<RevenueView> {
    match answer {
        Answer::Revenue(response) => match *response {
            RevenueResponse::View(view) => Some(*view),
            _ => None,
        },
        _ => None,
    }
}

/// The admin's revenue.
#[component]
pub fn Revenue() -> Element {
    let kept = use_kept::<RevenuePage>();
    let counted = use_changes_every(ASKED_EVERY_MS);
    // What somebody looks behind changes none of the figures.
    let question = use_memo(move || kept.read().question());
    let load = use_answer_of(
        move || {
            counted.read();
            Request::Revenue(RevenueRequest::View(question()))
        },
        figures_of,
    );
    rsx! {
        div { class: "page revenue-page",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("revenue-title")} }
                if let Load::Ready(view) = &*load.read() {
                    AsOf { at: view.as_of }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![48, 104, 320, 280] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                // As of when it is changes with each answer, and nothing else of the page with it.
                Load::Ready(view) => rsx! { Content { view: RevenueView { as_of: None, ..view.clone() }, kept } },
            }
        }
    }
}

/// As of when the figures are.
#[component]
fn AsOf(at: Option<UtcMillis>) -> Element {
    let (now, language) = ((shared().now)(), language());
    rsx! {
        if let Some(at) = at {
            p { class: "muted small", "data-as-of": "{at.0}",
                {tra("revenue-as-of", &[("time", format::moment(at, now, device_zone(), language))])}
            }
        }
    }
}

/// The figures, or why there are none.
#[component]
fn Content(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let shared = shared();
    let is_first_round = shared.sync.read().fresh_at.is_none() && shared.sync.read().phase == Phase::Syncing;
    match view.first {
        None if is_first_round => rsx! { Skeleton { heights: vec![48, 104, 320, 280] } },
        None => rsx! {
            Card {
                Empty { icon: "trending-up", title: tr("revenue-empty"), next: tr("revenue-empty-next"),
                    Link { class: "button primary", to: Route::Customers {}, Icon { name: "users" } {tr("nav-customers")} }
                }
            }
        },
        Some(_) => rsx! {
            Periods { view: view.clone(), kept }
            if view.figures == Figures::default() {
                Nothing { view: view.clone(), kept }
            } else {
                Shown { view: view.clone(), kept }
            }
        },
    }
}

/// No money moved in the period, or none can have.
#[component]
fn Nothing(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let (today, now) = (view.today, Period::Month { month: view.today.month() });
    let is_now = view.period == now;
    let to = if is_now { view.period.before() } else { now };
    let label = tr(if is_now { "revenue-before" } else { "revenue-this-month" });
    let has_begun = view.days.days() > 0;
    let (title, next) =
        if has_begun { ("revenue-nothing", "revenue-nothing-next") } else { ("revenue-not-begun", "revenue-not-begun-next") };
    rsx! {
        Card {
            Empty { icon: "trending-up", title: tr(title), next: tr(next),
                Button { label, icon: "calendar-clock", onclick: move |_| kept.with_mut(|kept| kept.show(to, today)) }
            }
        }
    }
}

/// All of the page, with what is looked behind beside it where there is room.
#[component]
fn Shown(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let (wide, language) = ((shared().wide)(), language());
    let drill = kept.read().drill.clone();
    let title = drill.as_ref().map(|drill| words::drill(drill, &view, language)).unwrap_or_default();
    let close = move |()| kept.with_mut(|kept| kept.drill = None);
    // What is looked behind is another list with another figure, or other days. Its parts are chosen within it.
    let key = drill.as_ref().map(|drill| format!("{:?}{:?}", drill.whole(), view.days)).unwrap_or_default();
    let class = if wide && drill.is_some() { "revenue-body with-panel" } else { "revenue-body" };
    rsx! {
        Beside { view: view.clone(), compared: words::compared(&view, language) }
        div { class,
            div { class: "revenue-cards",
                Tiles { view: view.clone(), kept }
                Course { view: view.clone(), kept }
                Breakdown { view: view.clone(), kept }
                BridgeCard { view: view.clone(), kept }
                Heat { view: view.clone() }
                Months { view: view.clone(), kept }
                CustomersCard { days: view.days, kept }
            }
            if wide && let Some(drill) = drill.clone() {
                Side { label: title.clone(), onclose: close,
                    div { key: "{key}", class: "stack wide",
                        div { class: "row between top edge",
                            p { class: "grow number", "{title}" }
                            CloseButton {}
                        }
                        Transfers { drill, view: view.clone(), kept }
                    }
                }
            }
        }
        if !wide && let Some(drill) = drill {
            Dialog { title, sheet: true, keeps: true, crossed: true, onclose: close,
                Transfers { key: "{key}", drill, view: view.clone(), kept }
            }
        }
    }
}

/// What the period is compared with, and whether this device holds all of that.
#[component]
fn Beside(view: RevenueView, compared: Option<String>) -> Element {
    let language = language();
    rsx! {
        if let Some(compared) = compared {
            div { class: "revenue-beside small",
                p { "data-compared": "true", "{compared}" }
                if !view.earlier_is_whole && let Some(first) = view.first {
                    p { class: "muted row", Icon { name: "info", size: "s" } {tra("revenue-earlier-part", &[("day", format::date(first, language))])} }
                }
            }
        }
    }
}
