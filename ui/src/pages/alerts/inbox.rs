//! The section of notifications: filters, and as many rows as there are, drawn as they are scrolled to.

use crate::components::near::{Of, Stretch, pages, use_filled, use_space};
use crate::components::states::explain;
use crate::components::{Button, Card, Empty, Failed, Select, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::alerts::cases::cases;
use crate::pages::alerts::line::Line;
use crate::pages::alerts::view::{AlertsView, Part};
use crate::pages::alerts::words::{of_kind, of_severity};
use crate::pages::alerts::{ask, response};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::alerts::kinds::{AlertKind, Severity};
use domain::people::Role;
use protocol::ui::{AlertRow, AlertsRequest, AlertsResponse, AlertsWindow, Answer, CasesQuery, Request};

/// Notifications requested at once, and drawn at once.
const PAGE: u32 = 48;
const PIECE: usize = 8;

/// Pixels of a notification with two lines of text.
const TALL: f64 = 104.0;

fn window(answer: Answer) -> Option<AlertsWindow> {
    match response(answer)? {
        AlertsResponse::List(window) => Some(window),
        _ => None,
    }
}

/// What somebody was notified of.
#[component]
pub fn Inbox(view: Signal<AlertsView>) -> Element {
    let mut view = view;
    let is_admin = shared().role() == Some(Role::Admin);
    let load = use_answer(move || Request::Alerts(AlertsRequest::List(view().query(0, 0))), window);
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![88, 88, 88] } },
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(found) => rsx! {
            // Cases are filtered by the same choices, and an admin has cases of which nobody is notified.
            if !found.kinds.is_empty() || is_admin {
                Filters { view, kinds: found.kinds.clone(), unread: found.unread }
            }
            if found.total > 0 {
                Rows { view, total: found.total }
            } else if view.read().is_filtered() {
                Card {
                    Empty { icon: "search", title: tr("no-results"), next: tr("alerts-no-results-next"),
                        Button { label: tr("clear-filter"), icon: "x",
                            onclick: move |_| view.with_mut(|view| (view.kind, view.severity) = (None, None)) }
                    }
                }
            } else {
                Nothing { view }
            }
        },
    }
}

/// Why there is nothing, and what to do. Below cases, or where the cases are narrowed to none, it says so of notifications alone.
#[component]
fn Nothing(view: Signal<AlertsView>) -> Element {
    let is_open = move || view.read().part == Part::Open;
    let me = shared().user().map(|(id, _)| id);
    // Those that are listed above: of a zone, or one's own.
    let above = move || {
        let AlertsView { zone, mine, .. } = view();
        CasesQuery { open: is_open(), zone, assigned: me.filter(|_| mine), limit: 1, ..CasesQuery::default() }
    };
    let load = use_answer(move || Request::Cases(above()), cases);
    let (title, next) = match &*load.read() {
        Load::Waiting => return rsx! {},
        Load::Ready(found) if found.total > 0 => ("alerts-none-beside", "alerts-none-beside-next"),
        _ if view.read().is_narrowed() => ("alerts-none-beside", "alerts-none-narrowed-next"),
        _ if is_open() => ("alerts-none", "alerts-none-next"),
        _ => ("alerts-history-none", "alerts-history-none-next"),
    };
    rsx! {
        Card {
            Empty { icon: "bell", title: tr(title), next: tr(next),
                Link { class: "button secondary", to: Route::AlertSettings {}, {tr("alerts-settings-open")} }
            }
        }
    }
}

/// The filters, and what marks everything as read.
#[component]
fn Filters(view: Signal<AlertsView>, kinds: Vec<AlertKind>, unread: u32) -> Element {
    let mut view = view;
    let shared = shared();
    let now = view();
    let any = |key: &str| (String::new(), tr(key));
    let kind: Vec<_> = std::iter::once(any("alerts-any-kind"))
        .chain(kinds.iter().map(|kind| (kind.as_str().to_owned(), of_kind(*kind))))
        .collect();
    let severity: Vec<_> = std::iter::once(any("alerts-any-severity"))
        .chain(Severity::ALL.iter().rev().map(|severity| (severity.as_str().to_owned(), of_severity(*severity))))
        .collect();
    let read_all = move |_| {
        spawn(async move {
            if let Err(problem) = ask(AlertsRequest::ReadAll).await {
                shared.toast(explain(&problem));
            }
        });
    };
    rsx! {
        div { class: "controls alert-filters", role: "search", "aria-label": tr("alerts-filters"),
            if kinds.len() > 1 || now.kind.is_some() {
                Select { label: tr("alerts-kind"), choices: kind, chosen: now.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
                    onchoose: move |word: String| view.with_mut(|view| view.kind = AlertKind::from_word(&word)) }
            }
            Select { label: tr("alerts-severity"), choices: severity,
                chosen: now.severity.map(|severity| severity.as_str().to_owned()).unwrap_or_default(),
                onchoose: move |word: String| view.with_mut(|view| view.severity = Severity::from_word(&word)) }
            if now.is_filtered() {
                Button { label: tr("clear-filter"), kind: "quiet", icon: "x",
                    onclick: move |_| view.with_mut(|view| (view.kind, view.severity) = (None, None)) }
            }
            if unread > 0 {
                Button { label: tra("alerts-read-all", &[("n", unread.to_string())]), kind: "quiet", icon: "check", onclick: read_all }
            }
        }
    }
}

/// All rows, the newest first.
#[component]
fn Rows(view: Signal<AlertsView>, total: u32) -> Element {
    let wide = (shared().wide)();
    rsx! {
        section { class: "card flush", "aria-label": tr("alerts-list"),
            div { class: "alert-list", role: "list",
                for (offset , rows) in pages(total, PAGE) {
                    Page { key: "{wide} {offset}", view, offset, rows, total }
                }
            }
        }
    }
}

#[component]
fn Page(view: Signal<AlertsView>, offset: u32, rows: u32, total: u32) -> Element {
    let space = use_space(Of::Page, f64::from(rows) * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                Found { view, offset, total, onfilled: move |()| space.fill() }
            }
        }
    }
}

#[component]
fn Found(view: Signal<AlertsView>, offset: u32, total: u32, onfilled: EventHandler<()>) -> Element {
    let load = use_answer(move || Request::Alerts(AlertsRequest::List(view().query(offset, PAGE))), window);
    use_filled(load, onfilled);
    match &*load.read() {
        Load::Waiting => rsx! {},
        Load::Failed(problem) => rsx! { p { class: "error-text", {explain(problem)} } },
        Load::Ready(found) => rsx! {
            for (place , piece) in found.rows.chunks(PIECE).enumerate() {
                Piece { key: "{place}", rows: piece.to_vec(), first: offset + (place * PIECE) as u32, total }
            }
        },
    }
}

#[component]
fn Piece(rows: Vec<AlertRow>, first: u32, total: u32) -> Element {
    let space = use_space(Of::Piece, rows.len() as f64 * TALL);
    rsx! {
        Stretch { space,
            if space.is_near() {
                for (place , row) in rows.into_iter().enumerate() {
                    Line { key: "{row.notification.id}", place: first + place as u32, total, row }
                }
            }
        }
    }
}
