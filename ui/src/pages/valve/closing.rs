//! Whether valves are closed when credit is gone, and in which hours they are not.

use crate::components::shell::language;
use crate::components::{Button, Card, Dialog, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::valve::supply::Following;
use dioxus::prelude::*;
use domain::people::Language;
use protocol::valve::policy::{PolicySetting, ValvePolicy};

/// An hour of the day: `20.00`.
fn hour(hour: u8, language: Language) -> String {
    let point = if language == Language::Id { '.' } else { ':' };
    format!("{hour:02}{point}00")
}

/// The hours in a sentence.
fn hours((from, until): (u8, u8), language: Language) -> String {
    if from == until {
        return tr("supply-no-night");
    }
    tra("supply-night", &[("from", hour(from, language)), ("until", hour(until, language))])
}

/// The card.
#[component]
pub fn Closing(policy: ValvePolicy, server: ServerView<ValvePolicy>) -> Element {
    let language = language();
    let mut editing = use_signal(|| None::<(Following, ValvePolicy)>);
    let night = hours((policy.from_hour, policy.until_hour), language);
    let word = if policy.closes { "supply-closes" } else { "supply-closes-not" };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("supply-closing")} }
                Button { label: tr("supply-closing-change"), kind: "quiet", icon: "pencil", disabled: is_away(),
                    onclick: { let policy = policy.clone(); move |_| editing.set(Some((Following::of(&policy), policy.clone()))) } }
            }
            p { "data-closes": "{policy.closes}", {tr(word)} }
            if policy.closes {
                p { class: "muted small", "data-hours": "{policy.from_hour}-{policy.until_hour}", "{night}" }
            }
        }
        if let Some((following, before)) = editing() {
            Edit { following, before, server, onclose: move |()| {
                editing.set(None);
                server.again();
            } }
        }
    }
}

#[component]
fn Edit(following: Following, before: ValvePolicy, server: ServerView<ValvePolicy>, onclose: EventHandler<()>) -> Element {
    let language = language();
    let act = use_act();
    let mut closes = use_signal(|| before.closes);
    let from = use_signal(|| before.from_hour);
    let until = use_signal(|| before.until_hour);
    let choices: Vec<_> = (0..24_u8).map(|at| (at.to_string(), hour(at, language))).collect();
    let go = move |event: FormEvent| {
        event.prevent_default();
        let set = PolicySetting::Closing { closes: closes(), from_hour: from(), until_hour: until() };
        following.send(act, set, server, onclose);
    };
    rsx! {
        Dialog { title: tr("supply-closing-change"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                label { class: "tick row",
                    input { id: "supply-closes", r#type: "checkbox", checked: closes(), onchange: move |event| closes.set(event.checked()) }
                    {tr("supply-closes-tick")}
                }
                div { class: "form-grid",
                    for (word , mut at) in [("supply-from", from), ("supply-until", until)] {
                        div { key: "{word}", class: "field", "data-hour": word,
                            span { class: "label", "aria-hidden": "true", {tr(word)} }
                            Select { label: tr(word), choices: choices.clone(), chosen: at().to_string(),
                                onchoose: move |text: String| if let Ok(hour) = text.parse() { at.set(hour) } }
                        }
                    }
                }
                p { class: "muted small", role: "status", {hours((from(), until()), language)} }
                p { class: "muted small", {tr(if closes() { "supply-closing-note" } else { "supply-closes-not-note" })} }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("supply-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
