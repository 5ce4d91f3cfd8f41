//! Swaps of a meter: which one took the place of which, with both registers, seals and pictures, and why somebody should look at one.

use crate::components::Card;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::refused_photo::{PhotoRefused, refused_among, use_refused};
use crate::pages::metering::meter::{Marks, PhotoButton, use_facts};
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::field::field_record::Review;
use domain::{MeterId, TimeZone};
use protocol::sync::rows::MeterSwap;
use protocol::ui::{FieldRecord, RefusedPhoto};

/// The section of a meter's page; nothing where it was never swapped.
#[component]
pub fn Swaps(meter: MeterId) -> Element {
    let (field_records, refused) = (use_facts(meter), use_refused());
    match &*field_records.read() {
        Load::Ready(Some(records)) if !records.swaps.is_empty() => rsx! {
            Card { class: "wide",
                h2 { {tr("swaps-title")} }
                ul { class: "list",
                    for record in records.swaps.iter() {
                        Line { key: "{record.row.id}", record: record.clone(), zone: records.time_zone,
                            refused: refused_among(&refused.read(), &[record.row.final_photo, record.row.first_photo]) }
                    }
                }
            }
        },
        // The page has other parts that show loading and failing.
        Load::Waiting | Load::Failed(_) | Load::Ready(_) => rsx! {},
    }
}

#[component]
fn Line(record: FieldRecord<MeterSwap>, zone: TimeZone, refused: Option<RefusedPhoto>) -> Element {
    let language = language();
    let FieldRecord { row, waiting } = record;
    let when = format::zoned_moment(row.at, (shared().now)(), zone, language);
    let last = row.final_register.map_or_else(|| tr("swap-unread"), |register| format::register(register, language));
    let first = format::register(row.first_register, language);
    let is_kept = !waiting && !row.entered;
    let is_put_back = row.review.contains(&Review::WasRetired);
    let seal = |key: &str, seal: &str| (!seal.is_empty()).then(|| tra(key, &[("seal", seal.to_owned())]));
    let seals = [seal("swap-line-old-seal", &row.old_seal), seal("swap-line-new-seal", &row.new_seal)];
    rsx! {
        li { "data-swap-of": "{row.serial}", "data-entered": if row.entered { "true" } else { "false" },
            div { class: "grow stack", gap: "4px",
                p { class: "number",
                    if row.old_serial.is_empty() {
                        "{row.serial}"
                    } else {
                        "{row.old_serial} → {row.serial}"
                    }
                }
                p { class: "small", {tra("swap-line-old", &[("register", last.clone())])} }
                p { class: "small", {tra("swap-line-new", &[("serial", row.serial.to_string()), ("register", first.clone())])} }
                for line in seals.into_iter().flatten() {
                    p { key: "{line}", class: "small muted", "{line}" }
                }
                div { class: "row wrap",
                    span { class: "muted small", "{row.author} · {when}" }
                    Marks { review: row.review.clone(), waiting }
                }
                if is_kept {
                    p { class: "small", {tr("swap-not-entered-next")} }
                }
                if is_put_back {
                    p { class: "small", {tr("swap-was-retired-next")} }
                }
                if let Some(of) = refused {
                    PhotoRefused { of }
                }
            }
            div { class: "row",
                if let Some(photo) = row.final_photo {
                    PhotoButton { key: "{photo}", photo, of: tra("photo-of", &[("register", last)]) }
                }
                if let Some(photo) = row.first_photo {
                    PhotoButton { key: "{photo}", photo, of: tra("photo-of", &[("register", first)]) }
                }
            }
        }
    }
}
