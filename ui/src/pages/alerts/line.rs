//! One notification: how urgent it is, what it says, when that was, and where pressing it leads. Pressed, it is read.

use crate::bridge;
use crate::components::icon::icon;
use crate::components::status::{When, chip};
use crate::i18n::tr;
use crate::pages::alerts::words::{look, of_kind, of_row, of_severity};
use crate::pages::reports::view::ReportsView;
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ConnectionId;
use domain::alerts::content::Content;
use domain::people::Role;
use protocol::sync::rows::Notification;
use protocol::ui::{AlertRow, AlertsRequest, Request};

/// Where a notification leads, for whom there is such a page.
fn target(notification: &Notification, role: Option<Role>) -> Option<NavigationTarget> {
    match (&notification.content, notification.connection) {
        (Content::LowBalance { .. }, Some(connection)) if role == Some(Role::Customer) => {
            Some(Route::BuyFor { connection }.into())
        }
        // What befell the meter is the utility's to look into, and no case of its customer's.
        (Content::Case { cause, .. }, _) if role == Some(Role::Customer) && !cause.is_the_customers() => None,
        (Content::Case { no, .. }, Some(connection)) => Some(Route::Case { connection, no: *no }.into()),
        (Content::ZoneLoss { zone, .. } | Content::InflowSilent { zone, .. }, _) if role == Some(Role::Admin) => {
            Some(Route::ZoneBalance { zone: *zone }.into())
        }
        (Content::Visit { .. }, _) if role == Some(Role::Customer) => Some(Route::Home {}.into()),
        (Content::Visit { order, .. } | Content::Assigned { order, .. }, _) if role != Some(Role::Customer) => {
            Some(Route::WorkPage { id: *order }.into())
        }
        (Content::Workday { .. }, _) if role == Some(Role::Technician) => Some(Route::Today {}.into()),
        (Content::Overdue { .. }, _) if role == Some(Role::Admin) => Some(Route::Maintenance {}.into()),
        (Content::Visit { .. } | Content::Assigned { .. } | Content::Workday { .. } | Content::Overdue { .. }, _) => None,
        (Content::LowBalance { .. } | Content::Case { .. } | Content::Invitation { .. }, _) => None,
        (Content::ZoneLoss { .. } | Content::InflowSilent { .. }, _) => None,
        (Content::Report { .. }, _) if role == Some(Role::Admin) => Some(ReportsView::address_of_automatic().into()),
        (Content::Announcement(_) | Content::Report { .. } | Content::Unknown, _) => None,
    }
}

/// The connection that a customer's page is to show when a notification has led there.
fn visited(notification: &Notification, role: Option<Role>) -> Option<ConnectionId> {
    let is_visit = matches!(notification.content, Content::Visit { .. }) && role == Some(Role::Customer);
    notification.connection.filter(|_| is_visit)
}

/// A notification.
#[component]
pub fn Line(row: AlertRow, place: u32, total: u32) -> Element {
    let shared = shared();
    let role = shared.role();
    let (notification, is_unread) = (row.notification.clone(), row.is_unread);
    let (id, visited) = (notification.id, visited(&notification, role));
    let read = move |_: MouseEvent| {
        if let Some(connection) = visited {
            shared.choose(connection);
        }
        if is_unread {
            // The page may be left by the same press.
            dioxus::core::spawn_forever(async move {
                drop(bridge::call(Request::Alerts(AlertsRequest::Read { notifications: vec![id] })).await);
            });
        }
    };
    let state = if is_unread { "unread" } else { "read" };
    rsx! {
        div { class: "alert-row {state}", role: "listitem", "data-row": "{id}", "data-alert": notification.kind.as_str(), "data-state": state,
            "aria-setsize": "{total}", "aria-posinset": "{place + 1}",
            match target(&notification, role) {
                Some(to) => rsx! {
                    Link { class: "alert-press", to, onclick: read,
                        Body { row }
                        {icon("chevron-right", "s")}
                    }
                },
                None if is_unread => rsx! {
                    button { class: "alert-press", r#type: "button", title: tr("alerts-mark-read"), onclick: read, Body { row } }
                },
                None => rsx! { div { class: "alert-press", Body { row } } },
            }
        }
    }
}

#[component]
fn Body(row: AlertRow) -> Element {
    let notification = &row.notification;
    let (tone, picture) = look(notification.severity);
    let (title, text) = of_row(&row);
    rsx! {
        span { class: "alert-mark {tone}", {icon(picture, "")} }
        span { class: "grow alert-words",
            span { class: "row between top",
                strong { "{title}" }
                if row.is_unread {
                    span { class: "unread-dot", role: "img", "aria-label": tr("alerts-unread") }
                }
            }
            span { class: "small lines", "{text}" }
            span { class: "row wrap",
                {chip(tone, picture, &of_severity(notification.severity), "small")}
                if notification.cleared_at.is_some() {
                    {chip("ok", "check", &tr("alerts-passed"), "small")}
                }
                span { class: "muted small", {of_kind(notification.kind)} }
                When { at: notification.at }
            }
        }
    }
}
