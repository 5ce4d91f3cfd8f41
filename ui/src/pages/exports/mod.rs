//! Ekspor: the button of a list, and the dialog in which a kind of file is chosen, made and saved. All of it is done on the device, with or
//! without a network.

mod labels;
mod making;

pub use labels::Labels;

use crate::bridge;
use crate::components::icon::icon;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Dialog, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::exports::making::{Making, use_making};
pub use crate::pages::exports::making::{data_as_of, deliver, refusal};
use crate::pages::imports::job::Bar;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::permission::allows;
use protocol::ui::Phase;
use protocol::ui::exports::{Export, ExportFormat, ExportedList, MOST_ON_PAPER};

/// The button, for whoever may export the list. `matching` rows are in it.
#[component]
pub fn ExportButton(list: ExportedList, matching: u32) -> Element {
    let mut is_open = use_signal(|| false);
    let with_nik = use_signal(|| false);
    let may = shared().role().is_some_and(|role| allows(role, list.permission()));
    rsx! {
        if may {
            Button { label: tr("export"), kind: "quiet", icon: "download", onclick: move |_| is_open.set(true) }
        }
        if may && is_open() {
            Dialog { title: tr("export-title"), sheet: true, keeps: true, of: "export", onclose: move |()| is_open.set(false),
                Choice { list, matching, with_nik, onclose: move |()| is_open.set(false) }
            }
        }
    }
}

#[component]
fn Choice(list: ExportedList, matching: u32, with_nik: Signal<bool>, onclose: EventHandler<()>) -> Element {
    let mut with_nik = with_nik;
    let (shared, language) = (shared(), language());
    let making = use_making(onclose);
    let rows = format::whole(i64::from(matching), language);
    let sync = *shared.sync.read();
    let as_of = match sync.phase {
        Phase::Live => tr("export-as-of-now"),
        _ => data_as_of(sync.fresh_at, shared, language),
    };
    let is_of_customers = matches!(list, ExportedList::Customers(_));
    rsx! {
        div { class: "stack wide export",
            div { class: "stack tight",
                p { {tra("export-lead", &[("n", rows)])} " {as_of}" }
                p { class: "muted small", {tr("export-lead-personal")} }
            }
            if let Some(why) = making.refused() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } p { class: "small", "{why}" } }
            }
            if making.is_busy() {
                Running { making, matching }
            } else {
                if is_of_customers {
                    label { class: "tick row",
                        input { id: "export-nik", r#type: "checkbox", checked: with_nik(), onchange: move |event| with_nik.set(event.checked()) }
                        {tr("export-nik")}
                    }
                }
                div { class: "stack", role: "group", "aria-label": tr("export-title"),
                    for format in ExportFormat::ALL {
                        Format { key: "{format.as_str()}", format, matching,
                            onchoose: {
                                let list = list.clone();
                                move |format: ExportFormat| {
                                    let (id, time_zone) = (bridge::new_id(), device_zone());
                                    making.start(Export { id, list: list.clone(), format, time_zone, with_nik: with_nik() });
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A kind of file, with what it is good for, or why this list has no room in it.
#[component]
fn Format(format: ExportFormat, matching: u32, onchoose: EventHandler<ExportFormat>) -> Element {
    let language = language();
    let is_too_long = format == ExportFormat::Pdf && matching > MOST_ON_PAPER;
    let picture = match format {
        ExportFormat::Xlsx => "file-spreadsheet",
        ExportFormat::Csv => "table",
        ExportFormat::Pdf => "scroll-text",
    };
    let word = format.as_str();
    let about = match is_too_long {
        true => tra("export-pdf-most", &[("most", format::whole(i64::from(MOST_ON_PAPER), language))]),
        false => tr(&format!("export-{word}-about")),
    };
    rsx! {
        button { r#type: "button", class: "method", "data-format": word, disabled: is_too_long,
            onclick: move |_| onchoose.call(format),
            {icon(picture, "")}
            span { class: "grow stack tight",
                span { {tr(&format!("export-{word}"))} }
                span { class: "tiny", "{about}" }
            }
        }
    }
}

/// A file that is being made: how far it is, and how to stop it.
#[component]
fn Running(making: Making, matching: u32) -> Element {
    let language = language();
    let job = making.job();
    let title = tr(if making.is_saving() { "export-saving" } else { "export-doing" });
    let (done, per_mille) = job.map_or((0, 0), |job| (job.rows, job.done));
    let counts = [("done", done), ("total", matching)].map(|(name, count)| (name, format::whole(i64::from(count), language)));
    rsx! {
        div { class: "stack", "data-making": "true",
            div { class: "row between wrap",
                p { class: "number", role: "status", "{title}" }
                Button { label: tr("export-stop"), kind: "quiet", icon: "pause", disabled: making.is_saving(), onclick: move |_| making.stop() }
            }
            Bar { label: title.clone(), per_mille }
            p { class: "muted small", {tra("export-progress", &counts)} }
        }
    }
}
