//! What was recorded under an order, the latest first: by whom, when, whether the server has it, what is odd about it and why somebody should check it.

use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::order::said::{is_typed, picture_of, said};
use crate::pages::maintenance::words::{of_flag, of_template};
use crate::pages::metering::meter::Marks;
use crate::pages::metering::meter::photo::PhotoButton;
use crate::pages::metering::meter::refused_photo::{PhotoRefused, refused_among, use_refused};
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::checklist::flag;
use domain::maintenance::record::RecordContent;
use domain::maintenance::strokes::Strokes;
use domain::maintenance::template::Template;
use protocol::ui::{RefusedPhoto, WorkRecordRow, WorkRow};

/// Records shown at first.
const FEW: usize = 8;

/// The list.
#[component]
pub fn Records(records: Vec<WorkRecordRow>, template: Option<Template>, row: WorkRow) -> Element {
    let mut all = use_signal(|| false);
    let refused = use_refused();
    let few = if all() { usize::MAX } else { FEW };
    let more = records.len().saturating_sub(few);
    rsx! {
        Card { class: "wide work-records",
            h2 { {tr("work-records")} }
            if records.is_empty() {
                p { class: "muted small", {tr("work-records-none")} }
            } else {
                ul { class: "list", "aria-label": tr("work-records"),
                    for record in records.iter().rev().take(few) {
                        Line { key: "{record.record.id}", record: record.clone(), template: template.clone(), row: row.clone(),
                            refused: refused_among(&refused.read(), &[record.record.content.blob()]) }
                    }
                }
            }
            if more > 0 {
                Button { label: tra("fact-more", &[("n", more.to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
            }
        }
    }
}

#[component]
fn Line(record: WorkRecordRow, template: Option<Template>, row: WorkRow, refused: Option<RefusedPhoto>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let WorkRecordRow { record, waiting } = record;
    let step = record.content.step().and_then(|no| template.as_ref()?.step(no).cloned());
    let odd = template.as_ref().and_then(|template| flag(template, &record.content));
    let label = step.as_ref().map(|step| of_template(&step.label));
    let text = said(&record.content, step.as_ref(), language);
    let when = format::zoned_moment(record.at, now, row.time_zone, language);
    let of = label.clone().unwrap_or_else(|| tr("work-record-photo"));
    rsx! {
        li { "data-record": record.content.kind(), "data-waiting": "{waiting}",
            Icon { name: picture_of(&record.content), size: "s" }
            div { class: "grow stack", gap: "4px",
                if let Some(label) = label {
                    p { class: "muted small", "{label}" }
                }
                p { class: "lines", "{text}" }
                if let RecordContent::Signature { strokes, signer, .. } = &record.content && !is_typed(strokes) {
                    Drawn { strokes: strokes.clone(), signer: signer.clone() }
                }
                div { class: "row wrap",
                    span { class: "muted small", "{record.author} · {when}" }
                    if !waiting {
                        StatusChip { tone: "", icon: "check", label: tr("op-sent"), small: true }
                    }
                    Marks { review: record.review.clone(), waiting }
                    if let Some(odd) = odd {
                        StatusChip { tone: "warn", icon: "triangle-alert", label: of_flag(odd), small: true }
                    }
                }
                if let Some(of) = refused {
                    PhotoRefused { of }
                }
            }
            if let Some(photo) = record.content.blob() {
                PhotoButton { key: "{photo}", photo, of: of.clone(), title: of }
            }
        }
    }
}

/// A signature as it was drawn.
#[component]
fn Drawn(strokes: Strokes, signer: String) -> Element {
    let points = |stroke: &Vec<(u16, u16)>| {
        // A dot is a line to itself.
        let dot = stroke.first().filter(|_| stroke.len() == 1).map(|(x, y)| (x + 1, *y));
        stroke.iter().copied().chain(dot).map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
    };
    rsx! {
        svg { class: "signature", view_box: "0 0 1000 1000", preserve_aspect_ratio: "none", "role": "img", "aria-label": tra("work-signed", &[("name", signer)]),
            for (place , stroke) in strokes.strokes().iter().enumerate() {
                polyline { key: "{place}", "points": points(stroke) }
            }
        }
    }
}
