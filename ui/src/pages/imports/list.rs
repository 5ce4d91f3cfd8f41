//! The list: a file is chosen or dropped, templates are downloaded, and earlier imports are opened.

use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::{Card, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::tr;
use crate::pages::imports::ask::response;
use crate::pages::imports::choose::Choose;
use crate::pages::imports::templates::Templates;
use crate::pages::imports::words::{counts, stage};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::ui::imports::ImportLine;
use protocol::ui::{ImportsRequest, ImportsResponse, Phase, Request};

/// Impor.
#[component]
pub fn Imports() -> Element {
    let shared = shared();
    let load = use_answer(
        move || {
            shared.imports.read();
            Request::Imports(ImportsRequest::List)
        },
        |answer| match response(answer)? {
            ImportsResponse::List(lines) => Some(lines),
            _ => None,
        },
    );
    rsx! {
        div { class: "page imports",
            header { class: "page-head row edge",
                Link { class: "button quiet icon-only", to: Route::Customers {}, "aria-label": tr("import-to-customers"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tr("imports-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Offline {}
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![220, 280] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(lines) => rsx! {
                    div { class: if lines.is_empty() { "import-list first" } else { "import-list" },
                        div { class: "stack wide",
                            Choose { is_first: lines.is_empty() }
                            Templates {}
                        }
                        if !lines.is_empty() {
                            Lines { lines: lines.clone() }
                        }
                    }
                },
            }
        }
    }
}

/// That it works without a network, while there is none.
#[component]
pub fn Offline() -> Element {
    let shared = shared();
    let is_offline = use_memo(move || shared.sync.read().phase == Phase::Offline);
    rsx! {
        if is_offline() {
            p { class: "muted small row", role: "status", Icon { name: "cloud-off", size: "s" } span { {tr("imports-offline")} } }
        }
    }
}

/// The imports of this device.
#[component]
fn Lines(lines: Vec<ImportLine>) -> Element {
    rsx! {
        section { class: "card flush", "aria-labelledby": "imports-earlier",
            div { class: "bar", h2 { id: "imports-earlier", {tr("imports-earlier")} } }
            ul { class: "list import-lines",
                for line in lines {
                    li { key: "{line.id}", Line { line } }
                }
            }
        }
    }
}

#[component]
fn Line(line: ImportLine) -> Element {
    let at = format::moment(line.at, *shared().now.peek(), device_zone(), language());
    let kind = line.kind.map(|kind| tr(&format!("import-kind-{}", kind.as_str())));
    let about = kind.into_iter().chain([at]).collect::<Vec<_>>().join(" · ");
    rsx! {
        Link { class: "import-line", "data-import": "{line.id}", to: Route::ImportPage { id: line.id },
            span { class: "round", Icon { name: "file-spreadsheet" } }
            span { class: "grow stack tight",
                span { class: "number ellipsis", "{line.name}" }
                span { class: "muted tiny", "{about}" }
                if line.counts.rows > 0 {
                    span { class: "muted tiny", {counts(line.counts)} }
                }
            }
            {stage(line.stage, line.counts.error > 0, false)}
            Icon { name: "chevron-right", size: "s" }
        }
    }
}
