//! Rules of cases by class of meter: what is set for all meters, and for those of each model.

use crate::bridge::new_id;
use crate::components::{Button, Card};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, ServerView, is_away, use_server_view};
use crate::pages::alerts::case_words::span;
use crate::pages::alerts::class_rules_edit::Edit;
use dioxus::prelude::*;
use domain::alerts::rules::RuleSet;
use protocol::alerts::rules::CaseRules;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// A class whose rules are being changed: the key by which that happens once, and what it follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Changing {
    pub key: Uuid,
    pub rev: i64,
    /// The model; none for all meters.
    pub model: Option<String>,
    /// What is set for it.
    pub set: RuleSet,
}

/// What a class is called.
pub fn name_of(model: Option<&str>) -> String {
    match model {
        None => tr("case-rules-all"),
        Some("") => tr("case-rules-no-model"),
        Some(model) => model.to_owned(),
    }
}

/// What is set, in a line.
fn summary(set: &RuleSet, is_all: bool) -> String {
    if set.is_empty() {
        return tr(if is_all { "case-rules-usual" } else { "case-rules-as-all" });
    }
    let count = set.treatments.len();
    let treatments = (count > 0).then(|| tra("case-rules-count", &[("n", count.to_string())]));
    let silence = set.limits.silence_s.map(|silence| tra("case-rules-silence-of", &[("time", span(silence))]));
    let battery = set.limits.low_battery.map(|level| tra("case-rules-battery-of", &[("level", level.to_string())]));
    [treatments, silence, battery].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The card of the page of settings.
#[component]
pub fn Rules() -> Element {
    let server = use_server_view(
        || AdminRequest::CaseRules,
        |response| match response {
            AdminResponse::CaseRules(rules) => Some(*rules),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    match latest {
        None => {
            rsx! { Gap { asking: server.asking.read().clone(), what: "case-rules", heights: vec![240], onretry: move |()| server.again() } }
        }
        Some(rules) => rsx! { Classes { rules, server } },
    }
}

#[component]
fn Classes(rules: CaseRules, server: ServerView<CaseRules>) -> Element {
    let mut changing = use_signal(|| None::<Changing>);
    let rev = rules.rev;
    let has_classes = !rules.classes.is_empty();
    let all = (None, None, rules.all.clone());
    let of_models = rules.classes.iter().map(|class| (Some(class.model.clone()), Some(class.meters), class.set.clone()));
    let lines: Vec<(Option<String>, Option<u32>, RuleSet)> = std::iter::once(all).chain(of_models).collect();
    rsx! {
        Card { class: "wide",
            h2 { {tr("case-rules-title")} }
            p { class: "muted small", {tr("case-rules-note")} }
            ul { class: "list", "aria-label": tr("case-rules-title"),
                for (model , meters , set) in lines {
                    li { key: "{name_of(model.as_deref())}", "data-class": model.clone().unwrap_or("*".into()), class: "row wrap",
                        div { class: "grow",
                            p { class: "ellipsis", {name_of(model.as_deref())} }
                            p { class: "muted small",
                                if let Some(meters) = meters { {tra("case-rules-meters", &[("n", meters.to_string())])} " · " }
                                {summary(&set, model.is_none())}
                            }
                        }
                        Button { label: tra("case-rules-change", &[("class", name_of(model.as_deref()))]), kind: "quiet", icon: "pencil", disabled: is_away(),
                            onclick: { let (model, set) = (model.clone(), set.clone()); move |_| {
                                changing.set(Some(Changing { key: new_id(), rev, model: model.clone(), set: set.clone() }));
                            } } }
                    }
                }
            }
            if !has_classes {
                p { class: "muted small", {tr("case-rules-no-class")} }
            }
            if rules.are_more {
                p { class: "muted small", {tr("case-rules-more")} }
            }
        }
        if let Some(what) = changing() {
            Edit { what, server, onclose: move |()| {
                changing.set(None);
                server.again();
            } }
        }
    }
}
