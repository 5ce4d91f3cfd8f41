//! The page: what fits, the month's goal, how the water is used, what was applied, and the library.

use crate::components::address::use_kept;
use crate::components::icon::icon;
use crate::components::shell::{SyncMark, language};
use crate::components::status::chip;
use crate::components::{Card, Empty, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::connections::{ConnectionChoice, about_place, of_chosen, title};
use crate::pages::tips::card::TipLine;
use crate::pages::tips::fixtures::Draws;
use crate::pages::tips::goal::Goal;
use crate::pages::tips::library::Library;
use crate::pages::tips::pattern::Pattern;
use crate::pages::tips::view::LibraryView;
use crate::pages::tips::{use_tips, words};
use crate::route::Route;
use dioxus::prelude::*;
use domain::tips::{Effect, Sureness, find};
use protocol::ui::{MarkedTip, Saved, TipsView};

/// Hemat air.
#[component]
pub fn Tips() -> Element {
    let kept = use_kept::<LibraryView>();
    let load = use_tips();
    about_place(&load.read(), &[48, 240, 160, 320], |view| {
        rsx! {
            Content { view: view.clone(), kept }
        }
    })
}

#[component]
fn Content(view: TipsView, kept: Signal<LibraryView>) -> Element {
    let (place, is_here) = of_chosen(&view.place, &view.places);
    rsx! {
        div { class: "page tips-page", "data-connection": "{place.connection}",
            header { class: "page-head",
                Link { class: "button quiet icon-only", to: Route::Usage {}, "aria-label": tr("tips-back"), Icon { name: "chevron-left" } }
                div { class: "grow",
                    p { class: "muted small ellipsis", {title(&place)} }
                    h1 { {tr("tips-title")} }
                }
            }
            div { class: "row between wrap",
                ConnectionChoice { places: view.places.clone(), place: place.clone() }
                span { class: "only-phone", SyncMark {} }
            }
            if is_here {
                div { class: "columns",
                    ForYou { view: view.clone() }
                    Goal { view: view.clone() }
                    Pattern { summary: view.summary.clone(), persons: view.persons }
                    Draws { fixtures: view.summary.fixtures.clone() }
                    Applied { view: view.clone() }
                }
                Library { view: view.clone(), kept }
            } else {
                Skeleton { heights: vec![240, 160, 320] }
            }
        }
    }
}

/// What fits best, with what calls for it.
#[component]
fn ForYou(view: TipsView) -> Element {
    let is_seen = view.for_you.iter().any(|offer| offer.evidence.is_some());
    let lead = match (is_seen, view.summary.usual.is_some()) {
        (true, _) => tr("tips-for-you-seen"),
        (false, true) => tr("tips-for-you-calm"),
        (false, false) => tra("tips-for-you-early", &[("days", view.summary.days.to_string())]),
    };
    rsx! {
        Card { class: "tips-for-you",
            div { class: "stack",
                h2 { {tr("tips-for-you")} }
                p { class: "muted small", "{lead}" }
            }
            if view.for_you.is_empty() {
                Empty { icon: "check", title: tr("tips-all-applied"), next: tr("tips-all-applied-next") }
            } else {
                ul { class: "list tip-list", "data-for-you": if is_seen { "seen" } else { "calm" },
                    for offer in view.for_you.clone() {
                        TipLine { key: "{offer.tip.as_str()}", name: offer.tip.as_str().to_owned(), evidence: offer.evidence,
                            marks: view.marks_of(offer.tip.as_str()).cloned() }
                    }
                }
            }
        }
    }
}

/// What was applied, what came of each, and what that comes to.
#[component]
fn Applied(view: TipsView) -> Element {
    let language = language();
    let applied: Vec<MarkedTip> =
        view.marked.iter().filter(|marked| marked.applied.is_some() && find(marked.tip.as_str()).is_some()).cloned().collect();
    let sum = sum(&applied);
    rsx! {
        Card {
            h2 { {tr("tips-applied")} }
            if applied.is_empty() {
                p { class: "muted small", {tr("tips-applied-none")} }
            } else {
                ul { class: "list",
                    for marked in applied {
                        li { key: "{marked.tip.as_str()}", "data-applied": "{marked.tip.as_str()}", AppliedLine { marked: marked.clone() } }
                    }
                }
                if let Some(sum) = sum {
                    p { class: "small", {tra("tips-saved-sum", &[("sum", words::total(sum, language).unwrap_or_default())])} }
                }
            }
        }
    }
}

/// What was saved at the least. Two that were applied within weeks of one another measure the same days, so they are not added up: the one
/// with most stands for all of those that surely saved water.
fn sum(applied: &[MarkedTip]) -> Option<Saved> {
    let is_sure = |effect: &Effect| matches!(effect, Effect::Measured(measured) if measured.sureness() == Sureness::Saved);
    let results = applied.iter().filter_map(|marked| marked.result);
    results.filter(|result| is_sure(&result.effect)).filter_map(|result| result.total).max_by_key(|saved| saved.volume)
}

/// An advice that is applied, and what came of it.
#[component]
fn AppliedLine(marked: MarkedTip) -> Element {
    let language = language();
    let name = marked.tip.as_str().to_owned();
    let since = marked.applied.map(|day| format::date(day, language)).unwrap_or_default();
    let outcome = marked.result.map(|result| words::outcome(&result.effect));
    let total = marked.result.and_then(|result| result.total).and_then(|total| words::total(total, language));
    rsx! {
        Link { class: "tip-press", to: Route::TipPage { name: name.clone() },
            span { class: "grow stack",
                strong { {words::title(&name)} }
                span { class: "muted small", {tra("tip-applied-since", &[("date", since)])} }
                span { class: "row wrap",
                    if let Some((tone, picture, word)) = outcome {
                        {chip(tone, picture, &word, "small")}
                    }
                    if marked.waiting {
                        {chip("info", "arrow-up", &tr("op-waiting"), "small")}
                    }
                    if let Some(total) = total {
                        span { class: "small number", "{total}" }
                    }
                }
            }
            {icon("chevron-right", "s")}
        }
    }
}
