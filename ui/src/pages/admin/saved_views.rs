//! Views of a list that somebody keeps under a name, on all devices of the account: shown again, kept anew, forgotten.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Empty, Failed, Icon, Skeleton, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Entry, Refused};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::people::saved_view::{LONGEST_VIEW_NAME, ViewList};
use protocol::Problem;
use protocol::sync::rows::SavedView;
use protocol::ui::{Answer, Request, ViewsRequest};

/// Sends one request; the list is asked for again whenever something has changed.
async fn ask(request: ViewsRequest) -> Result<(), Problem> {
    bridge::call(Request::Views(request)).await.map(drop)
}

/// The dialog. `shown` is what the list shows now, as a query; `onshow` is given the query of a view.
#[component]
pub fn SavedViews(list: ViewList, shown: String, onshow: EventHandler<String>, onclose: EventHandler<()>) -> Element {
    let load = use_answer(
        move || Request::Views(ViewsRequest::List(list)),
        |answer| match answer {
            Answer::Views(views) => Some(views),
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
                            li { key: "{view.id}", One { list, view, onshow } }
                        }
                    }
                },
            }
            Keep { list, shown }
        }
    }
}

#[component]
fn One(list: ViewList, view: SavedView, onshow: EventHandler<String>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let (query, name) = (view.query.clone(), view.name.clone());
    let label = tra("views-forget", &[("name", view.name.clone())]);
    let forget = move |_| {
        let name = name.clone();
        sending.once(async move {
            if let Err(problem) = ask(ViewsRequest::Forget { list, name }).await {
                shared.toast(explain(&problem));
            }
        });
    };
    rsx! {
        Button { label: view.name, kind: "quiet", icon: "table", onclick: move |_| onshow.call(query.clone()) }
        span { class: "grow" }
        button { class: "button quiet icon-only", r#type: "button", "aria-label": label.clone(), title: label, disabled: sending.is_busy(), onclick: forget,
            Icon { name: "trash-2" }
        }
    }
}

/// Keeps what the list shows now.
#[component]
fn Keep(list: ViewList, shown: String) -> Element {
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
        let query = shown.clone();
        sending.once(async move {
            let named = name.peek().trim().to_owned();
            match ask(ViewsRequest::Keep { list, name: named, query }).await {
                Ok(()) => {
                    tried.set(false);
                    name.set(String::new());
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
