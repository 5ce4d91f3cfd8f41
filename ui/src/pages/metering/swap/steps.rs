//! The steps of a swap: final register, new serial number, first register, seals, and all of it once more before it is kept.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Icon, Select};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::pages::field::scanner::Scanner;
use crate::pages::metering::meter::{MeterMessage, PhotoInput, Taken, Why};
use crate::pages::metering::swap::draft::Draft;
use crate::pages::metering::swap::elsewhere::Elsewhere;
use crate::state::shared;
use dioxus::prelude::*;
use domain::field::field_record::{Plausibility, parse_register};
use domain::people::Language;
use domain::{Serial, TimeZone};
use protocol::ui::FieldRecords;

/// Permanent flows that are offered beside that of a household's meter, in litres an hour (ISO 4064-1).
const FLOWS: [&str; 6] = ["1600", "4000", "6300", "10000", "16000", "25000"];

/// A field with its sentence.
type Wrong = Vec<(&'static str, String)>;

fn said(wrong: &[(&'static str, String)], field: &str) -> Option<String> {
    wrong.iter().find(|(wrong, _)| *wrong == field).map(|(_, what)| what.clone())
}

/// What the old meter shows last.
#[component]
pub fn LastStep(draft: Draft, records: FieldRecords, found: Option<Plausibility>, wrong: Wrong) -> Element {
    let Draft { mut typed, mut explained, mut at, last_photo, .. } = draft;
    let (language, form) = (language(), typed());
    let is_doubtful = found.is_some_and(Plausibility::needs_explanation);
    let has_photo = matches!(*last_photo.read(), Taken::Ready(_));
    let why = explained();
    rsx! {
        Entry { id: "swap-last", label: tr("swap-last"), value: form.last.clone(), kind: "decimal", unit: "m³", error: said(&wrong, "swap-last"), hint: tr("reading-hint"),
            oninput: move |text| { at.set(bridge::now()); typed.with_mut(|typed| typed.last = text); } }
        div { class: "stack", "aria-live": "polite",
            if let (Some(register), Some(found)) = (form.last(), found) {
                span { class: "small muted", {tra("reading-read-as", &[("register", format::register(register, language))])} }
                MeterMessage { found, field_records: records }
            }
        }
        label { class: "tick row",
            input { id: "swap-unread", r#type: "checkbox", checked: form.is_unreadable,
                onchange: move |event| { at.set(bridge::now()); typed.with_mut(|typed| typed.is_unreadable = event.checked()); } }
            span { class: "small", {tr("meter-unreadable")} }
        }
        PhotoInput { taken: last_photo }
        if is_doubtful {
            Why { id: "reading-reason", label: tr("reading-reason"), value: why.reason.clone(), hint: tr("reading-reason-hint"), error: said(&wrong, "reading-reason"),
                oninput: move |text| explained.with_mut(|explained| explained.reason = text) }
        }
        if !has_photo {
            Why { id: "reading-no-photo", label: tr("reading-no-photo"), value: why.no_photo.clone(), hint: tr("reading-no-photo-hint"), error: said(&wrong, "reading-no-photo"),
                oninput: move |text| explained.with_mut(|explained| explained.no_photo = text) }
        }
    }
}

/// Which meter is put up: its serial number by the camera or typed, and what is known of its kind.
#[component]
pub fn SerialStep(draft: Draft, wrong: Wrong) -> Element {
    let Draft { mut typed, .. } = draft;
    let mut is_scanning = use_signal(|| false);
    let form = typed();
    let language = language();
    let flow = |litres: &str| (litres.to_owned(), flow_text(litres, language));
    let household = std::iter::once((String::new(), tr("swap-q3-household")));
    let flows: Vec<(String, String)> = household.chain(FLOWS.into_iter().map(flow)).collect();
    rsx! {
        Entry { id: "swap-serial", label: tr("meter-serial"), value: form.serial.clone(), error: said(&wrong, "swap-serial"), hint: tr("meter-serial-hint"),
            oninput: move |text| typed.with_mut(|typed| typed.serial = text) }
        if is_scanning() {
            Scanner {
                onfound: move |serial: Serial| { is_scanning.set(false); typed.with_mut(|typed| typed.serial = serial.to_string()); },
                onclose: move |()| is_scanning.set(false) }
        } else {
            button { class: "button secondary big full", r#type: "button", "data-camera": "true", onclick: move |_| is_scanning.set(true),
                Icon { name: "camera" }
                {tr("scan-camera")}
            }
        }
        Entry { id: "swap-model", label: tr("meter-model"), value: form.model.clone(), error: said(&wrong, "swap-model"),
            oninput: move |text| typed.with_mut(|typed| typed.model = text) }
        div { class: "field",
            span { class: "label", "aria-hidden": "true", {tr("swap-q3")} }
            Select { label: tr("swap-q3"), choices: flows, chosen: form.q3.clone(), onchoose: move |litres| typed.with_mut(|typed| typed.q3 = litres) }
        }
    }
}

/// A permanent flow in cubic metres an hour.
fn flow_text(litres: &str, language: Language) -> String {
    let litres: i64 = litres.parse().unwrap_or_default();
    let (whole, tenth) = (litres / 1_000, litres % 1_000 / 100);
    let point = if language == Language::En { '.' } else { ',' };
    if tenth == 0 { format!("{whole} m³/h") } else { format!("{whole}{point}{tenth} m³/h") }
}

/// What the new meter shows first.
#[component]
pub fn FirstStep(draft: Draft, wrong: Wrong) -> Element {
    let Draft { mut typed, first_photo, .. } = draft;
    let (language, form) = (language(), typed());
    let register = parse_register(&form.first).map(|register| format::register(register, language));
    rsx! {
        Entry { id: "swap-first", label: tr("meter-first"), value: form.first.clone(), kind: "decimal", unit: "m³", error: said(&wrong, "swap-first"), hint: tr("meter-first-hint"),
            oninput: move |text| typed.with_mut(|typed| typed.first = text) }
        div { "aria-live": "polite",
            if let Some(register) = register {
                span { class: "small muted", {tra("reading-read-as", &[("register", register)])} }
            }
        }
        PhotoInput { taken: first_photo }
    }
}

/// The numbers of both seals.
#[component]
pub fn SealsStep(draft: Draft, wrong: Wrong) -> Element {
    let Draft { mut typed, .. } = draft;
    let form = typed();
    rsx! {
        Entry { id: "swap-old-seal", label: tr("swap-old-seal"), value: form.old_seal.clone(), error: said(&wrong, "swap-old-seal"), hint: tr("swap-seal-hint"),
            oninput: move |text| typed.with_mut(|typed| typed.old_seal = text) }
        Entry { id: "swap-new-seal", label: tr("swap-new-seal"), value: form.new_seal.clone(), error: said(&wrong, "swap-new-seal"),
            oninput: move |text| typed.with_mut(|typed| typed.new_seal = text) }
    }
}

/// All of it, before it is kept.
#[component]
pub fn Checked(draft: Draft, serial: String, zone: TimeZone, is_ordered: bool) -> Element {
    let language = language();
    let form = (draft.typed)();
    let photo = |taken: Signal<Taken>| {
        if matches!(*taken.read(), Taken::Ready(_)) { format!(" · {}", tr("photo-with")) } else { String::new() }
    };
    let last = form.last().map_or_else(|| tr("swap-unread"), |register| format::register(register, language));
    let first = parse_register(&form.first).map(|register| format::register(register, language)).unwrap_or_default();
    let or_none = |text: &str| if text.trim().is_empty() { tr("value-empty") } else { text.trim().to_owned() };
    let rows = vec![
        (tr("swap-at"), format::zoned_moment((draft.at)(), (shared().now)(), zone, language)),
        (tr("swap-old-meter"), serial),
        (tr("swap-last-short"), format!("{last}{}", photo(draft.last_photo))),
        (tr("swap-new-meter"), form.serial.trim().to_owned()),
        (tr("swap-model"), or_none(&form.model)),
        (tr("swap-q3"), if form.q3.is_empty() { tr("swap-q3-household") } else { flow_text(&form.q3, language) }),
        (tr("swap-first-short"), format!("{first}{}", photo(draft.first_photo))),
        (tr("swap-old-seal"), or_none(&form.old_seal)),
        (tr("swap-new-seal"), or_none(&form.new_seal)),
    ];
    rsx! {
        Facts { rows }
        Elsewhere { serial: form.serial.trim().to_owned() }
        if is_ordered {
            p { class: "small", Icon { name: "calendar-check", size: "s" } " " {tr("swap-ends-order")} }
        }
        p { class: "small muted", {tr("swap-means")} }
    }
}

/// What it is, and what it is to be.
#[component]
fn Facts(rows: Vec<(String, String)>) -> Element {
    rsx! {
        dl { class: "facts pair",
            for (name , value) in rows {
                div { key: "{name}",
                    dt { "{name}" }
                    dd { "{value}" }
                }
            }
        }
    }
}
