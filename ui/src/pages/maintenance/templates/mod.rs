//! Pemeliharaan → Daftar periksa: the utility's own checklists with their versions, and those that come with the program, which can be copied. A version is
//! never changed: work that was announced with it keeps it. None of it needs a network.

mod draft;
mod editor;
mod preview;

use crate::bridge::new_id;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Empty, Failed, Skeleton, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::parts::{Head, Part};
use crate::pages::maintenance::words::{of_template, title};
use crate::pages::metering::meter::locked;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::WorkTemplateId;
use domain::maintenance::built_in::built_in;
use domain::maintenance::template::{Template, TemplateVersion};
use domain::maintenance::work_order::WorkKind;
use domain::people::Language;
use draft::Draft;
use editor::Editor;
use preview::Preview;
use protocol::ui::{Answer, Request, WorkRequest, WorkResponse, WorkTemplateRow};

/// A checklist that is written: which version it becomes, and how it begins.
#[derive(Clone, Debug, PartialEq)]
struct Writing {
    version: TemplateVersion,
    begins: Draft,
}

impl Writing {
    /// The first version of another checklist.
    fn another(begins: Draft) -> Self {
        Self { version: TemplateVersion { id: WorkTemplateId(new_id()), version: 1 }, begins }
    }

    /// The next version of one.
    fn next(versions: &[WorkTemplateRow], language: Language) -> Option<Self> {
        let newest = &versions.first()?.template;
        let steps = versions.iter().flat_map(|row| &row.template.content.steps);
        let highest = steps.map(|step| step.no.0).max().unwrap_or_default();
        let version = TemplateVersion { id: newest.template, version: newest.version.checked_add(1)? };
        Some(Self { version, begins: Draft::of(&newest.content, highest, language) })
    }
}

/// Versions by checklist, the newest of each first; the checklists by name, those that are offered before the others.
fn by_template(rows: &[WorkTemplateRow]) -> Vec<Vec<WorkTemplateRow>> {
    let same = |one: &WorkTemplateRow, other: &WorkTemplateRow| one.template.template == other.template.template;
    let mut all: Vec<Vec<WorkTemplateRow>> = rows.chunk_by(same).map(<[WorkTemplateRow]>::to_vec).collect();
    all.sort_by_key(|versions| {
        versions.first().map(|row| (row.template.content.retired, row.template.content.name.to_lowercase()))
    });
    all
}

/// Checklists that are offered for new work of a kind: which version, and how each is called.
pub fn offered(rows: &[WorkTemplateRow], work: WorkKind) -> Vec<(TemplateVersion, String)> {
    let newest = by_template(rows).into_iter().filter_map(|versions| versions.into_iter().next());
    let fits = |row: &WorkTemplateRow| !row.template.content.retired && row.template.content.work.is_none_or(|of| of == work);
    newest.filter(fits).map(|row| (row.template.names(), row.template.content.name)).collect()
}

/// All versions of checklists that this device holds.
pub fn use_templates() -> Signal<Load<Vec<WorkTemplateRow>>> {
    use_answer(
        || Request::WorkOf(WorkRequest::Templates),
        |answer| match answer {
            Answer::WorkOf(WorkResponse::Templates(rows)) => Some(rows),
            _ => None,
        },
    )
}

/// The page.
#[component]
pub fn WorkTemplates() -> Element {
    let load = use_templates();
    let mut writing = use_signal(|| None::<Writing>);
    let locked = locked();
    let begin = move |_: MouseEvent| writing.set(Some(Writing::another(Draft::empty())));
    if let Some(Writing { version, begins }) = writing() {
        return rsx! {
            div { class: "page office maintenance",
                Head { here: Part::Templates, title: tr("maintenance-templates") }
                Editor { key: "{version.id}", version, begins, onclose: move |()| writing.set(None) }
            }
        };
    }
    rsx! {
        div { class: "page office maintenance",
            Head { here: Part::Templates, title: tr("maintenance-templates"),
                Button { label: tr("template-new"), kind: "primary", icon: "plus", disabled: locked, onclick: begin }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96, 96] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(rows) if rows.is_empty() => rsx! {
                    Card {
                        Empty { icon: "list-checks", title: tr("template-none"), next: tr("template-none-next"),
                            Button { label: tr("template-new"), icon: "plus", disabled: locked, onclick: begin }
                        }
                    }
                },
                Load::Ready(rows) => rsx! {
                    for versions in by_template(rows) {
                        Own { key: "{versions[0].template.template}", versions, locked, onwrite: move |what| writing.set(Some(what)) }
                    }
                },
            }
            h2 { {tr("template-built-in")} }
            p { class: "muted small", {tr("template-built-in-lead")} }
            for work in WorkKind::ALL.iter().copied() {
                BuiltIn { key: "{work.as_str()}", work, locked, onwrite: move |what| writing.set(Some(what)) }
            }
        }
    }
}

/// A checklist of the utility's own.
#[component]
fn Own(versions: Vec<WorkTemplateRow>, locked: bool, onwrite: EventHandler<Writing>) -> Element {
    let mut open = use_signal(|| false);
    let language = language();
    let Some(newest) = versions.first().cloned() else { return rsx! {} };
    let now = (shared().now)();
    let content = newest.template.content.clone();
    let work = content.work.map_or_else(|| tr("template-any-work"), title);
    let moment = |at| format::moment(at, now, device_zone(), language);
    let next = Writing::next(&versions, language);
    let edits = next.clone();
    let mut turned = next;
    if let Some(turned) = &mut turned {
        turned.begins.retired = !turned.begins.retired;
    }
    rsx! {
        Card { class: "wide template",
            div { class: "row between wrap", "data-template": "{content.name}", "data-version": "{newest.template.version}",
                div { class: "grow",
                    h2 { "{content.name}" }
                    p { class: "muted small",
                        {tra("template-summary", &[("work", work), ("steps", content.steps.len().to_string()), ("version", newest.template.version.to_string())])}
                    }
                }
                if content.retired {
                    StatusChip { tone: "", icon: "circle-slash", label: tr("template-retired"), small: true }
                }
                if newest.waiting {
                    StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
                }
            }
            div { class: "row wrap edge tools",
                Button { label: tr("template-edit"), kind: "quiet", icon: "pencil", disabled: locked || edits.is_none(),
                    onclick: move |_| if let Some(what) = edits.clone() { onwrite.call(what) } }
                Button { label: tr(if content.retired { "template-offer" } else { "template-retire" }), kind: "quiet", icon: "circle-slash", disabled: locked || turned.is_none(),
                    onclick: move |_| if let Some(what) = turned.clone() { onwrite.call(what) } }
                Button { label: tr(if open() { "template-hide" } else { "template-show" }), kind: "quiet", icon: "eye", onclick: move |_| open.toggle() }
            }
            if open() {
                Preview { template: content.clone() }
                h3 { {tr("template-versions")} }
                ul { class: "list", "aria-label": tr("template-versions"),
                    for row in versions {
                        li { key: "{row.template.version}",
                            p { class: "small", {tra("template-version", &[("version", row.template.version.to_string()), ("steps", row.template.content.steps.len().to_string())])} }
                            span { class: "muted small", {moment(row.template.at)} }
                        }
                    }
                }
            }
        }
    }
}

/// A checklist that comes with the program.
#[component]
fn BuiltIn(work: WorkKind, locked: bool, onwrite: EventHandler<Writing>) -> Element {
    let mut open = use_signal(|| false);
    let language = language();
    let template: Template = built_in(work);
    let copied = template.clone();
    let copy = move |_: MouseEvent| onwrite.call(Writing::another(Draft::of(&copied, 0, language)));
    rsx! {
        Card { class: "wide template",
            div { class: "row between wrap", "data-built-in": work.as_str(),
                div { class: "grow",
                    h3 { {of_template(&template.name)} }
                    p { class: "muted small", {tra("template-steps", &[("steps", template.steps.len().to_string())])} }
                }
                Button { label: tr(if open() { "template-hide" } else { "template-show" }), kind: "quiet", icon: "eye", onclick: move |_| open.toggle() }
                Button { label: tr("template-copy"), kind: "quiet", icon: "copy", disabled: locked, onclick: copy }
            }
            if open() {
                Preview { template }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn row(id: u128, version: u32, name: &str, work: Option<&str>, retired: bool) -> WorkTemplateRow {
        let template = json!({ "id": Uuid::nil(), "template": Uuid::from_u128(id), "version": version, "name": name, "work": work,
            "steps": [{ "no": 1, "label": "Foto", "what": { "ask": "photo", "when": "any" } }], "retired": retired, "by": "Ratna", "at": 0 });
        WorkTemplateRow { template: serde_json::from_value(template).expect("a version"), waiting: false }
    }

    #[test]
    fn work_is_offered_the_newest_version_of_what_fits_it_and_is_not_retired() {
        let rows = [
            row(1, 2, "Baterai baru", Some("preventive"), false),
            row(1, 1, "Baterai", Some("preventive"), false),
            row(2, 1, "Apa saja", None, false),
            row(3, 2, "Lama", None, true),
            row(3, 1, "Lama", None, false),
        ];
        let names = |work| offered(&rows, work).into_iter().map(|(of, name)| (of.version, name)).collect::<Vec<_>>();
        assert_eq!(names(WorkKind::Preventive), [(1, "Apa saja".to_owned()), (2, "Baterai baru".to_owned())]);
        assert_eq!(names(WorkKind::Repair), [(1, "Apa saja".to_owned())]);
        assert_eq!(by_template(&rows).iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 2]);
    }
}
