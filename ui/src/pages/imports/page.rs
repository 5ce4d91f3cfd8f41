//! One import: its steps, and the card of the one that is open.

use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::{Button, Card, Empty, Failed, Icon, Skeleton};
use crate::i18n::tr;
use crate::pages::admin::parts::Confirm;
use crate::pages::imports::ask::{Held, ask, use_held};
use crate::pages::imports::check::Check;
use crate::pages::imports::columns::Columns;
use crate::pages::imports::file::File;
use crate::pages::imports::list::Offline;
use crate::pages::imports::result::Result;
use crate::pages::imports::rules::Rules;
use crate::pages::imports::save::Save;
use crate::pages::imports::steps::{ImportView, Step, Stepper, go, heading};
use crate::pages::imports::words::{counts, refusal, stage};
use crate::route::Route;
use crate::state::{Load, shared};
use dioxus::prelude::*;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{Import, ImportLine, Stage};
use std::rc::Rc;
use uuid::Uuid;

/// Impor of one file.
#[component]
pub fn ImportPage(id: Uuid) -> Element {
    rsx! {
        // Another import is another page: nothing of the one before is kept.
        for id in [id] {
            One { key: "{id}", id }
        }
    }
}

#[component]
fn One(id: Uuid) -> Element {
    let held = use_held(id);
    let view = use_kept::<ImportView>();
    match held.known() {
        Load::Waiting => rsx! {
            div { class: "page", Skeleton { heights: vec![48, 64, 360] } }
        },
        Load::Failed(problem) => rsx! {
            div { class: "page", Card { Failed { problem } } }
        },
        Load::Ready(None) => rsx! {
            div { class: "page",
                Card {
                    Empty { icon: "search", title: tr("import-gone"), next: tr("import-gone-next"),
                        Link { class: "button secondary", to: Route::Imports {}, {tr("import-to-list")} }
                    }
                }
            }
        },
        Load::Ready(Some(import)) => rsx! {
            Opened { import, held, view }
        },
    }
}

#[component]
fn Opened(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let shown = use_memo(move || {
        let import = import.read();
        view.read().step.filter(|step| step.is_open(&import)).unwrap_or_else(|| Step::of(&import))
    });
    let line = import.read().line.clone();
    rsx! {
        div { class: "page import-page",
            header { class: "page-head row wrap edge",
                Link { class: "button quiet icon-only", to: Route::Imports {}, "aria-label": tr("import-to-list"), Icon { name: "chevron-left" } }
                h1 { class: "grow", "{line.name}" }
                {stage(line.stage, line.counts.error > 0, !import.read().missing.is_empty())}
                ForgetButton { line, is_running: import.read().job.is_some() }
                span { class: "only-phone", SyncMark {} }
            }
            Stepper { import, shown: shown(), view }
            Offline {}
            section { class: "stack wide", "aria-labelledby": heading(shown()),
                if let Some(problem) = held.refused() {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } p { class: "small", {refusal(&problem)} } }
                }
                match shown() {
                    Step::File => rsx! { File { import, held, view } },
                    Step::Columns => rsx! { Columns { import, held, view } },
                    Step::Rules => rsx! { Rules { import, held, view } },
                    Step::Check => rsx! { Check { import, held, view } },
                    Step::Save => rsx! { Save { import, held, view } },
                    Step::Result => rsx! { Result { import, held } },
                }
            }
        }
    }
}

/// The heading of a step, which the focus goes to when the step is opened.
#[component]
pub fn Heading(step: Step, #[props(default)] lead: String) -> Element {
    rsx! {
        div { class: "stack tight",
            h2 { id: heading(step), tabindex: "-1", {step.name()} }
            if !lead.is_empty() {
                p { class: "muted small", "{lead}" }
            }
        }
    }
}

/// Deletes the import from this device; what was saved stays.
#[component]
fn ForgetButton(line: ImportLine, is_running: bool) -> Element {
    let mut asked = use_signal(|| false);
    let mut is_busy = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let shared = shared();
    let id = line.id;
    let rows = vec![(tr("import-file"), line.name), (tr("import-holding"), counts(line.counts))];
    let forget = move |()| {
        if is_busy.replace(true) {
            return;
        }
        refused.set(None);
        spawn(async move {
            let outcome = ask(ImportsRequest::Forget(id)).await;
            is_busy.set(false);
            match outcome {
                Ok(_) => {
                    shared.toast(tr("import-forgotten"));
                    asked.set(false);
                    navigator().replace(Route::Imports {});
                }
                Err(problem) => refused.set(Some(refusal(&problem))),
            }
        });
    };
    let label = tr("import-forget");
    rsx! {
        button { class: "button quiet icon-only", r#type: "button", "aria-label": label.clone(), title: label.clone(), disabled: is_running,
            onclick: move |_| asked.set(true),
            Icon { name: "trash-2" }
        }
        if asked() {
            Confirm { title: tr("import-forget-title"), rows, note: tr("import-forget-note"), label: label.clone(), kind: "danger", icon: "trash-2",
                busy: is_busy(), refused: refused(), onyes: forget, onback: move |()| asked.set(false) }
        }
    }
}

/// Back to the step before, and on to the next one, which is said by its name.
#[component]
pub fn Ways(view: Signal<ImportView>, back: Option<Step>, #[props(default)] children: Element) -> Element {
    rsx! {
        div { class: "row wrap import-ways",
            {children}
            if let Some(back) = back {
                Button { label: tr("back"), kind: "quiet", icon: "chevron-left", onclick: move |_| go(view, back) }
            }
        }
    }
}

/// Whether what was read of the file is checked already: reading it in another way discards that.
pub const fn is_checked(stage: Stage) -> bool {
    matches!(stage, Stage::Checking | Stage::Checked)
}
