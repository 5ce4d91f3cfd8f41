//! Step 3, the rules: what the rows are, what is done with whom there is already, and what with rows that have errors.

use crate::components::{Button, Card, Icon, WhyNot};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Choice;
use crate::pages::imports::ask::Held;
use crate::pages::imports::columns::mapped;
use crate::pages::imports::file::Labelled;
use crate::pages::imports::page::{Heading, Ways};
use crate::pages::imports::steps::{ImportView, Step};
use crate::pages::imports::words::{counted, field_name};
use dioxus::prelude::*;
use domain::ZoneId;
use domain::imports::{Field, Kind};
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{Import, Mapped, Policy};
use std::rc::Rc;

/// What is done with whom there is already: whether new ones are added, whether known ones are changed, and the word for both.
const DEEDS: [(bool, bool, &str); 3] = [(true, true, "both"), (true, false, "create"), (false, true, "update")];

/// The identifier of why nothing can be checked yet.
const WHY: &str = "import-why-no-check";

/// The step.
#[component]
pub fn Rules(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let set = use_callback(move |next: Mapped| {
        held.show_at_once(|import| {
            import.line.kind = Some(next.kind);
            import.policy = next.policy;
            import.zone = next.zone;
        });
        held.act(ImportsRequest::Map(next));
    });
    let shown = import.read();
    let now = mapped(&shown);
    let why = match shown.missing.as_slice() {
        [] => None,
        missing => {
            let names: Vec<_> = missing.iter().map(|field| field_name(*field)).collect();
            Some(tra("import-still-missing", &[("fields", names.join(", "))]))
        }
    };
    let check = move |_| {
        // The step that the import is in by itself is shown: the check.
        view.with_mut(|view| (view.step, view.only) = (None, None));
        held.act(ImportsRequest::Check(held.id));
    };
    let label = match shown.line.counts.rows {
        0 => tr("import-check-all"),
        rows => counted("import-check-rows", rows),
    };
    rsx! {
        Card { class: "wide",
            Heading { step: Step::Rules, lead: tr("import-rules-lead") }
            Kinds { now: now.clone(), set }
            if now.kind == Kind::Customers {
                Known { now: now.clone(), set }
                Zones { zones: shown.zones.iter().map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>(), of_sheet: of_sheet(&shown),
                    now: now.clone(), set }
            }
            Errors { now: now.clone(), set }
            WhyNot { id: WHY, why: why.clone() }
            Ways { view, back: Some(Step::Columns),
                Button { label, kind: "primary", icon: "play", busy: held.is_busy(), disabled: why.is_some(), described: why.is_some().then_some(WHY),
                    onclick: check }
            }
        }
    }
}

#[component]
fn Kinds(now: Mapped, set: Callback<Mapped>) -> Element {
    let choices: Vec<_> = Kind::ALL.iter().map(|kind| (*kind, tr(&format!("import-kind-{}", kind.as_str())))).collect();
    let key = tr(&format!("import-key-{}", now.kind.as_str()));
    rsx! {
        div { class: "stack tight",
            Choice { label: tr("import-kind"), choices, chosen: now.kind, onchoose: move |kind| set.call(Mapped { kind, ..now.clone() }) }
            p { class: "muted small row top", Icon { name: "info", size: "s" } span { "{key}" } }
        }
    }
}

/// What is done with customers that are there already, and with new ones.
#[component]
fn Known(now: Mapped, set: Callback<Mapped>) -> Element {
    let word = DEEDS.iter().find(|(create, update, _)| (*create, *update) == (now.policy.create, now.policy.update));
    let word = word.map_or("both", |(_, _, word)| *word);
    let choices: Vec<_> = DEEDS.iter().map(|(_, _, word)| (*word, tr(&format!("import-deed-{word}")))).collect();
    let about = tr(&format!("import-deed-{word}-about"));
    rsx! {
        div { class: "stack tight",
            Choice { label: tr("import-deed"), choices, chosen: word, onchoose: move |chosen| {
                if let Some((create, update, _)) = DEEDS.iter().find(|(_, _, word)| *word == chosen) {
                    set.call(Mapped { policy: Policy { create: *create, update: *update, ..now.policy }, ..now.clone() });
                }
            } }
            p { class: "muted small", "{about}" }
        }
    }
}

/// What is done where some rows have errors.
#[component]
fn Errors(now: Mapped, set: Callback<Mapped>) -> Element {
    let choices = vec![(true, tr("import-partial")), (false, tr("import-whole"))];
    let about = tr(if now.policy.partial { "import-partial-about" } else { "import-whole-about" });
    rsx! {
        div { class: "stack tight",
            Choice { label: tr("import-errors"), choices, chosen: now.policy.partial,
                onchoose: move |partial| set.call(Mapped { policy: Policy { partial, ..now.policy }, ..now.clone() }) }
            p { class: "muted small", "{about}" }
        }
    }
}

/// The name of the sheet, where that is the chosen zone's and no column has zones.
fn of_sheet(import: &Import) -> Option<String> {
    let sheet = import.sheets.get(import.sheet as usize).map(|sheet| sheet.name.trim())?;
    let is_its = |(id, name): &(ZoneId, String)| Some(*id) == import.zone && name.trim().eq_ignore_ascii_case(sheet);
    let has_column = import.columns.iter().any(|column| column.field == Some(Field::Zone));
    (!has_column && import.zones.iter().any(is_its)).then(|| sheet.to_owned())
}

/// The zone of connections whose row names none.
#[component]
fn Zones(zones: Vec<(String, String)>, of_sheet: Option<String>, now: Mapped, set: Callback<Mapped>) -> Element {
    let chosen = now.zone.map(|zone| zone.to_string()).unwrap_or_default();
    let choices: Vec<_> = std::iter::once((String::new(), tr("import-zone-none"))).chain(zones).collect();
    rsx! {
        div { class: "stack tight",
            Labelled { label: tr("import-zone"), choices, chosen, onchoose: move |id: String| set.call(Mapped { zone: id.parse().ok(), ..now.clone() }) }
            if let Some(sheet) = of_sheet {
                p { class: "small row top", "data-of-sheet": "true", Icon { name: "info", size: "s" } span { {tra("import-zone-of-sheet", &[("sheet", sheet)])} } }
            }
            p { class: "muted small", {tr("import-zone-about")} }
        }
    }
}
