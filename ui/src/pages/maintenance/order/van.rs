//! What is in the technician's van, where a part is recorded: its parts to choose from, and how many are left behind it. Nothing is refused for
//! it: what was used was used.

use crate::components::Icon;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::stock::pieces;
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use domain::maintenance::record::PartSource;
use domain::maintenance::stock::{Pieces, name_key};
use protocol::sync::rows::VanPart;
use protocol::ui::{Answer, Request, WorkRequest, WorkResponse};

/// Parts that are offered at once.
const OFFERED: usize = 6;

/// The part that was named, if it is in the van, and otherwise those that it can be.
fn found(parts: &[VanPart], name: &str) -> (Option<VanPart>, Vec<VanPart>) {
    let key = name_key(name);
    let exact = parts.iter().find(|part| name_key(&part.name) == key).cloned();
    let fits = |part: &&VanPart| exact.is_none() && name_key(&part.name).contains(&key);
    let offered = parts.iter().filter(fits).take(OFFERED).cloned().collect();
    (exact, offered)
}

/// What this device knows of the van; nothing where it knows nothing, or the part is out of the store.
#[component]
pub fn VanParts(name: String, count: Option<u16>, from: PartSource, onpick: EventHandler<String>) -> Element {
    let load = use_answer(
        || Request::WorkOf(WorkRequest::Van),
        |answer| match answer {
            Answer::WorkOf(WorkResponse::Van(parts)) => Some(parts),
            _ => None,
        },
    );
    let parts = match &*load.read() {
        Load::Ready(parts) if from == PartSource::Van => parts.clone(),
        _ => Vec::new(),
    };
    let (exact, offered) = found(&parts, &name);
    let left = exact.map(|part| part.pieces.minus(Pieces(i64::from(count.unwrap_or_default()))));
    rsx! {
        if !offered.is_empty() {
            div { class: "field", role: "group", "aria-label": tr("van-parts"),
                span { class: "label", "aria-hidden": "true", {tr("van-parts")} }
                div { class: "row wrap picks",
                    for part in offered {
                        button { key: "{part.id}", r#type: "button", class: "pick", "data-van-part": "{part.name}",
                            onclick: { let name = part.name.clone(); move |_| onpick.call(name.clone()) },
                            "{part.name} · "
                            {pieces(part.pieces)}
                        }
                    }
                }
            }
        }
        if let Some(left) = left {
            if left.needs_count() {
                div { class: "banner warn", role: "status", "data-left": "{left.0}",
                    Icon { name: "triangle-alert" }
                    p { class: "small", {tra("van-below", &[("pieces", pieces(left))])} }
                }
            } else {
                p { class: "muted small", role: "status", "data-left": "{left.0}", {tra("van-left", &[("pieces", pieces(left))])} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PartId;
    use uuid::Uuid;

    #[test]
    fn a_part_is_offered_by_a_piece_of_its_name_until_it_is_named_in_full() {
        let part = |number: u128, name: &str| {
            let id = Uuid::from_u128(number);
            VanPart { id, part: PartId(id), name: name.into(), pieces: Pieces(2) }
        };
        let parts = [part(1, "Baterai litium"), part(2, "Paking 1/2 inci"), part(3, "Paking 3/4 inci")];
        let names = |typed: &str| {
            let (exact, offered) = found(&parts, typed);
            (exact.map(|part| part.name), offered.into_iter().map(|part| part.name).collect::<Vec<_>>())
        };
        assert_eq!(names("PAKING"), (None, vec!["Paking 1/2 inci".to_owned(), "Paking 3/4 inci".to_owned()]));
        assert_eq!(names("paking  1/2 inci"), (Some("Paking 1/2 inci".to_owned()), Vec::new()));
        assert_eq!(names("").1.len(), 3);
        assert_eq!(names("Segel"), (None, Vec::new()));
    }
}
