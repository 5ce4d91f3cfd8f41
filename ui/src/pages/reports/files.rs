//! The files of a report: paper, workbook, and a CSV for each table; made of what was filled, and put where downloads go.

use crate::bridge;
use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::{Dialog, Icon, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::exports::{deliver, refusal};
use crate::pages::reports::looking::ask;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::ui::exports::ExportFormat;
use protocol::ui::reports::{FileAsked, Filled, MOST_ON_PAPER};
use protocol::ui::{ReportsRequest, ReportsResponse};
use uuid::Uuid;

/// The kinds of files of the report that was filled, or opened, under an identifier.
#[component]
pub fn Files(id: Uuid, filled: Filled, onclose: EventHandler<()>) -> Element {
    let (shared, language) = (shared(), language());
    let sending = use_sending();
    let mut refused = use_signal(|| None::<String>);
    let save = move |(format, table): (ExportFormat, u32)| {
        sending.once(async move {
            refused.set(None);
            let file = bridge::new_id();
            let said = match ask(ReportsRequest::Make(FileAsked { id, file, format, table })).await {
                Ok(ReportsResponse::Made(made)) => deliver(file, &made, shared, language).await,
                Ok(_) => Err(tr("export-not-made")),
                Err(problem) => Err(refusal(&problem)),
            };
            match said {
                Ok(text) => {
                    shared.toast(text);
                    onclose.call(());
                }
                Err(why) => refused.set(Some(why)),
            }
        });
    };
    let csv = filled.tables.iter().enumerate().map(|(place, title)| {
        let label = if filled.tables.len() == 1 { tr("export-csv") } else { format!("CSV: {title}") };
        (ExportFormat::Csv, place as u32, label, tr("export-csv-about"), false)
    });
    let about_paper = match filled.fits_paper {
        true => tr("report-pdf-about"),
        false => tra("report-pdf-most", &[("most", crate::format::whole(i64::from(MOST_ON_PAPER), language))]),
    };
    let files = [
        (ExportFormat::Pdf, 0, tr("export-pdf"), about_paper, !filled.fits_paper),
        (ExportFormat::Xlsx, 0, tr("export-xlsx"), tr("report-xlsx-about"), false),
    ];
    let files: Vec<_> = files.into_iter().chain(csv).collect();
    rsx! {
        Dialog { title: tr("report-save"), sheet: true, keeps: true, of: "report-files", onclose: move |()| onclose.call(()),
            div { class: "stack wide export",
                p { class: "muted small", {tr("export-lead-personal")} }
                if let Some(why) = refused() {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } p { class: "small", "{why}" } }
                }
                if sending.is_busy() {
                    p { class: "number", role: "status", {tr("export-doing")} }
                }
                div { class: "stack", role: "group", "aria-label": tr("report-save"),
                    for (place , (format , table , label , about , is_off)) in files.into_iter().enumerate() {
                        button { key: "{place}", r#type: "button", class: "method", "data-format": format.as_str(), "data-table": "{table}",
                            disabled: is_off || sending.is_busy(), onclick: move |_| save((format, table)),
                            {icon(picture(format), "")}
                            span { class: "grow stack tight",
                                span { "{label}" }
                                span { class: "tiny", "{about}" }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn picture(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Xlsx => "file-spreadsheet",
        ExportFormat::Csv => "table",
        ExportFormat::Pdf => "scroll-text",
    }
}
