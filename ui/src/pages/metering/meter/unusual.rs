//! Readings that do not simply follow the one before: what was made of each, why, and a person's word on it.

use crate::bridge::new_id;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, Stale, is_away, request, use_server_view};
use crate::pages::admin::parts::{Confirm, Reason};
use crate::pages::admin::words::say;
use crate::pages::metering::meter::readings::Explained;
use crate::pages::metering::meter::use_facts;
use crate::pages::sales::counter::is_silent;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::MeterId;
use protocol::metering::reviews::{DeclareReading, Declared, UnusualAsked, UnusualReading};
use protocol::sync::rows::ManualReading;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// Readings shown at first.
const FEW: usize = 3;

/// What is being asked before it is declared: the key by which it happens once, the reading, and what it is declared to be.
type Asking = (Uuid, UnusualReading, Option<Declared>);

/// The readings of a meter that need an explanation, for an admin. Nothing is drawn where there are none.
#[component]
pub fn Unusual(meter: MeterId) -> Element {
    let mut all = use_signal(|| false);
    let mut asking = use_signal(|| None::<Asking>);
    let server = use_server_view(
        move || AdminRequest::UnusualReadings(UnusualAsked { meter }),
        |response| match response {
            AdminResponse::UnusualReadings(found) => Some(found.readings),
            _ => None,
        },
    );
    // Whoever read it by eye may have said why it is right.
    let facts = use_facts(meter);
    let by_eye = |reading: &UnusualReading| match &*facts.read() {
        Load::Ready(Some(facts)) if reading.by_eye => {
            facts.readings.iter().map(|fact| &fact.row).find(|row| row.at == reading.t).cloned()
        }
        _ => None,
    };
    let found = server.latest.read().clone();
    // A meter whose readings simply follow one another needs no card that says so.
    let explained = |reading: &UnusualReading| reading.verdict.name() != "first" || reading.declared.is_some();
    let readings: Option<Vec<UnusualReading>> = found.map(|found| found.into_iter().filter(explained).collect());
    if readings.as_ref().is_some_and(Vec::is_empty) {
        return rsx! {};
    }
    rsx! {
        Card { class: "wide",
            h2 { {tr("unusual-title")} }
            p { class: "muted small", {tr("unusual-lead")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match readings {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "unusual", heights: vec![56], onretry: move |()| server.again() } },
                Some(readings) => rsx! {
                    ul { class: "list",
                        for reading in readings.iter().take(if all() { usize::MAX } else { FEW }) {
                            Line { key: "{reading.t.0}", reading: reading.clone(), by_eye: by_eye(reading),
                                ondeclare: move |(reading, declared)| asking.set(Some((new_id(), reading, declared))) }
                        }
                    }
                    if !all() && readings.len() > FEW {
                        Button { label: tra("fact-more", &[("n", (readings.len() - FEW).to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
                    }
                },
            }
        }
        if let Some((key, reading, declared)) = asking() {
            Declare { id: key, meter, reading, declared, ondone: move |readings| server.take(readings), onclose: move |()| asking.set(None) }
        }
    }
}

#[component]
fn Line(
    reading: UnusualReading,
    by_eye: Option<ManualReading>,
    ondeclare: EventHandler<(UnusualReading, Option<Declared>)>,
) -> Element {
    let language = language();
    let when = format::zoned_moment(reading.t, (shared().now)(), device_zone(), language);
    let register = format::register(reading.register, language);
    let source = tr(if reading.by_eye { "unusual-by-eye" } else { "unusual-by-meter" });
    let is_used = reading.verdict.settles();
    let (tone, icon, used) = if is_used { ("", "check", "unusual-used") } else { ("warn", "triangle-alert", "unusual-not-used") };
    let choices: Vec<(Option<Declared>, &str)> = match reading.declared {
        Some(_) => vec![(None, "unusual-take-back")],
        None if is_used => vec![(Some(Declared::Wrong), "unusual-is-wrong")],
        None => vec![(Some(Declared::Right), "unusual-is-right"), (Some(Declared::Wrong), "unusual-is-wrong")],
    };
    rsx! {
        li { "data-unusual": "{reading.t.0}",
            div { class: "grow stack", gap: "4px",
                p { class: "number", "{register}" }
                p { class: "muted small", "{source} · {when}" }
                p { class: "small", {tr(&format!("verdict-{}", reading.verdict.name()))} }
                if let Some(row) = by_eye.as_ref() {
                    Explained { explained: row.explained.clone() }
                }
                div { class: "row wrap",
                    StatusChip { tone, icon, small: true, label: tr(used) }
                    if let Some(declared) = reading.declared {
                        StatusChip { tone: "info", icon: "pencil", small: true,
                            label: tr(if declared == Declared::Right { "unusual-declared-right" } else { "unusual-declared-wrong" }) }
                    }
                }
                div { class: "row wrap",
                    for (declared , word) in choices {
                        Button { key: "{word}", label: tr(word), kind: "quiet", disabled: is_away(),
                            onclick: { let reading = reading.clone(); move |_| ondeclare.call((reading.clone(), declared)) } }
                    }
                }
            }
        }
    }
}

/// The question before a reading is declared, with its reason.
#[component]
fn Declare(
    id: Uuid,
    meter: MeterId,
    reading: UnusualReading,
    declared: Option<Declared>,
    ondone: EventHandler<Vec<UnusualReading>>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let language = language();
    let mut reason = use_signal(String::new);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let t = reading.t;
    let go = move |()| {
        let text = reason.read().trim().to_owned();
        if is_silent(&text) {
            return refused.set(Some(tr("refused-reason")));
        }
        if busy.replace(true) {
            return;
        }
        spawn(async move {
            let body = DeclareReading { key: id, meter, t, declared, reason: text };
            match request(AdminRequest::DeclareReading(Box::new(body))).await {
                Ok(AdminResponse::UnusualReadings(found)) => {
                    shared.toast(tr("saved"));
                    ondone.call(found.readings);
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let (title, label) = match declared {
        Some(Declared::Right) => ("unusual-right-title", "unusual-is-right"),
        Some(Declared::Wrong) => ("unusual-wrong-title", "unusual-is-wrong"),
        None => ("unusual-back-title", "unusual-take-back"),
    };
    rsx! {
        Confirm { title: tr(title), icon: "check", label: tr(label), busy: busy(), refused: refused(),
            rows: vec![(tr("register"), format::register(reading.register, language)),
                (tr("unusual-read-at"), format::zoned_moment(t, (shared.now)(), device_zone(), language))],
            note: tr("unusual-follows"), onyes: go, onback: move |()| onclose.call(()),
            Reason { id: "declare-reason", value: reason(), hint: tr("office-reason-hint"), error: None, oninput: move |text| reason.set(text) }
        }
    }
}
