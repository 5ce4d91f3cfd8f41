//! Readings that somebody took by eye, the newest first, with their pictures.

use crate::components::shell::language;
use crate::components::{Button, Card, Empty, Failed, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::photo::PhotoButton;
use crate::pages::metering::meter::refused_photo::{PhotoRefused, refused_among, use_refused};
use crate::pages::metering::meter::{Marks, use_facts};
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::field::field_record::Explanation;
use domain::{MeterId, TimeZone};
use protocol::sync::rows::ManualReading;
use protocol::ui::{FieldRecord, RefusedPhoto};

/// Readings shown at first.
const FEW: usize = 3;

/// What people read off a meter.
#[component]
pub fn Readings(meter: MeterId) -> Element {
    let (field_records, refused) = (use_facts(meter), use_refused());
    let mut all = use_signal(|| false);
    rsx! {
        Card { class: "wide",
            h2 { {tr("readings-title")} }
            match &*field_records.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![56, 56] } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(Some(field_records)) if !field_records.readings.is_empty() => rsx! {
                    ul { class: "list",
                        for record in field_records.readings.iter().take(if all() { usize::MAX } else { FEW }) {
                            Line { key: "{record.row.id}", record: record.clone(), zone: field_records.time_zone, refused: refused_among(&refused.read(), &[record.row.photo]) }
                        }
                    }
                    if !all() && field_records.readings.len() > FEW {
                        Button { label: tra("fact-more", &[("n", (field_records.readings.len() - FEW).to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
                    }
                },
                Load::Ready(_) => rsx! { Empty { icon: "gauge", title: tr("readings-none"), next: tr("readings-none-next") } },
            }
        }
    }
}

#[component]
fn Line(record: FieldRecord<ManualReading>, zone: TimeZone, refused: Option<RefusedPhoto>) -> Element {
    let language = language();
    let row = record.row;
    let when = format::zoned_moment(row.at, (shared().now)(), zone, language);
    let register = format::register(row.register, language);
    rsx! {
        li { "data-reading": "{row.id}",
            div { class: "grow stack", gap: "4px",
                p { class: "number", "{register}" }
                div { class: "row wrap",
                    span { class: "muted small", "{row.author} · {when}" }
                    Marks { review: row.review.clone(), waiting: record.waiting }
                }
                Explained { explained: row.explained.clone() }
                if let Some(of) = refused {
                    PhotoRefused { of }
                }
            }
            if let Some(photo) = row.photo {
                PhotoButton { key: "{photo}", photo, of: tra("photo-of", &[("register", register)]) }
            }
        }
    }
}

/// What the author of an implausible reading says about it.
#[component]
pub fn Explained(explained: Explanation) -> Element {
    let Explanation { reason, no_photo } = explained;
    rsx! {
        if !reason.is_empty() {
            p { class: "small lines", "data-reason": "true", {tra("reading-said", &[("reason", reason)])} }
        }
        if !no_photo.is_empty() {
            p { class: "small muted lines", {tra("reading-said-no-photo", &[("reason", no_photo)])} }
        }
    }
}
