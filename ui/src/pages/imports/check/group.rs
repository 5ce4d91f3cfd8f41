//! One group of findings: what is wrong, how often, one example, and what mends it.

use crate::components::shell::language;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::check::Filter;
use crate::pages::imports::check::groups::LevelMark;
use crate::pages::imports::check::mending::Repairs;
use crate::pages::imports::steps::ImportView;
use crate::pages::imports::words::{field_name, finding, reason};
use dioxus::prelude::*;
use domain::imports::{Level, RepairKey};
use protocol::ui::imports::{Group, Mending};

/// What a group is called: `Golongan tarif “r 4”: kata ini tidak dikenal`.
pub fn title_of(group: &Group) -> String {
    let what = reason(&group.first);
    let name = match (group.key.field, group.column.trim()) {
        (Some(field), _) => field_name(field),
        (None, "") => return what,
        (None, column) => column.to_owned(),
    };
    let name = match group.key.value.as_deref().filter(|value| !value.is_empty()) {
        Some(value) => tra("import-name-value", &[("name", name), ("value", value.to_owned())]),
        None => name,
    };
    tra("import-name-what", &[("name", name), ("what", what)])
}

/// A group; its repairs are shown when it is opened.
#[component]
pub fn GroupLine(
    group: Group,
    opened: Signal<Option<RepairKey>>,
    filter: Filter,
    view: Signal<ImportView>,
    mend: Callback<(Group, Mending)>,
) -> Element {
    let key = group.key.clone();
    let is_open = opened.read().as_ref() == Some(&key);
    let is_error = group.level == Level::Error;
    let count = format::whole(i64::from(group.count), language());
    rsx! {
        button { class: "import-group", r#type: "button", "aria-expanded": if is_open { "true" } else { "false" },
            onclick: {
                let key = key.clone();
                move |_| opened.set((!is_open).then(|| key.clone()))
            },
            LevelMark { is_error }
            span { class: "grow small", {title_of(&group)} }
            span { class: if is_error { "chip small danger" } else { "chip small warn" }, "{count}" }
            Icon { name: "chevron-down", size: "s" }
        }
        if is_open {
            Details { group, filter, view, mend }
        }
    }
}

#[component]
fn Details(group: Group, filter: Filter, view: Signal<ImportView>, mend: Callback<(Group, Mending)>) -> Element {
    let column = Some(group.column.clone()).filter(|column| !column.trim().is_empty());
    let example = finding(&group.first, column);
    let is_shown = filter.group.read().as_ref() == Some(&group.key);
    let (of_repair, of_rows) = (group.clone(), group.key.clone());
    let (label, icon) = if is_shown { (tr("import-show-all"), "x") } else { (tr("import-show-rows"), "eye") };
    rsx! {
        div { class: "import-repair stack wide",
            p { class: "small muted", "{example}" }
            if !group.first.value.is_empty() {
                p { class: "small", {tr("import-cell-says")} " " span { class: "sample", "{group.first.value}" } }
            }
            Repairs { group, view, onmend: move |by| mend.call((of_repair.clone(), by)) }
            Button { label, kind: "quiet", icon, onclick: move |_| filter.toggle(of_rows.clone()) }
        }
    }
}
