//! Files to fill in: of each kind of record as a workbook and as CSV, in the language of the screen.

use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::i18n::tr;
use crate::pages::imports::download::use_download;
use dioxus::prelude::*;
use domain::imports::Kind;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::Template;

/// The templates.
#[component]
pub fn Templates() -> Element {
    let download = use_download();
    let language = language();
    let save = move |kind, is_workbook| {
        download.save(ImportsRequest::Template(Template { kind, language, is_workbook }));
    };
    rsx! {
        Card {
            h2 { {tr("import-templates")} }
            p { class: "muted small", {tr("import-templates-lead")} }
            ul { class: "import-templates",
                for kind in Kind::ALL.iter().copied() {
                    li { key: "{kind.as_str()}",
                        span { class: "grow",
                            span { class: "number", {tr(&format!("import-kind-{}", kind.as_str()))} }
                            span { class: "muted tiny", {tr(&format!("import-kind-{}-about", kind.as_str()))} }
                        }
                        div { class: "row", role: "group", "aria-label": tr(&format!("import-kind-{}", kind.as_str())),
                            Button { label: "Excel", icon: "download", disabled: download.is_busy(), onclick: move |_| save(kind, true) }
                            Button { label: "CSV", icon: "download", disabled: download.is_busy(), onclick: move |_| save(kind, false) }
                        }
                    }
                }
            }
        }
    }
}
