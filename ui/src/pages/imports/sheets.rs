//! The sheets of a workbook: the one that is read, those that are hidden, and those that cannot be read, with the reason.

use crate::components::Icon;
use crate::components::icon::icon;
use crate::components::status::chip;
use crate::i18n::tr;
use crate::pages::imports::file::reading;
use crate::pages::imports::words::failure;
use dioxus::prelude::*;
use protocol::ui::imports::{Import, Reading};
use std::rc::Rc;

/// The sheets, where there is a choice or something to say of them.
#[component]
pub fn Sheets(import: ReadSignal<Rc<Import>>, choose: Callback<Reading>) -> Element {
    let shown = import.read();
    if shown.sheets.len() < 2 && shown.sheets.iter().all(|sheet| !sheet.is_hidden && sheet.failure.is_none()) {
        return rsx! {};
    }
    let (now, chosen) = (reading(&shown), shown.sheet);
    // Another sheet has its names in another row.
    let read = use_callback(move |sheet: u32| choose.call(Reading { sheet, header_row: None, ..now.clone() }));
    rsx! {
        div { class: "stack",
            h3 { id: "import-sheets", {tr("import-sheets")} }
            div { class: "import-sheets", role: "radiogroup", "aria-labelledby": "import-sheets",
                for (place , sheet) in (0_u32..).zip(shown.sheets.iter().cloned()) {
                    button { key: "{place}", r#type: "button", role: "radio", class: "method", disabled: sheet.failure.is_some(),
                        "aria-checked": if place == chosen { "true" } else { "false" },
                        onclick: move |_| if place != chosen { read.call(place) },
                        {icon(if sheet.failure.is_some() { "circle-slash" } else { "table" }, "")}
                        span { class: "grow stack tight",
                            span { "{sheet.name}" }
                            if let Some(why) = &sheet.failure {
                                span { class: "tiny", {failure(why)} }
                            }
                        }
                        if sheet.is_hidden {
                            {chip("", "eye-off", &tr("import-sheet-hidden"), "small")}
                        }
                        if place == chosen {
                            Icon { name: "check", size: "s" }
                        }
                    }
                }
            }
        }
    }
}
