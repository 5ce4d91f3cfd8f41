//! Step 5, saving: what will happen, said before it is done; then how far it is.

use crate::components::shell::language;
use crate::components::{Button, Card, WhyNot};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Confirm, Sums};
use crate::pages::imports::ask::Held;
use crate::pages::imports::job::Running;
use crate::pages::imports::page::{Heading, Ways};
use crate::pages::imports::steps::{ImportView, Step};
use crate::pages::imports::words::counted;
use dioxus::prelude::*;
use domain::imports::Kind;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{Counts, Import, Stage};
use std::rc::Rc;

/// The identifier of why nothing can be saved.
const WHY: &str = "import-why-no-save";

/// The step.
#[component]
pub fn Save(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let shown = import.read();
    if shown.line.stage == Stage::Committing {
        return rsx! {
            Card { class: "wide",
                Heading { step: Step::Save, lead: tr("import-saving-lead") }
                Running { held, job: shown.job, doing: "committing", again: Some(ImportsRequest::Commit(held.id)) }
            }
        };
    }
    let counts = shown.line.counts;
    let is_money = shown.line.kind == Some(Kind::Balances);
    rsx! { Ready { counts, is_partial: shown.policy.partial, is_money, held, view } }
}

/// What is wrong with saving now.
fn obstacle(counts: Counts, is_partial: bool) -> Option<String> {
    if counts.error > 0 && !is_partial {
        return Some(counted("import-why-whole", counts.error));
    }
    (counts.create + counts.update == 0).then(|| tr("import-why-nothing"))
}

/// The rows by what happens to them.
fn summary(counts: Counts) -> Vec<(String, String)> {
    let language = language();
    let rows = [
        ("import-will-create", counts.create, true),
        ("import-will-update", counts.update, true),
        ("import-will-same", counts.same, false),
        ("import-will-leave_out", counts.left_out, false),
        ("import-will-error", counts.error, false),
        ("import-will-save", counts.create + counts.update, true),
    ];
    let rows = rows.into_iter().filter(|(_, count, always)| *always || *count > 0);
    rows.map(|(key, count, _)| (tr(key), format::whole(i64::from(count), language))).collect()
}

#[component]
fn Ready(counts: Counts, is_partial: bool, is_money: bool, held: Held, view: Signal<ImportView>) -> Element {
    let mut asked = use_signal(|| false);
    let why = obstacle(counts, is_partial);
    let label = counted("import-save-rows", counts.create + counts.update);
    let values = [
        ("create", format::whole(i64::from(counts.create), language())),
        ("update", format::whole(i64::from(counts.update), language())),
    ];
    rsx! {
        Card { class: "wide",
            Heading { step: Step::Save, lead: tra("import-save-lead", &values) }
            Sums { rows: summary(counts) }
            if counts.warning > 0 {
                p { class: "small warn-text", {counted("import-save-warnings", counts.warning)} }
            }
            p { class: "small muted", {tr(if is_money { "openings-save-after" } else { "import-save-after" })} }
            WhyNot { id: WHY, why: why.clone() }
            Ways { view, back: Some(Step::Check),
                Button { label: label.clone(), kind: "primary", icon: "check", busy: held.is_busy(), disabled: why.is_some(),
                    described: why.is_some().then_some(WHY), onclick: move |_| asked.set(true) }
            }
        }
        if asked() {
            Confirm { title: tr("import-save-title"), rows: summary(counts), note: tr(if is_money { "openings-save-note" } else { "import-save-note" }), label, icon: "check", busy: false,
                onyes: move |()| {
                    asked.set(false);
                    // The step that the import is in by itself is shown from now on.
                    view.with_mut(|view| view.step = None);
                    held.act(ImportsRequest::Commit(held.id));
                },
                onback: move |()| asked.set(false) }
        }
    }
}
