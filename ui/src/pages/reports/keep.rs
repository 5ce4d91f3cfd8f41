//! Keeping a report as a template: under a name, for oneself or for all admins; and removing one. Both need no network.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Dialog, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::pages::metering::meter::say_kept;
use crate::pages::reports::looking::Looking;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ReportTemplateId;
use domain::reports::TemplateContent;
use protocol::sync::push::Operation;
use protocol::ui::Request;
use protocol::ui::reports::TemplateRow;

/// The form. `row` is the template that is open; it can be replaced, or the report kept as another one.
#[component]
pub fn Keep(
    looking: Looking,
    row: Option<TemplateRow>,
    onkept: EventHandler<ReportTemplateId>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let sending = use_sending();
    let new = use_hook(|| ReportTemplateId(bridge::new_id()));
    let was = row.as_ref().map(|row| row.template.content.clone());
    let mut name = use_signal(|| was.as_ref().map(|was| was.name.clone()).unwrap_or_default());
    let mut is_shared = use_signal(|| was.as_ref().is_some_and(|was| was.shared));
    let mut tried = use_signal(|| false);
    let me = shared.user().map(|(id, _)| id);
    // Who else has a template is for its author to say.
    let is_mine = row.as_ref().is_none_or(|row| row.template.author.is_none() || row.template.author == me);
    let content = move || {
        let design = looking.design.peek().clone()?;
        TemplateContent { name: name(), shared: is_shared(), design }.clean().ok()
    };
    let is_wrong = tried() && content().is_none();
    let send = move |operation: Operation, id: ReportTemplateId| {
        sending.once(async move {
            match bridge::call(Request::SubmitAs { op: sending.id(), command: operation }).await {
                Ok(_) => {
                    say_kept();
                    onkept.call(id);
                }
                Err(problem) => {
                    // Whatever is sent next may be another act.
                    sending.begin_anew();
                    shared.toast(explain(&problem));
                }
            }
        });
    };
    let mut as_new = move || {
        tried.set(true);
        let Some(after) = content() else { return };
        send(Operation::PutReportTemplate { template: new, before: None, after: Box::new(after) }, new);
    };
    let opened = row.as_ref().map(|row| row.template.id).zip(was);
    let replace = opened.clone();
    let save = move |event: FormEvent| {
        event.prevent_default();
        let Some((template, before)) = replace.clone() else { return as_new() };
        tried.set(true);
        let Some(after) = content() else { return };
        send(Operation::PutReportTemplate { template, before: Some(Box::new(before)), after: Box::new(after) }, template);
    };
    rsx! {
        Dialog { title: tr("report-keep"), of: "report-template", onclose: move |()| if !sending.is_busy() { onclose.call(()) },
            form { id: "template-form", class: "stack wide office-form", novalidate: true, onsubmit: save,
                Entry { id: "template-name", label: tr("report-name"), value: name(), hint: tr("report-name-hint"),
                    error: is_wrong.then(|| tr("report-name-wrong")), oninput: move |typed| name.set(typed) }
                label { class: "tick row",
                    input { id: "template-shared", r#type: "checkbox", checked: is_shared(), disabled: !is_mine,
                        onchange: move |event| is_shared.set(event.checked()) }
                    {tr("report-share")}
                }
                if !is_mine {
                    p { class: "muted small", {tr("report-share-authors")} }
                }
                if let Some(row) = &row {
                    p { class: "muted small", {tra("report-replaces", &[("n", (row.template.version + 1).to_string())])} }
                }
                div { class: "row wrap actions",
                    Button { label: tr(if opened.is_some() { "report-replace" } else { "report-keep" }), kind: "primary", icon: "check", r#type: "submit",
                        busy: sending.is_busy() }
                    if opened.is_some() {
                        Button { label: tr("report-keep-new"), onclick: move |_| as_new() }
                    }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The question before a template is removed.
#[component]
pub fn Remove(row: TemplateRow, onremoved: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let template = row.template.id;
    let remove = move |_| {
        sending.once(async move {
            let command = Operation::RemoveReportTemplate { template };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    say_kept();
                    onremoved.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    let key = if row.template.content.shared { "report-remove-shared" } else { "report-remove-own" };
    rsx! {
        Dialog { title: tr("report-remove-title"), onclose: move |()| onclose.call(()),
            p { {tra(key, &[("name", row.template.content.name.clone())])} }
            div { class: "row wrap actions",
                Button { label: tr("report-remove"), kind: "danger", icon: "trash-2", busy: sending.is_busy(), onclick: remove }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
