//! One advice: what there is to do, why it is offered, what it takes and saves and who says so, and what came of it.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::{Button, Card, Empty, Icon};
use crate::i18n::tr;
use crate::pages::metering::connections::{about_place, title};
use crate::pages::tips::apply::Apply;
use crate::pages::tips::{use_marking, use_tips, words};
use crate::route::Route;
use dioxus::prelude::*;
use domain::tips::{TipMark, find};
use protocol::ui::TipsView;

/// The page of an advice.
#[component]
pub fn TipPage(name: String) -> Element {
    let load = use_tips();
    let tip = find(&name);
    rsx! {
        div { class: "page narrow tip-page",
            header { class: "page-head row",
                Link { class: "button quiet icon-only", to: Route::Tips {}, "aria-label": tr("tip-back"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tip.map_or_else(|| tr("tips-title"), |tip| words::title(tip.name))} }
            }
            match tip {
                Some(tip) => about_place(&load.read(), &[160, 200], |view| rsx! { Found { view: view.clone(), name: tip.name } }),
                None => rsx! {
                    Card {
                        Empty { icon: "search", title: tr("tip-unknown"), next: tr("tip-unknown-next"),
                            Link { class: "button secondary", to: Route::Tips {}, {tr("tip-back")} }
                        }
                    }
                },
            }
        }
    }
}

#[component]
fn Found(view: TipsView, name: &'static str) -> Element {
    let language = language();
    let Some(tip) = find(name) else { return rsx! {} };
    let evidence =
        view.for_you.iter().chain(&view.this_week).find(|offer| offer.tip.as_str() == name).and_then(|offer| offer.evidence);
    rsx! {
        div { class: "stack wide", "data-tip": name,
            Card {
                div { class: "row",
                    span { class: "round", {icon(words::picture(tip.category), "")} }
                    div { class: "grow",
                        p { class: "muted small", {words::category(tip.category)} }
                        p { class: "muted small ellipsis", {title(&view.place)} }
                    }
                    Bookmark { view: view.clone(), name }
                }
                p { class: "lines", {words::how(name)} }
            }
            if let Some(evidence) = evidence {
                Card {
                    h2 { {tr("tip-why")} }
                    p { "data-evidence": name, {words::evidence(&evidence, language)} }
                    p { class: "muted small", {tr("tip-why-of")} }
                }
            }
            Takes { name }
            Apply { view: view.clone(), name }
        }
    }
}

/// What it takes and what it saves.
#[component]
fn Takes(name: &'static str) -> Element {
    let Some(tip) = find(name) else { return rsx! {} };
    let fact = |key: &str, text: String| {
        rsx! {
            div {
                dt { {tr(key)} }
                dd { "{text}" }
            }
        }
    };
    rsx! {
        Card {
            h2 { {tr("tip-takes")} }
            dl { class: "facts pair",
                {fact("tip-effort", words::effort(tip))}
                {fact("tip-cost", words::cost(tip))}
            }
            p { strong { {tr("tip-saves")} } " " {words::saving(tip.saving, language())} }
            p { class: "muted small", "data-source": tip.saving.source.as_str(), {words::source(tip.saving)} }
        }
    }
}

/// Keeps it at hand, or not any more.
#[component]
fn Bookmark(view: TipsView, name: &'static str) -> Element {
    let is_kept = view.marks_of(name).is_some_and(|marks| marks.bookmarked);
    let (mark, busy) = use_marking(&view, name, None);
    let (next, label, said) = if is_kept {
        (TipMark::NotBookmarked, tr("tip-unkeep"), tr("tip-unkept"))
    } else {
        (TipMark::Bookmarked, tr("tip-keep"), tr("tip-kept"))
    };
    rsx! {
        span { "data-kept": if is_kept { "yes" } else { "no" },
            Button { label, kind: "quiet", icon: if is_kept { "check" } else { "bookmark" }, busy, disabled: view.user.is_none(),
                onclick: move |_| mark.call((next, said.clone())) }
        }
    }
}
