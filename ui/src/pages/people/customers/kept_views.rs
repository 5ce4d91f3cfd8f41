//! Views of the list that somebody keeps under a name: shown again, kept anew, forgotten.

use crate::components::states::explain;
use crate::components::{Button, Dialog, Empty, Failed, Icon, Skeleton, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Entry, Refused};
use crate::pages::people::customers::ask::{ask, response};
use crate::pages::people::customers::view::ListView;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use protocol::ui::bulk::{LONGEST_VIEW_NAME, SavedView};
use protocol::ui::{BulkRequest, BulkResponse, Request};

/// The dialog.
#[component]
pub fn KeptViews(kept: Signal<ListView>, onclose: EventHandler<()>) -> Element {
    let again = use_signal(|| 0_u32);
    let load = use_answer(
        move || {
            again.read();
            Request::Bulk(BulkRequest::Views)
        },
        |answer| match response(answer)? {
            BulkResponse::Views(views) => Some(views),
            _ => None,
        },
    );
    rsx! {
        Dialog { title: tr("views-title"), keeps: true, of: "views", onclose: move |()| onclose.call(()),
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![96] } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(views) if views.is_empty() => rsx! {
                    Empty { icon: "table", title: tr("views-empty"), next: tr("views-empty-next") }
                },
                Load::Ready(views) => rsx! {
                    ul { class: "list",
                        for view in views.iter().cloned() {
                            li { key: "{view.name}", One { view, kept, again, onclose } }
                        }
                    }
                },
            }
            Keep { kept, again }
        }
    }
}

#[component]
fn One(view: SavedView, kept: Signal<ListView>, again: Signal<u32>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let (query, name) = (view.view.clone(), view.name.clone());
    let label = tra("views-forget", &[("name", view.name.clone())]);
    let show = move |_| {
        kept.set(ListView::of_kept(&query));
        onclose.call(());
    };
    let forget = move |_| {
        let name = name.clone();
        sending.once(async move {
            match ask(BulkRequest::ForgetView(name)).await {
                Ok(_) => again += 1,
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        Button { label: view.name, kind: "quiet", icon: "table", onclick: show }
        span { class: "grow" }
        button { class: "button quiet icon-only", r#type: "button", "aria-label": label.clone(), title: label, disabled: sending.is_busy(), onclick: forget,
            Icon { name: "trash-2" }
        }
    }
}

/// Keeps what the list shows now.
#[component]
fn Keep(kept: Signal<ListView>, again: Signal<u32>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let mut name = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let wrong = use_memo(move || {
        let length = name.read().trim().chars().count();
        match length {
            0 => Some(tr("invalid-empty")),
            _ if length > LONGEST_VIEW_NAME => Some(tr("invalid-too_long")),
            _ => None,
        }
    });
    let keep = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        refused.set(None);
        if wrong.peek().is_some() {
            return;
        }
        sending.once(async move {
            let view = SavedView { name: name.peek().trim().to_owned(), view: kept.peek().to_keep() };
            match ask(BulkRequest::KeepView(view)).await {
                Ok(_) => {
                    tried.set(false);
                    name.set(String::new());
                    again += 1;
                    shared.toast(tr("views-kept"));
                }
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    };
    rsx! {
        form { class: "stack", novalidate: true, onsubmit: keep,
            Entry { id: "view-name", label: tr("views-name"), value: name(), hint: tr("views-name-hint"),
                error: wrong().filter(|_| tried()), oninput: move |text: String| name.set(text) }
            Refused { text: refused() }
            div { class: "row wrap", Button { label: tr("views-keep"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() } }
        }
    }
}
