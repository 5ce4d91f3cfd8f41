//! The editor of a checklist: its name and kind of work, its steps, moved by buttons or by Alt and an arrow, and how a technician will see it.

use crate::bridge;
use crate::components::icon::icon as drawn;
use crate::components::summary::{Fault, Faults};
use crate::components::{Button, Card, Segmented, Select, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Entry, Reason};
use crate::pages::maintenance::step::send;
use crate::pages::maintenance::templates::draft::{ASKS, Draft, DraftFault, DraftStep};
use crate::pages::maintenance::templates::preview::Preview;
use crate::pages::maintenance::words::{of_photo, title};
use dioxus::prelude::*;
use domain::maintenance::template::{LONGEST_OPTION, MOST_OPTIONS, MOST_STEPS, PhotoWhen, StepNo, TemplateVersion};
use domain::maintenance::work_order::WorkKind;
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkTemplate;

/// The element that holds the editor.
const BOX: &str = "template-editor";

/// The name of a step's element.
fn name_of(no: StepNo) -> String {
    format!("template-step-{}", no.0)
}

/// The field that is wrong, by its element.
fn field_of((step, key): DraftFault) -> String {
    match (step, key) {
        (None, "template-name-wrong") => "template-name".to_owned(),
        (None, _) => "template-add".to_owned(),
        (Some(no), "template-number-wrong" | "template-limits-wrong") => format!("{}-least", name_of(no)),
        (Some(no), "template-unit-wrong") => format!("{}-unit", name_of(no)),
        (Some(no), "template-options-wrong") => format!("{}-options", name_of(no)),
        (Some(no), _) => format!("{}-label", name_of(no)),
    }
}

/// Moves a step, and the focus with it.
fn shift(mut draft: Signal<Draft>, no: StepNo, down: bool) {
    if draft.with_mut(|draft| draft.shift(no, down)) {
        bridge::focus_soon(BOX, &name_of(no));
    }
}

/// The editor.
#[component]
pub fn Editor(version: TemplateVersion, begins: Draft, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let mut draft = use_signal(|| begins);
    let mut tried = use_signal(|| false);
    let mut ask = use_signal(|| ASKS[0]);
    let read = draft.read().template();
    let fault = read.as_ref().err().copied().filter(|_| tried());
    let right = read.ok();
    let shown = right.clone();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(template) = right.clone() else { return };
        send(sending, Operation::PutWorkTemplate(NewWorkTemplate { version, template: Box::new(template) }), onclose);
    };
    let add = move |_: MouseEvent| {
        let no = draft.with_mut(|draft| draft.add(ask()));
        bridge::focus_soon(BOX, &format!("{}-label", name_of(no)));
    };
    let asks: Vec<_> = ASKS.iter().map(|ask| ((*ask).to_owned(), tr(&format!("work-ask-{ask}")))).collect();
    let (steps, count) = (draft.read().steps.clone(), draft.read().steps.len());
    let faults: Vec<Fault> =
        fault.map(|of| Fault { id: field_of(of), field: String::new(), what: tr(of.1) }).into_iter().collect();
    let name_wrong = fault.filter(|of| of.1 == "template-name-wrong").map(|of| tr(of.1));
    rsx! {
        div { id: BOX, class: "template-editor",
            Card { class: "wide",
                form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                    h2 { {tra("template-writing", &[("version", version.version.to_string())])} }
                    p { class: "muted small", {tr(if version.version == 1 { "template-first-means" } else { "template-next-means" })} }
                    Faults { faults }
                    About { draft, wrong: name_wrong }
                    ol { class: "list template-steps", "aria-label": tr("work-steps"),
                        for (place , step) in steps.into_iter().enumerate() {
                            StepEditor { key: "{step.no.0}", fault: fault.filter(|of| of.0 == Some(step.no)), step, place, count, draft }
                        }
                    }
                    div { class: "row wrap template-add", "data-of": "ask",
                        Select { label: tr("template-add-what"), choices: asks, chosen: ask().to_owned(),
                            onchoose: move |word: String| if let Some(of) = ASKS.iter().find(|of| **of == word) { ask.set(*of) } }
                        button { id: "template-add", class: "button secondary", r#type: "button", disabled: count >= MOST_STEPS, onclick: add,
                            {drawn("plus", "")}
                            {tr("template-add")}
                        }
                    }
                    div { class: "row wrap actions",
                        Button { label: tr("template-save"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() }
                        Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                    }
                }
            }
            Card { class: "wide",
                h2 { {tr("template-preview")} }
                match shown {
                    Some(template) => rsx! { Preview { template } },
                    None => rsx! { p { class: "muted small", {tr("template-preview-none")} } },
                }
            }
        }
    }
}

/// What it is called and what it is for.
#[component]
fn About(draft: Signal<Draft>, wrong: Option<String>) -> Element {
    let mut draft = draft;
    let any = (String::new(), tr("template-any-work"));
    let kinds: Vec<_> =
        std::iter::once(any).chain(WorkKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), title(*kind)))).collect();
    let (name, work, retired) = draft.with(|draft| (draft.name.clone(), draft.work, draft.retired));
    rsx! {
        div { class: "form-grid",
            Entry { id: "template-name", label: tr("template-name"), value: name, error: wrong,
                oninput: move |typed| draft.with_mut(|draft| draft.name = typed) }
            div { class: "field", "data-of": "work",
                span { class: "label", "aria-hidden": "true", {tr("field-work")} }
                Select { label: tr("field-work"), choices: kinds, chosen: work.map(WorkKind::as_str).unwrap_or_default().to_owned(),
                    onchoose: move |word: String| draft.with_mut(|draft| draft.work = WorkKind::from_word(&word)) }
            }
        }
        if retired {
            p { class: "small", {tr("template-retired-means")} }
        }
    }
}

/// A step, with what can be changed of it.
#[component]
fn StepEditor(step: DraftStep, place: usize, count: usize, fault: Option<DraftFault>, draft: Signal<Draft>) -> Element {
    let mut draft = draft;
    let (no, name) = (step.no, name_of(step.no));
    let called = if step.label.trim().is_empty() {
        tra("template-step-no", &[("n", (place + 1).to_string())])
    } else {
        step.label.clone()
    };
    let by_keys = move |event: KeyboardEvent| {
        let down = match event.key() {
            Key::ArrowUp => false,
            Key::ArrowDown => true,
            _ => return,
        };
        if event.modifiers().alt() {
            event.prevent_default();
            shift(draft, no, down);
        }
    };
    let mover = |down: bool, is_off: bool, picture: &'static str, key: &str| {
        let label = tra(key, &[("name", called.clone())]);
        rsx! {
            button { class: "button quiet icon-only", r#type: "button", "aria-label": "{label}", title: "{label}", disabled: is_off,
                "data-shift": if down { "down" } else { "up" },
                onclick: move |_| shift(draft, no, down),
                {drawn(picture, "")}
            }
        }
    };
    let remove = tra("template-remove", &[("name", called.clone())]);
    let label_wrong = fault.filter(|of| matches!(of.1, "template-label-wrong" | "template-newer")).map(|of| tr(of.1));
    rsx! {
        li { id: "{name}", tabindex: "-1", class: "template-step", "data-no": "{no.0}", "data-ask": step.ask, onkeydown: by_keys,
            div { class: "stack wide",
                div { class: "row wrap",
                    span { class: "muted small grow", "{place + 1}. " {tr(&format!("work-ask-{}", step.ask))} }
                    {mover(false, place == 0, "arrow-up", "template-up")}
                    {mover(true, place + 1 == count, "arrow-down", "template-down")}
                    button { class: "button quiet icon-only", r#type: "button", "aria-label": "{remove}", title: "{remove}",
                        onclick: move |_| {
                            draft.with_mut(|draft| draft.remove(no));
                            bridge::focus("template-add");
                        },
                        {drawn("x", "")}
                    }
                }
                Entry { id: "{name}-label", label: tr("template-label"), value: step.label.clone(), error: label_wrong,
                    oninput: move |typed| change(draft, no, |step| step.label = typed) }
                More { step: step.clone(), fault, draft }
                label { class: "row small",
                    input { r#type: "checkbox", checked: step.optional, onchange: move |event| change(draft, no, |step| step.optional = event.checked()) }
                    {tr("template-optional")}
                }
            }
        }
    }
}

/// Changes a step.
fn change(mut draft: Signal<Draft>, no: StepNo, with: impl FnOnce(&mut DraftStep)) {
    draft.with_mut(|draft| {
        if let Some(step) = draft.steps.iter_mut().find(|step| step.no == no) {
            with(step);
        }
    });
}

/// What a step has besides its label.
#[component]
fn More(step: DraftStep, fault: Option<DraftFault>, draft: Signal<Draft>) -> Element {
    let (no, name) = (step.no, name_of(step.no));
    let wrong = |keys: &[&str]| fault.filter(|of| keys.contains(&of.1)).map(|of| tr(of.1));
    match step.ask {
        "number" => rsx! {
            div { class: "form-grid",
                Entry { id: "{name}-least", label: tr("template-least"), value: step.least.clone(), kind: "decimal", error: wrong(&["template-number-wrong", "template-limits-wrong"]),
                    oninput: move |typed| change(draft, no, |step| step.least = typed) }
                Entry { id: "{name}-most", label: tr("template-most"), value: step.most.clone(), kind: "decimal",
                    oninput: move |typed| change(draft, no, |step| step.most = typed) }
                Entry { id: "{name}-unit", label: tr("template-unit"), value: step.unit.clone(), error: wrong(&["template-unit-wrong"]),
                    oninput: move |typed| change(draft, no, |step| step.unit = typed) }
            }
        },
        "choice" => rsx! {
            Reason { id: "{name}-options", label: tr("template-options"), hint: tr("template-options-hint"), value: step.options.clone(),
                error: wrong(&["template-options-wrong"]), longest: MOST_OPTIONS * (LONGEST_OPTION + 1),
                oninput: move |typed| change(draft, no, |step| step.options = typed) }
        },
        "photo" => rsx! {
            Segmented { label: tr("template-when"), choices: PhotoWhen::ALL.iter().map(|when| (*when, of_photo(*when))).collect::<Vec<_>>(), chosen: step.when,
                onchoose: move |when| change(draft, no, |step| step.when = when) }
        },
        _ => rsx! {},
    }
}
