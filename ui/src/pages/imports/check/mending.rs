//! What mends a group of findings in one step: a text, one of the words that the field takes, a rule for the column, what is proposed, nothing at
//! all, or leaving the rows out.

use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::pages::imports::file::Labelled;
use crate::pages::imports::steps::{ImportView, Step, go};
use crate::pages::imports::words::choice;
use dioxus::prelude::*;
use domain::imports::finding::Action;
use domain::imports::{Field, Level, Reason, Unit};
use protocol::ui::imports::{Group, Mending};

/// What a column's decimals can be marked by, and what can be first in its dates, where the client names no choices.
const MARKS: [&str; 2] = [",", "."];
const ORDERS: [&str; 3] = ["day_first", "month_first", "year_first"];

/// The repairs of a group.
#[component]
pub fn Repairs(group: Group, view: Signal<ImportView>, onmend: EventHandler<Mending>) -> Element {
    let action = group.key.action;
    let about = tr(&format!("import-action-{}", action.as_str()));
    let proposed = group.first.repair.proposed.clone().filter(|_| action != Action::Accept);
    let choices = match action {
        Action::ChooseMark if group.choices.is_empty() => MARKS.map(str::to_owned).to_vec(),
        Action::ChooseDateOrder if group.choices.is_empty() => ORDERS.map(str::to_owned).to_vec(),
        Action::ChooseUnit => units(group.key.field),
        _ => group.choices.clone(),
    };
    // Of findings that are in each cell another one, no single text mends all; one that all have does.
    let takes_text = matches!(action, Action::EditCell | Action::ChooseWord | Action::FormatAsText) && choices.is_empty();
    let can_be_empty = takes_text && group.key.reason != Reason::Required && group.key.field.is_some();
    let can_be_left_out = group.level == Level::Error && action != Action::MapColumn;
    rsx! {
        p { class: "small row top", Icon { name: "info", size: "s" } span { "{about}" } }
        if let Some(value) = proposed {
            Button { label: proposal(&group, value), kind: "primary", icon: "check", onclick: move |_| onmend.call(Mending::Proposed) }
        }
        if !choices.is_empty() {
            Words { choices: choices.into_iter().map(|word| (word.clone(), choice(group.key.field, action, &word))).collect::<Vec<_>>(), onmend }
        }
        if takes_text {
            Text { id: "import-mend-{group.first.row}-{group.first.column.unwrap_or_default()}-{group.key.reason.as_str()}", onmend }
        }
        div { class: "row wrap",
            if action == Action::MapColumn {
                Button { label: tr("import-to-columns"), icon: "table", onclick: move |_| go(view, Step::Columns) }
            }
            if can_be_empty {
                Button { label: tr("import-empty"), icon: "x", onclick: move |_| onmend.call(Mending::Empty) }
            }
            if can_be_left_out {
                Button { label: tr("import-leave-out"), kind: "danger", icon: "minus", onclick: move |_| onmend.call(Mending::LeaveOut) }
            }
        }
    }
}

/// The units of what a field counts.
fn units(field: Option<Field>) -> Vec<String> {
    let is_volume = field != Some(Field::Balance);
    Unit::ALL.iter().filter(|unit| unit.is_volume() == is_volume).map(|unit| unit.as_str().to_owned()).collect()
}

/// What is proposed, in words: a value, hours to add, or digits to fill up to. Values differ from cell to cell unless the group has one.
fn proposal(group: &Group, value: String) -> String {
    match group.key.action {
        Action::ShiftHours => tra("import-shift", &[("n", value)]),
        Action::PadZeros => tra("import-pad", &[("n", value)]),
        _ if group.key.value.is_some() || group.count == 1 => tra("import-use-proposed", &[("value", value)]),
        _ => tr("import-use-each-proposed"),
    }
}

/// One of the words, for all cells of the group.
#[component]
fn Words(choices: Vec<(String, String)>, onmend: EventHandler<Mending>) -> Element {
    let mut chosen = use_signal(String::new);
    let choices: Vec<_> = std::iter::once((String::new(), tr("import-choose-word"))).chain(choices).collect();
    rsx! {
        div { class: "row wrap import-word",
            Labelled { label: tr("import-becomes"), choices, chosen: chosen(), onchoose: move |word| chosen.set(word) }
            Button { label: tr("import-mend"), kind: "primary", icon: "check", disabled: chosen.read().is_empty(),
                onclick: move |_| onmend.call(Mending::Text(chosen.peek().clone())) }
        }
    }
}

/// One text, for all cells of the group.
#[component]
fn Text(id: String, onmend: EventHandler<Mending>) -> Element {
    let mut typed = use_signal(String::new);
    let save = move |event: FormEvent| {
        event.prevent_default();
        let text = typed.peek().trim().to_owned();
        if !text.is_empty() {
            onmend.call(Mending::Text(text));
            // What was typed is used: leaving the page discards nothing.
            typed.set(String::new());
        }
    };
    rsx! {
        form { class: "row wrap import-word", novalidate: true, onsubmit: save,
            Entry { id, label: tr("import-mend-text"), value: typed(), oninput: move |text| typed.set(text) }
            Button { label: tr("import-mend"), r#type: "submit", icon: "check", disabled: typed.read().trim().is_empty() }
        }
    }
}
