//! What can be reported, each with the question that it answers; and the templates that somebody has put together.

use crate::components::shell::{device_zone, language};
use crate::components::status::chip;
use crate::components::{Card, Empty, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::reports::view::ReportsView;
use crate::pages::reports::words::{kind, picture};
use crate::state::shared;
use dioxus::prelude::*;
use domain::reports::ReportKind;
use protocol::ui::reports::{ReportDesk, TemplateRow};

/// The kinds and the templates.
#[component]
pub fn Chooser(desk: ReportDesk, kept: Signal<ReportsView>) -> Element {
    rsx! {
        section { class: "stack wide", "aria-labelledby": "report-kinds",
            h2 { id: "report-kinds", {tr("report-kinds")} }
            ul { class: "report-kinds",
                for of in ReportKind::OFFICE {
                    li { key: "{of.as_str()}",
                        button { r#type: "button", class: "report-kind", "data-kind": of.as_str(),
                            onclick: move |_| kept.set(ReportsView { kind: Some(of), ..ReportsView::default() }),
                            span { class: "round", Icon { name: picture(of) } }
                            span { class: "stack tight",
                                span { class: "number", {kind(of)} }
                                span { class: "small muted", {tr(&format!("report-answers-{}", of.as_str()))} }
                            }
                        }
                    }
                }
            }
        }
        section { class: "stack wide", "aria-labelledby": "report-templates",
            h2 { id: "report-templates", {tr("report-templates")} }
            if desk.templates.is_empty() {
                Card { Empty { icon: "sticky-note", title: tr("report-templates-none"), next: tr("report-templates-none-next") } }
            } else {
                ul { class: "card flush money-list",
                    for row in desk.templates {
                        Template { key: "{row.template.id}", row, kept }
                    }
                }
            }
        }
    }
}

#[component]
fn Template(row: TemplateRow, kept: Signal<ReportsView>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let template = &row.template;
    let id = template.id;
    let values = [
        ("n", template.version.to_string()),
        ("who", template.by.clone()),
        ("time", format::moment(template.at, now, device_zone(), language)),
    ];
    rsx! {
        li { "data-template": "{id}",
            button { r#type: "button", class: "row report-template", onclick: move |_| kept.set(ReportsView { template: Some(id), ..ReportsView::default() }),
                span { class: "round", Icon { name: picture(template.content.design.kind) } }
                span { class: "grow stack tight",
                    span { class: "number", "{template.content.name}" }
                    span { class: "small muted", {kind(template.content.design.kind)} " · " {tra("report-version", &values)} }
                }
                if row.waiting { {chip("warn", "clock", &tr("report-waiting"), "small")} }
                if template.content.shared { {chip("info", "users", &tr("report-shared"), "small")} }
                Icon { name: "chevron-right" }
            }
        }
    }
}
