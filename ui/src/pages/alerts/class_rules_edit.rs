//! The dialog in which the rules of one class of meters are changed: each kind of case, and from when on a meter is silent or its battery low.

use crate::components::{Button, Dialog, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::alerts::case_words::{span, title};
use crate::pages::alerts::class_rules::{Changing, name_of};
use crate::pages::alerts::words::of_kind;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::case::Cause;
use domain::alerts::kinds::AlertKind;
use domain::alerts::rules::{RuleSet, Treatment};
use protocol::alerts::rules::{CaseRules, CaseRulesChange};
use protocol::ui::{AdminRequest, AdminResponse};

/// Silences that are offered, seconds.
const SILENCES: [u32; 10] = [1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 129_600, 172_800, 259_200, 604_800];

/// Levels that are offered, per cent.
const LEVELS: [u8; 8] = [5, 10, 15, 20, 25, 30, 40, 50];

/// What can be set for a kind of case; the first is that nothing is. What is set for all meters is usual where nothing is.
fn treatments(is_all: bool) -> Vec<(String, String)> {
    let nothing = if is_all { "case-treatment-usual" } else { "case-treatment-as-all" };
    let others = Treatment::ALL.iter().filter(|of| !is_all || **of != Treatment::Usual);
    let named = others.map(|of| (of.as_str().to_owned(), tr(&format!("case-treatment-{}", of.as_str()))));
    std::iter::once((String::new(), tr(nothing))).chain(named).collect()
}

/// The values of a limit, with the one that is set, wherever it was set; the first is that none is.
fn values<T: Copy + Ord + ToString>(
    offered: &[T],
    set: Option<T>,
    is_all: bool,
    say: impl Fn(T) -> String,
) -> Vec<(String, String)> {
    let mut values: Vec<T> = offered.iter().copied().chain(set).collect();
    values.sort();
    values.dedup();
    let nothing = if is_all { "case-limit-usual" } else { "case-treatment-as-all" };
    let named = values.into_iter().map(|value| (value.to_string(), say(value)));
    std::iter::once((String::new(), tr(nothing))).chain(named).collect()
}

/// The dialog.
#[component]
pub fn Edit(what: Changing, server: ServerView<CaseRules>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut set = use_signal({
        let before = what.set.clone();
        move || before
    });
    let is_all = what.model.is_none();
    let name = name_of(what.model.as_deref());
    let go = {
        let what = what.clone();
        move |event: FormEvent| {
            event.prevent_default();
            let change = CaseRulesChange { key: what.key, rev: what.rev, model: what.model.clone(), rules: set() };
            act.send(AdminRequest::SetCaseRules(Box::new(change)), move |answer| {
                if let AdminResponse::CaseRules(rules) = answer {
                    shared.toast(tr("cases-policy-set"));
                    server.take(*rules);
                    onclose.call(());
                }
            });
        }
    };
    let limits = set.read().limits;
    let silences = values(&SILENCES, what.set.limits.silence_s, is_all, span);
    let levels = values(&LEVELS, what.set.limits.low_battery, is_all, |level| format!("{level} %"));
    let text = |value: Option<u32>| value.map_or_else(String::new, |value| value.to_string());
    rsx! {
        Dialog { title: tra("case-rules-of", &[("class", name)]), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                for kind in [AlertKind::Leak, AlertKind::Tamper, AlertKind::MeterHealth] {
                    section { key: "{kind.as_str()}", class: "stack",
                        h3 { {of_kind(kind)} }
                        Causes { kind, set, is_all }
                    }
                }
                h3 { {tr("case-limits")} }
                div { class: "form-grid",
                    div { class: "field", "data-limit": "silence",
                        span { class: "label", "aria-hidden": "true", {tr("field-silence_limit_s")} }
                        Select { label: tr("field-silence_limit_s"), choices: silences, chosen: text(limits.silence_s),
                            onchoose: move |value: String| set.write().limits.silence_s = value.parse().ok() }
                    }
                    div { class: "field", "data-limit": "battery",
                        span { class: "label", "aria-hidden": "true", {tr("field-battery_limit")} }
                        Select { label: tr("field-battery_limit"), choices: levels, chosen: text(limits.low_battery.map(u32::from)),
                            onchoose: move |value: String| set.write().limits.low_battery = value.parse().ok() }
                    }
                }
                p { class: "muted small", {tr("case-rules-edit-note")} }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("case-rules-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The kinds of cases that are about the same.
#[component]
fn Causes(kind: AlertKind, set: Signal<RuleSet>, is_all: bool) -> Element {
    let choose = move |(cause, word): (Cause, String)| {
        let mut set = set;
        let mut rules = set.write();
        match Treatment::from_word(&word) {
            Some(treatment) => rules.treatments.insert(cause, treatment),
            None => rules.treatments.remove(&cause),
        };
    };
    rsx! {
        div { class: "form-grid",
            for cause in Cause::ALL.iter().copied().filter(|cause| cause.kind() == kind) {
                div { key: "{cause.as_str()}", class: "field", "data-cause": cause.as_str(),
                    span { class: "label", "aria-hidden": "true", {title(cause)} }
                    Select { label: title(cause), choices: treatments(is_all),
                        chosen: set.read().treatments.get(&cause).map_or_else(String::new, |of| of.as_str().to_owned()),
                        onchoose: move |word| choose((cause, word)) }
                }
            }
        }
    }
}
