//! A file is chosen, or dropped where there is a mouse, and shown on its way to the client.

use crate::bridge::files::per_mille;
use crate::bridge::{self, Watching};
use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::bring::{BRINGING, Bringing, Stopped, begin, cancel};
use crate::pages::imports::job::Bar;
use crate::pages::imports::words::refusal;
use crate::state::shared;
use dioxus::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use uuid::Uuid;

const INPUT: &str = "import-file";
const ZONE: &str = "import-drop";

/// What the system offers to choose; what a file is, its content says.
const ACCEPTED: &str = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods";

/// Where a file is chosen or dropped. `is_first`: there are no imports yet.
#[component]
pub fn Choose(is_first: bool) -> Element {
    let shared = shared();
    let mut is_over = use_signal(|| false);
    let mut dropped = use_signal(|| 0_u32);
    let watch = use_hook(|| Rc::new(RefCell::new(None::<Watching>)));
    use_effect(move || {
        if dropped() > 0 {
            begin(INPUT, shared);
        }
    });
    let mounted = move |_| {
        let watching = bridge::watch_drop(ZONE, move |what| {
            is_over.set(what == "over");
            if what == "dropped" {
                dropped += 1;
            }
        });
        *watch.borrow_mut() = Some(watching);
    };
    let (title, next) = if is_first { ("imports-empty", "imports-empty-next") } else { ("imports-new", "imports-new-next") };
    rsx! {
        section { id: ZONE, class: if is_over() { "card import-drop over" } else { "card import-drop" }, "aria-labelledby": "import-choose",
            onmounted: mounted,
            span { class: "round", Icon { name: "file-spreadsheet", size: "l" } }
            h2 { id: "import-choose", {tr(title)} }
            p { class: "muted small", {tr(next)} }
            input { id: INPUT, class: "visually-hidden", r#type: "file", accept: ACCEPTED, tabindex: "-1", "aria-label": tr("imports-choose"),
                onchange: move |_| begin(INPUT, shared) }
            Button { label: tr("imports-choose"), kind: "primary", icon: "upload", onclick: move |_| bridge::choose_photo(INPUT) }
            p { class: "muted tiny only-wide", if is_over() { {tr("imports-let-go")} } else { {tr("imports-drop")} } }
        }
        for (id , bringing) in BRINGING.read().clone() {
            OnItsWay { key: "{id}", id, bringing }
        }
    }
}

/// A file on its way: how far it is, and how to cancel it; or why it went no further.
#[component]
pub fn OnItsWay(id: Uuid, bringing: Bringing) -> Element {
    let language = language();
    let values = [
        ("done", format::bytes(bringing.done, language)),
        ("size", format::bytes(bringing.size, language)),
        ("file", bringing.name.clone()),
    ];
    if let Some(why) = &bringing.stopped {
        let what = match why {
            Stopped::Unreadable => tra("import-bring-unreadable", &values),
            Stopped::Refused(problem) => refusal(problem),
        };
        return rsx! {
            div { class: "banner danger", role: "alert",
                Icon { name: "circle-alert" }
                div { class: "grow small", p { class: "number", "{bringing.name}" } p { "{what}" } }
                Button { label: tr("close"), kind: "quiet", onclick: move |_| cancel(id) }
            }
        };
    }
    rsx! {
        section { class: "card stack", "data-bringing": "{id}",
            div { class: "row between",
                p { class: "number grow ellipsis", "{bringing.name}" }
                Button { label: tr("cancel"), kind: "quiet", icon: "x", onclick: move |_| cancel(id) }
            }
            Bar { label: tra("import-bringing", &values), per_mille: per_mille(bringing.done, bringing.size) }
            p { class: "muted tiny", {tra("import-bring-part", &values)} }
        }
    }
}
