//! Pemeliharaan → Perlu ditinjau: work of which something should be checked, because it was done by somebody else, after it was over, or at a time that
//! nobody can be sure of. What was done is never refused; here it is looked at.

use crate::components::{Card, Empty, Failed, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::maintenance::line::Line;
use crate::pages::maintenance::parts::{Head, Part};
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use protocol::ui::{Answer, Request, WorkRequest, WorkResponse};

/// The page.
#[component]
pub fn WorkReview() -> Element {
    let load = use_answer(
        || Request::WorkOf(WorkRequest::ToReview),
        |answer| match answer {
            Answer::WorkOf(WorkResponse::ToReview(rows)) => Some(rows),
            _ => None,
        },
    );
    rsx! {
        div { class: "page office maintenance",
            Head { here: Part::Review, title: tr("maintenance-review") }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96, 96] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(rows) if rows.is_empty() => rsx! {
                    Card { Empty { icon: "check", title: tr("work-review-none"), next: tr("work-review-none-next") } }
                },
                Load::Ready(rows) => rsx! {
                    Card { class: "wide work",
                        p { class: "muted small", role: "status", "data-to-review": "{rows.len()}", {tra("work-review-lead", &[("n", rows.len().to_string())])} }
                        ul { class: "list", "aria-label": tr("maintenance-review"),
                            for row in rows.iter() {
                                Line { key: "{row.order.id}", row: row.clone(), with_meter: true }
                            }
                        }
                    }
                },
            }
        }
    }
}
