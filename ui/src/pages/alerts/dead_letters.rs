//! What could not be sent: to whom, what about, why and when. An admin picks some and sends them again.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::status::chip;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::later::{More, use_later};
use crate::pages::admin::parts::Confirm;
use crate::pages::alerts::words::{look, of_kind, of_provider, of_severity};
use crate::state::shared;
use dioxus::prelude::*;
use protocol::alerts::{AT_ONCE, DeadLetter, DeadLetters, DeadLettersAsked, SendAgain};
use protocol::ui::{AdminRequest, AdminResponse};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The dead letters, the newest first.
#[component]
pub fn Letters(first: DeadLetters, onagain: EventHandler<()>) -> Element {
    let later = use_later(first.clone());
    let mut picked = use_signal(BTreeSet::<Uuid>::new);
    let mut asking = use_signal(|| None::<SendAgain>);
    let letters: Vec<_> = first.letters.iter().chain(later.read().iter().flat_map(|page| &page.letters)).cloned().collect();
    // What was sent again meanwhile is in the list no more.
    let chosen: Vec<_> = letters.iter().map(|letter| letter.message).filter(|message| picked.read().contains(message)).collect();
    let (all, count) = (chosen.len() == letters.len(), chosen.len());
    let messages: BTreeSet<_> = letters.iter().map(|letter| letter.message).collect();
    let pick_all = move |event: FormEvent| picked.set(if event.checked() { messages.clone() } else { BTreeSet::new() });
    let begin =
        move |_| asking.set(Some(SendAgain { key: bridge::new_id(), messages: chosen.iter().take(AT_ONCE).copied().collect() }));
    rsx! {
        section { class: "card flush dead-letters", "aria-label": tr("alerts-dead"),
            div { class: "bar",
                label { class: "tick row", input { r#type: "checkbox", checked: all, "data-all": "true", onchange: pick_all } {tr("alerts-dead-all")} }
                Button { label: tra("alerts-send-again", &[("n", count.to_string())]), icon: "refresh-cw", disabled: count == 0 || is_away(), onclick: begin }
            }
            ul { class: "dead-list",
                for letter in letters {
                    Line { key: "{letter.message}", letter, picked }
                }
            }
            div { class: "bar",
                More { first, later, ask: move |after| AdminRequest::DeadLetters(DeadLettersAsked { after: Some(after) }) }
            }
        }
        if let Some(wanted) = asking() {
            Question { wanted,
                onback: move |()| asking.set(None),
                ondone: move |()| {
                    asking.set(None);
                    picked.set(BTreeSet::new());
                    onagain.call(());
                } }
        }
    }
}

#[component]
fn Line(letter: DeadLetter, picked: Signal<BTreeSet<Uuid>>) -> Element {
    let mut picked = picked;
    let (now, language, message) = (*shared().now.peek(), language(), letter.message);
    let (tone, picture) = look(letter.severity);
    let time = |at| format::moment(at, now, device_zone(), language);
    let turn = move |event: FormEvent| {
        picked.with_mut(|picked| if event.checked() { picked.insert(message) } else { picked.remove(&message) });
    };
    rsx! {
        li { class: "row top", "data-row": "{message}", "data-letter": "{message}",
            label { class: "tick",
                input { r#type: "checkbox", checked: picked.read().contains(&message),
                    "aria-label": tra("alerts-dead-pick", &[("name", letter.name.clone()), ("kind", of_kind(letter.kind))]), onchange: turn }
            }
            div { class: "grow stack",
                div { class: "row between wrap",
                    p { class: "number", "{letter.name}" }
                    {chip(tone, picture, &of_severity(letter.severity), "small")}
                }
                p { class: "muted small", "{letter.email} · " {of_kind(letter.kind)} " · " {of_provider(letter.provider)} }
                p { class: "small error-text", Icon { name: "circle-alert", size: "s" } span { "{letter.why}" } }
                p { class: "muted tiny",
                    {tra("alerts-dead-times", &[("made", time(letter.at)), ("ended", time(letter.ended_at)), ("n", letter.attempts.to_string())])}
                }
            }
        }
    }
}

/// The question before they are sent again.
#[component]
fn Question(wanted: SendAgain, onback: EventHandler<()>, ondone: EventHandler<()>) -> Element {
    let (shared, act) = (shared(), use_act());
    let count = wanted.messages.len().to_string();
    let go = move |()| {
        act.send(AdminRequest::SendAgain(wanted.clone()), move |response| {
            if let AdminResponse::SentAgain(sent) = response {
                shared.toast(tra("alerts-sent-again", &[("n", sent.queued.to_string())]));
                ondone.call(());
            }
        });
    };
    rsx! {
        Confirm { title: tr("alerts-send-again-title"), icon: "refresh-cw", label: tr("alerts-send-again-yes"), busy: act.is_busy(), refused: act.refused(),
            rows: vec![(tr("field-messages"), count)],
            note: tr("alerts-send-again-note"),
            onyes: go, onback }
    }
}
