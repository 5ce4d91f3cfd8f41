//! Customers whom an import may have added a second time, each pair with the way to where both are compared and merged.

use crate::components::{Card, Icon};
use crate::i18n::{tr, tra};
use crate::pages::CustomersView;
use crate::pages::imports::ask::{Held, response};
use crate::pages::imports::words::field_name;
use crate::state::{Load, use_answer_of, use_changes_every};
use dioxus::prelude::*;
use protocol::ui::imports::DOUBLES;
use protocol::ui::{ImportsRequest, ImportsResponse, Request};

/// Milliseconds between two looks at them at least: while an import is sent the cache changes all the time.
const OFTEN_MS: i64 = 3_000;

/// The pairs; nothing where there are none.
#[component]
pub fn Doubles(held: Held) -> Element {
    let changes = use_changes_every(OFTEN_MS);
    let load = use_answer_of(
        move || {
            changes.read();
            Request::Imports(ImportsRequest::Doubles(held.id))
        },
        |answer| match response(answer)? {
            ImportsResponse::Doubles(pairs) => Some(pairs),
            _ => None,
        },
    );
    let load = load.read();
    let Load::Ready(pairs) = &*load else { return rsx! {} };
    if pairs.is_empty() {
        return rsx! {};
    }
    let n = pairs.len().to_string();
    rsx! {
        Card { class: "wide",
            h3 { {tra(if pairs.len() < DOUBLES { "import-doubles" } else { "import-doubles-first" }, &[("n", n)])} }
            p { class: "small muted", {tr("import-doubles-lead")} }
            ul { class: "list", "aria-label": tr("import-doubles-list"),
                for pair in pairs.iter() {
                    li { key: "{pair.one.id}-{pair.other.id}", "data-double": "{pair.row}",
                        div { class: "grow",
                            p { "{pair.one.name} ({pair.one.number})" }
                            p { "{pair.other.name} ({pair.other.number})" }
                            p { class: "small muted", {tra("import-double-by", &[("row", pair.row.to_string()), ("field", field_name(pair.by))])} }
                        }
                        Link { class: "button secondary", to: CustomersView::address_to_merge(pair.one.id, pair.other.id),
                            "aria-label": tra("import-double-merge", &[("one", pair.one.number.clone()), ("other", pair.other.number.clone())]),
                            Icon { name: "users" }
                            {tr("merge-do")}
                        }
                    }
                }
            }
        }
    }
}
