//! Step 4, the check: what the rows come to, what is to be mended, and the rows themselves.

mod cell;
mod grid;
mod group;
mod groups;
mod mending;
mod row;
mod tiles;

use crate::components::{Button, Card, Icon};
use crate::i18n::tr;
use crate::pages::imports::ask::Held;
use crate::pages::imports::download::use_download;
use crate::pages::imports::job::Running;
use crate::pages::imports::page::{Heading, Ways};
use crate::pages::imports::steps::{ImportView, Only, Step, go};
use dioxus::prelude::*;
use domain::imports::RepairKey;
use grid::Rows;
use groups::Groups;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{Import, RowsQuery, Stage};
use std::rc::Rc;
use tiles::Tiles;

/// Which rows are shown: of a tile, or of a group of findings.
#[derive(Clone, Copy, PartialEq)]
pub struct Filter {
    view: Signal<ImportView>,
    group: Signal<Option<RepairKey>>,
}

impl Filter {
    /// The tile that is pressed.
    fn only(self) -> Option<Only> {
        self.view.read().only
    }

    /// Shows the rows of a tile, or all.
    fn show(self, only: Option<Only>) {
        let Self { mut view, mut group } = self;
        group.set(None);
        view.with_mut(|view| view.only = only);
    }

    /// Shows the rows of a group; all, if it is shown already.
    fn toggle(self, key: RepairKey) {
        let Self { mut view, mut group } = self;
        let next = (group.peek().as_ref() != Some(&key)).then_some(key);
        view.with_mut(|view| view.only = None);
        group.set(next);
    }

    /// The question for the rows, but for the window.
    fn query(self, held: Held) -> RowsQuery {
        let (fate, level) = match self.only() {
            Some(Only::Fate(fate)) => (Some(fate), None),
            Some(Only::Level(level)) => (None, Some(level)),
            None => (None, None),
        };
        RowsQuery { id: held.id, group: self.group.read().clone(), fate, level, offset: 0, limit: 0 }
    }
}

/// The step.
#[component]
pub fn Check(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let shown = import.read();
    if shown.line.stage == Stage::Checking {
        return rsx! {
            Card { class: "wide",
                Heading { step: Step::Check, lead: tr("import-check-lead") }
                Running { held, job: shown.job, doing: "checking", again: Some(ImportsRequest::Check(held.id)) }
                if shown.job.is_none() {
                    Ways { view, back: Some(Step::Rules) }
                }
            }
        };
    }
    rsx! { Checked { import, held, view } }
}

/// What was found.
#[component]
fn Checked(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let filter = Filter { view, group: use_signal(|| None) };
    let query = use_memo(move || filter.query(held));
    let download = use_download();
    let counts = use_memo(move || import.read().line.counts);
    let has_findings = use_memo(move || counts().error > 0 || counts().warning > 0);
    rsx! {
        Heading { step: Step::Check, lead: tr("import-checked-lead") }
        Tiles { counts: counts(), filter }
        if !has_findings() {
            div { class: "banner ok", role: "status", Icon { name: "check" } p { class: "small", {tr("import-nothing-found")} } }
        }
        div { class: if has_findings() { "import-check" } else { "import-check whole" },
            if has_findings() {
                Groups { held, filter, view }
            }
            Rows { import, held, query, filter }
        }
        Ways { view, back: Some(Step::Rules),
            Button { label: tr("import-next-save"), kind: "primary", onclick: move |_| go(view, Step::Save) }
            if counts().error > 0 {
                Button { label: tr("import-rejected"), icon: "download", busy: download.is_busy(),
                    onclick: move |_| download.save(ImportsRequest::Rejected(held.id)) }
            }
        }
    }
}
