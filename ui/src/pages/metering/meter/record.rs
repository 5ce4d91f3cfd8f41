//! Taking a reading: the register as the meter prints it, compared at once with the last one, and a picture.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Icon, Sending, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::photo::{PhotoInput, Taken};
use crate::pages::metering::meter::say_kept;
use crate::state::shared;
use dioxus::prelude::*;
use domain::field::field_record::{Explanation, LONGEST_EXPLANATION, Lacks, Plausibility, parse_register, plausibility};
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
    explained: Signal<Explanation>,
    /// The reading's name, and the latch of its sending: the same draft is the same reading.
    reading: Signal<ManualReadingId>,
    sending: Sending,
}

impl Draft {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            text: use_signal(String::new),
            taken: use_signal(|| Taken::Nothing),
            at: use_signal(bridge::now),
            explained: use_signal(Explanation::default),
            reading: use_signal(|| ManualReadingId(bridge::new_id())),
            sending: use_sending(),
        }
    }

    /// Whether leaving the page would lose something.
    pub fn is_filled(self) -> bool {
        let explained = self.explained.read();
        let is_typed = [&*self.text.read(), &explained.reason, &explained.no_photo].iter().any(|text| !text.trim().is_empty());
        is_typed || matches!(*self.taken.read(), Taken::Preparing | Taken::Ready(_))
    }

    fn clear(mut self) {
        self.text.set(String::new());
        self.taken.set(Taken::Nothing);
        self.explained.set(Explanation::default());
        self.reading.set(ManualReadingId(bridge::new_id()));
        self.sending.begin_anew();
    }
}

/// A reading that was kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// Which.
    pub reading: ManualReadingId,
    /// What the register showed.
    pub register: Millilitres,
    /// When it was read.
    pub at: UtcMillis,
}

/// The form. What is no register is not saved; one that seems not to be right is saved with its reason, and a picture or why there is none.
#[component]
pub fn RecordForm(
    meter: MeterId,
    field_records: FieldRecords,
    draft: Draft,
    /// The reading was kept.
    onkept: Option<EventHandler<Kept>>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let Draft { text, taken, at, explained, sending, .. } = draft;
    let mut lacks = use_signal(Vec::<Lacks>::new);
    let register = parse_register(&text.read());
    let found = register.map(|register| plausibility(register, at(), field_records.last, &field_records.capability));
    let saveable = register.filter(|_| found != Some(Plausibility::OutOfRange));
    let doubtful = found.filter(|found| found.needs_explanation());
    let has_photo = matches!(*taken.read(), Taken::Ready(_));
    let save = move |event: FormEvent| {
        event.prevent_default();
        let Some(register) = saveable.filter(|_| *taken.peek() != Taken::Preparing) else { return };
        let has_photo = matches!(*taken.peek(), Taken::Ready(_));
        let missing = found.map_or(Vec::new(), |found| explained.peek().lacks(found, has_photo));
        lacks.set(missing.clone());
        if !missing.is_empty() {
            return;
        }
        // A plausible register needs no words, also if some were typed for another one.
        let words = doubtful.map_or(Explanation::default(), |_| explained.peek().clone());
        sending.once(async move {
            match keep(meter, draft, register, words).await {
                Ok(kept) => {
                    say_kept();
                    if let Some(onkept) = onkept {
                        onkept.call(kept);
                    }
                    draft.clear();
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            Summary { wrong: misses(doubtful.is_some(), miss_explained(&lacks.read(), has_photo)) }
            RegisterField { draft, found, field_records }
            PhotoInput { taken }
            if doubtful.is_some() {
                Explain { explained, has_photo, lacks }
            }
            button { class: "button primary big full", r#type: "submit", disabled: saveable.is_none() || sending.is_busy() || taken() == Taken::Preparing,
                "aria-busy": if sending.is_busy() { "true" },
                Icon { name: "check" }
                {tr("reading-save")}
            }
            Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| { draft.clear(); onclose.call(()); } }
        }
    }
}

/// The number, how it was read, and how it compares with the last one.
#[component]
fn RegisterField(draft: Draft, found: Option<Plausibility>, field_records: FieldRecords) -> Element {
    let language = language();
    let Draft { mut text, mut at, .. } = draft;
    let register = parse_register(&text.read());
    let is_bad = register.is_none() && !text.read().trim().is_empty();
    rsx! {
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
    }
}

/// Why the register is right all the same, and why there is no picture where there is none.
#[component]
pub fn Explain(explained: Signal<Explanation>, has_photo: bool, lacks: Signal<Vec<Lacks>>) -> Element {
    let mut explained = explained;
    let mut lacks = lacks;
    let [(_, no_reason), (_, no_photo)] = miss_explained(&lacks.read(), has_photo);
    rsx! {
        Why { id: "reading-reason", label: tr("reading-reason"), value: explained.read().reason.clone(), hint: tr("reading-reason-hint"),
            error: no_reason,
            oninput: move |text| { lacks.write().retain(|lack| *lack != Lacks::Reason); explained.write().reason = text; } }
        if !has_photo {
            Why { id: "reading-no-photo", label: tr("reading-no-photo"), value: explained.read().no_photo.clone(), hint: tr("reading-no-photo-hint"),
                error: no_photo,
                oninput: move |text| { lacks.write().retain(|lack| *lack != Lacks::Photo); explained.write().no_photo = text; } }
        }
    }
}

/// What is still to be said, by its field.
pub fn miss_explained(lacks: &[Lacks], has_photo: bool) -> [(&'static str, Option<String>); 2] {
    let lacks_photo = lacks.contains(&Lacks::Photo) && !has_photo;
    [
        ("reading-reason", lacks.contains(&Lacks::Reason).then(|| tr("reading-reason-missing"))),
        ("reading-no-photo", lacks_photo.then(|| tr("reading-no-photo-missing"))),
    ]
}

/// A line of reasons.
#[component]
pub fn Why(
    id: &'static str,
    label: String,
    value: String,
    hint: String,
    error: Option<String>,
    oninput: EventHandler<String>,
) -> Element {
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: id, "{label}" }
            div { class: if is_wrong { "input bad" } else { "input" },
                textarea { id, class: "short", rows: "2", maxlength: "{LONGEST_EXPLANATION}", value: "{value}",
                    "aria-invalid": if is_wrong { "true" }, "aria-describedby": "{id}-said",
                    oninput: move |event| oninput.call(event.value()) }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            } else {
                span { id: "{id}-said", class: "muted tiny", "{hint}" }
            }
        }
    }
}

async fn keep(meter: MeterId, draft: Draft, register: Millilitres, explained: Explanation) -> Result<Kept, Problem> {
    let taken = draft.taken.peek().clone();
    let photo = match taken {
        Taken::Ready(base64) => match bridge::call(Request::Attach { base64 }).await? {
            Answer::Attached(photo) => Some(photo),
            _ => None,
        },
        Taken::Nothing | Taken::Preparing | Taken::Unreadable => None,
    };
    // Why there is no picture is no matter where there is one.
    let explained = if photo.is_some() { Explanation { no_photo: String::new(), ..explained } } else { explained };
    let (reading, at) = (*draft.reading.peek(), *draft.at.peek());
    let command = Operation::RecordReading { reading, meter, at, register, photo, explained };
    bridge::call(Request::SubmitAs { op: draft.sending.id(), command }).await?;
    Ok(Kept { reading, register, at })
}

/// How the number compares with the last one.
#[component]
pub fn MeterMessage(found: Plausibility, field_records: FieldRecords) -> Element {
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
    let time = ("time", format::zoned_moment(t, bridge::now(), field_records.time_zone, language));
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
