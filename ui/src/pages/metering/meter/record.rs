//! Taking a reading: the register as the meter prints it, compared at once with the last one, and a picture.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::photo::{PhotoInput, Taken};
use crate::pages::metering::meter::say_kept;
use crate::state::shared;
use dioxus::prelude::*;
use domain::field::field_record::{Plausibility, parse_register, plausibility};
use domain::people::Language;
use domain::{ManualReadingId, MeterId, Millilitres, UtcMillis};
use protocol::Problem;
use protocol::sync::push::Operation;
use protocol::ui::{Answer, FieldRecords, Request};

/// What was typed and photographed so far. It outlives the form: a tap beside it must not cost anybody the way back to the meter.
#[derive(Clone, Copy, PartialEq)]
pub struct Draft {
    text: Signal<String>,
    taken: Signal<Taken>,
    /// When the number was typed: the reading is of that moment, however long the picture takes.
    at: Signal<UtcMillis>,
}

impl Draft {
    /// An empty one.
    pub fn new() -> Self {
        Self { text: use_signal(String::new), taken: use_signal(|| Taken::Nothing), at: use_signal(bridge::now) }
    }

    fn clear(mut self) {
        self.text.set(String::new());
        self.taken.set(Taken::Nothing);
    }
}

/// The form. Nothing odd forbids saving; only what is no register does.
#[component]
pub fn RecordForm(meter: MeterId, field_records: FieldRecords, draft: Draft, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let language = language();
    let Draft { mut text, taken, mut at } = draft;
    let mut busy = use_signal(|| false);
    let register = parse_register(&text.read());
    let is_bad = register.is_none() && !text.read().trim().is_empty();
    let found = register.map(|register| plausibility(register, at(), field_records.last, &field_records.capability));
    let saveable = register.filter(|_| found != Some(Plausibility::OutOfRange));
    let save = move |event: FormEvent| {
        event.prevent_default();
        let Some(register) = saveable.filter(|_| !busy() && *taken.peek() != Taken::Preparing) else { return };
        busy.set(true);
        spawn(async move {
            match keep(meter, at(), register, taken()).await {
                Ok(()) => {
                    say_kept();
                    draft.clear();
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
            busy.set(false);
        });
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            div { class: "field",
                label { r#for: "register", {tr("reading-register")} }
                div { class: if is_bad { "input bad register-input" } else { "input register-input" },
                    input { id: "register", inputmode: "decimal", autocomplete: "off", value: "{text}",
                        "aria-describedby": "register-said", "aria-invalid": if is_bad { "true" },
                        oninput: move |event| { at.set(bridge::now()); text.set(event.value()); } }
                    span { class: "muted", "m³" }
                }
                div { id: "register-said", class: "stack", "aria-live": "polite",
                    if is_bad {
                        span { class: "error", Icon { name: "circle-alert", size: "s" } {tr("reading-bad")} }
                    } else if let (Some(register), Some(found)) = (register, found) {
                        span { class: "small muted", {tra("reading-read-as", &[("register", format::register(register, language))])} }
                        MeterMessage { found, field_records: field_records.clone() }
                    } else {
                        span { class: "small muted", {tr("reading-hint")} }
                    }
                }
            }
            PhotoInput { taken }
            button { class: "button primary big full", r#type: "submit", disabled: saveable.is_none() || busy() || taken() == Taken::Preparing,
                "aria-busy": if busy() { "true" },
                Icon { name: "check" }
                {tr("reading-save")}
            }
            Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| { draft.clear(); onclose.call(()); } }
        }
    }
}

async fn keep(meter: MeterId, at: UtcMillis, register: Millilitres, taken: Taken) -> Result<(), Problem> {
    let photo = match taken {
        Taken::Ready(base64) => match bridge::call(Request::Attach { base64 }).await? {
            Answer::Attached(photo) => Some(photo),
            _ => None,
        },
        Taken::Nothing | Taken::Preparing | Taken::Unreadable => None,
    };
    let reading = ManualReadingId(bridge::new_id());
    bridge::call(Request::Submit(Operation::RecordReading { reading, meter, at, register, photo })).await.map(|_| ())
}

/// How the number compares with the last one.
#[component]
fn MeterMessage(found: Plausibility, field_records: FieldRecords) -> Element {
    let language = language();
    let (tone, icon) = match found {
        Plausibility::Plausible { .. } => ("ok", "check"),
        Plausibility::NothingKnown => ("", "info"),
        Plausibility::Lower { .. } | Plausibility::TooMuch { .. } => ("warn", "triangle-alert"),
        Plausibility::OutOfRange => ("danger", "circle-alert"),
    };
    rsx! {
        div { class: "banner {tone}", "data-found": tone, Icon { name: icon } p { class: "small", {words(found, &field_records, language)} } }
    }
}

fn words(found: Plausibility, field_records: &FieldRecords, language: Language) -> String {
    let Some((t, last)) = field_records.last else { return tr("plausible-none") };
    let time = ("time", format::moment(t, bridge::now(), field_records.time_zone, language));
    match found {
        Plausibility::NothingKnown => tr("plausible-none"),
        Plausibility::OutOfRange => tr("plausible-range"),
        Plausibility::Plausible { used } => tra("plausible-ok", &[("used", format::volume(used, language)), time]),
        Plausibility::TooMuch { used } => tra("plausible-much", &[("used", format::volume(used, language)), time]),
        Plausibility::Lower { by } => {
            let (by, last) = (("by", format::volume(by, language)), ("last", format::register(last, language)));
            tra("plausible-lower", &[by, last, time])
        }
    }
}
