//! Step 1, the file: what it is, how it is read, which sheet, and what is to be known of it.

use crate::components::{Button, Card, Empty, Icon, Select};
use crate::i18n::tr;
use crate::pages::admin::parts::Confirm;
use crate::pages::imports::ask::Held;
use crate::pages::imports::bring::BRINGING;
use crate::pages::imports::choose::OnItsWay;
use crate::pages::imports::job::Running;
use crate::pages::imports::page::{Heading, Ways, is_checked};
use crate::pages::imports::sheets::Sheets;
use crate::pages::imports::steps::{ImportView, Step, go};
use crate::pages::imports::words::{counted, counts, failure, note};
use crate::route::Route;
use dioxus::prelude::*;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{FileFormat, Import, Reading, Stage};
use std::rc::Rc;

/// Encodings that are offered besides the detected one.
const ENCODINGS: [&str; 4] = ["UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"];

/// What can separate fields, with the word of each.
const DELIMITERS: [(char, &str); 4] = [(';', "semicolon"), (',', "comma"), ('\t', "tab"), ('|', "bar")];

/// Rows among which the names of the columns are looked for by hand.
const HEADER_ROWS: u32 = 30;

/// The same way of reading, to be changed in one thing.
pub fn reading(import: &Import) -> Reading {
    Reading {
        id: import.line.id,
        sheet: import.sheet,
        encoding: import.format.as_ref().and_then(|format| format.encoding.clone()),
        delimiter: import.format.as_ref().and_then(|format| format.delimiter),
        header_row: Some(import.header_row),
    }
}

/// The step.
#[component]
pub fn File(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let mut asked = use_signal(|| None::<Reading>);
    let read = use_callback(move |reading: Reading| {
        // The step stays open when the sheet was read.
        view.with_mut(|view| view.step = Some(Step::File));
        held.act(ImportsRequest::Read(reading));
    });
    let choose = use_callback(move |reading: Reading| match is_checked(import.peek().line.stage) {
        true => asked.set(Some(reading)),
        false => read.call(reading),
    });
    let shown = import.read();
    rsx! {
        match shown.line.stage {
            Stage::Bringing => rsx! { Bringing { import } },
            Stage::Reading => rsx! {
                Card { class: "wide",
                    Heading { step: Step::File }
                    Running { held, job: shown.job, doing: "reading", again: Some(ImportsRequest::Read(reading(&shown))) }
                }
            },
            Stage::Failed => rsx! { FailedFile { import, choose } },
            _ => rsx! {
                Card { class: "wide",
                    Heading { step: Step::File, lead: tr("import-file-lead") }
                    Format { import, choose }
                    Sheets { import, choose }
                    Notes { import }
                    Ways { view, back: None,
                        Button { label: tr("import-next-columns"), kind: "primary", onclick: move |_| go(view, Step::Columns) }
                    }
                }
            },
        }
        if let Some(next) = asked() {
            Confirm { title: tr("import-read-again-title"), rows: vec![(tr("import-holding"), counts(shown.line.counts))], note: tr("import-read-again-note"), label: tr("import-read-again"),
                icon: "refresh-cw", busy: false,
                onyes: move |()| { asked.set(None); read.call(next.clone()); },
                onback: move |()| asked.set(None) }
        }
    }
}

/// The file on its way; or that its way was interrupted, as when the app was closed.
#[component]
fn Bringing(import: ReadSignal<Rc<Import>>) -> Element {
    let id = import.read().line.id;
    let bringing = BRINGING.read().get(&id).cloned();
    rsx! {
        match bringing {
            Some(bringing) => rsx! { OnItsWay { id, bringing } },
            None => rsx! {
                Card {
                    Empty { icon: "upload", title: tr("import-interrupted"), next: tr("import-failure-interrupted"),
                        Link { class: "button primary", to: Route::Imports {}, Icon { name: "upload" } {tr("imports-choose")} }
                    }
                }
            },
        }
    }
}

/// Why the file was not opened or the sheet not read; another sheet, or another way of reading, may help.
#[component]
fn FailedFile(import: ReadSignal<Rc<Import>>, choose: Callback<Reading>) -> Element {
    let shown = import.read();
    let (why, code) = match &shown.failure {
        Some(why) => (failure(why), why.code.clone()),
        None => (tr("import-failure-unsaid"), String::new()),
    };
    rsx! {
        Card { class: "wide",
            Heading { step: Step::File }
            Empty { icon: "triangle-alert", title: tr("import-unreadable"), next: why, danger: true,
                if !code.is_empty() {
                    p { class: "muted tiny", {tr("import-code")} " " code { "{code}" } }
                }
                Link { class: "button primary", to: Route::Imports {}, Icon { name: "upload" } {tr("import-another")} }
            }
            if shown.format.is_some() {
                Format { import, choose }
                Sheets { import, choose }
            }
        }
    }
}

/// What the file is, and how it is read.
#[component]
fn Format(import: ReadSignal<Rc<Import>>, choose: Callback<Reading>) -> Element {
    let shown = import.read();
    let Some(FileFormat { name, encoding, delimiter }) = shown.format.clone() else { return rsx! {} };
    let now = reading(&shown);
    let encodings = encoding.iter().map(String::as_str).filter(|own| !ENCODINGS.iter().any(|of| of.eq_ignore_ascii_case(own)));
    let encodings: Vec<_> = encodings.chain(ENCODINGS).map(|name| (name.to_owned(), name.to_owned())).collect();
    let chosen =
        encodings.iter().map(|(name, _)| name).find(|name| encoding.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
    let chosen = chosen.cloned().unwrap_or_default();
    let delimiters: Vec<_> =
        DELIMITERS.iter().map(|(of, word)| (of.to_string(), tr(&format!("import-delimiter-{word}")))).collect();
    let headers: Vec<_> = (0..=shown.header_row.max(HEADER_ROWS))
        .map(|row| (row.to_string(), if row == 0 { tr("import-header-none") } else { counted("import-header-row", row) }))
        .collect();
    let (of_encoding, of_delimiter, of_header) = (now.clone(), now.clone(), now);
    rsx! {
        div { class: "form-grid import-format",
            div { class: "field",
                span { class: "label", {tr("import-format")} }
                p { class: "import-fixed", Icon { name: "file-spreadsheet" } {tr(&format!("import-format-{name}"))} }
            }
            if encoding.is_some() {
                Labelled { label: tr("import-encoding"), choices: encodings, chosen,
                    onchoose: move |name| choose.call(Reading { encoding: Some(name), ..of_encoding.clone() }) }
            }
            if let Some(delimiter) = delimiter {
                Labelled { label: tr("import-delimiter"), choices: delimiters, chosen: delimiter.to_string(),
                    onchoose: move |of: String| choose.call(Reading { delimiter: of.chars().next(), ..of_delimiter.clone() }) }
            }
            Labelled { label: tr("import-header"), choices: headers, chosen: shown.header_row.to_string(),
                onchoose: move |row: String| choose.call(Reading { header_row: row.parse().ok(), ..of_header.clone() }) }
        }
    }
}

/// A choice with its name above it.
#[component]
pub fn Labelled(label: String, choices: Vec<(String, String)>, chosen: String, onchoose: EventHandler<String>) -> Element {
    rsx! {
        div { class: "field",
            span { class: "label", "aria-hidden": "true", "{label}" }
            Select { label, choices, chosen, onchoose }
        }
    }
}

/// What is to be known of the sheet.
#[component]
fn Notes(import: ReadSignal<Rc<Import>>) -> Element {
    let notes = import.read().notes.clone();
    if notes.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "stack", role: "note",
            h3 { {tr("import-notes")} }
            ul { class: "import-notes",
                for one in notes {
                    li { key: "{one.code}", class: "row top small", Icon { name: "info", size: "s" } span { {note(&one)} } }
                }
            }
        }
    }
}
