//! The findings, grouped by what mends them: one step mends a whole group. What leaves something out, or changes many rows, is asked first.

use crate::components::states::explain;
use crate::components::{Button, Icon, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Confirm;
use crate::pages::imports::ask::{Held, response};
use crate::pages::imports::check::Filter;
use crate::pages::imports::check::group::{GroupLine, title_of};
use crate::pages::imports::steps::ImportView;
use crate::pages::imports::words::counted;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::imports::RepairKey;
use protocol::ui::imports::{Group, MendAll, Mending};
use protocol::ui::{ImportsRequest, ImportsResponse, Request};

/// Groups drawn at first, and how many more at once.
const SHOWN: usize = 20;

/// Findings from which on a step that mends them is asked first.
const MANY: u32 = 100;

/// The groups.
#[component]
pub fn Groups(held: Held, filter: Filter, view: Signal<ImportView>) -> Element {
    let shared = shared();
    let load = use_answer(
        move || {
            shared.imports.read();
            held.follow();
            Request::Imports(ImportsRequest::Groups(held.id))
        },
        |answer| match response(answer)? {
            ImportsResponse::Groups(groups) => Some(groups),
            _ => None,
        },
    );
    let mut asked = use_signal(|| None::<(Group, Mending)>);
    let mut shown = use_signal(|| SHOWN);
    let opened = use_signal(|| None::<RepairKey>);
    let mend = use_callback(move |(group, by): (Group, Mending)| {
        let is_asked = group.count >= MANY || matches!(by, Mending::LeaveOut | Mending::Empty);
        match is_asked {
            true => asked.set(Some((group, by))),
            false => held.act(ImportsRequest::MendAll(MendAll { id: held.id, group: group.key, by })),
        }
    });
    rsx! {
        section { class: "card flush import-groups", "aria-labelledby": "import-groups",
            div { class: "bar", h3 { id: "import-groups", {tr("import-groups")} } }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![56, 56, 56] } },
                Load::Failed(problem) => rsx! { p { class: "error-text", {explain(problem)} } },
                Load::Ready(groups) if groups.is_empty() => rsx! {
                    p { class: "muted small import-none", role: "status", {tr("import-groups-none")} }
                },
                Load::Ready(groups) => rsx! {
                    ul {
                        for group in groups.iter().take(shown()).cloned() {
                            li { key: "{group.key:?}", GroupLine { group, opened, filter, view, mend } }
                        }
                    }
                    if groups.len() > shown() {
                        Button { label: counted("import-groups-more", (groups.len() - shown()) as u32), kind: "quiet", icon: "chevron-down",
                            full: true, onclick: move |_| shown += SHOWN }
                    }
                },
            }
        }
        if let Some((group, by)) = asked() {
            Question { group, by, held, onclose: move |()| asked.set(None) }
        }
    }
}

/// The question before a whole group is mended.
#[component]
fn Question(group: Group, by: Mending, held: Held, onclose: EventHandler<()>) -> Element {
    let (title, label, kind, icon) = match by {
        Mending::LeaveOut => ("import-leave-out-title", "import-leave-out", "danger", "minus"),
        Mending::Empty => ("import-empty-title", "import-empty", "danger", "x"),
        Mending::Text(_) | Mending::Proposed => ("import-mend-title", "import-mend", "primary", "check"),
    };
    let mut rows = vec![(tr("import-finding"), title_of(&group)), (tr("import-cells"), counted("import-rows", group.count))];
    if let Mending::Text(text) = &by {
        rows.push((tr("import-becomes"), tra("import-quoted", &[("value", text.clone())])));
    }
    let note = tr(if by == Mending::LeaveOut { "import-leave-out-note" } else { "import-mend-note" });
    rsx! {
        Confirm { title: tr(title), rows, note, label: tr(label), kind, icon, busy: false,
            onyes: move |()| {
                onclose.call(());
                held.act(ImportsRequest::MendAll(MendAll { id: held.id, group: group.key.clone(), by: by.clone() }));
            },
            onback: move |()| onclose.call(()) }
    }
}

/// Whether a finding is an error or a warning, as an icon, with its word for screen readers.
#[component]
pub fn LevelMark(is_error: bool) -> Element {
    let (class, name, key) = match is_error {
        true => ("danger-text", "circle-alert", "import-level-error"),
        false => ("warn-text", "triangle-alert", "import-level-warning"),
    };
    rsx! {
        span { class, Icon { name, size: "s" } span { class: "visually-hidden", {tr(key)} } }
    }
}
