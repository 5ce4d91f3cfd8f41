//! Whose a case is to look into: taken by whoever looks at it, given up, or given to somebody by an admin. It needs no network; those whom an
//! admin can choose are those that the server named last.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Icon, Select, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::use_server_view;
use crate::pages::maintenance::announce::{technicians_of, zones};
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::Role;
use domain::{ConnectionId, UserId};
use protocol::people::users::{Users, UsersQuery};
use protocol::sync::push::Operation;
use protocol::sync::rows::Person;
use protocol::ui::{AdminRequest, AdminResponse, CaseRow, Request};

/// What sends whose a case is, and whether it is being sent.
fn use_assigning(connection: ConnectionId, no: u32, ondone: Option<EventHandler<()>>) -> (Callback<Option<Person>>, bool) {
    let shared = shared();
    let sending = use_sending();
    let assign = use_callback(move |to: Option<Person>| {
        sending.once(async move {
            let said = to.as_ref().map_or_else(|| tr("case-given-up"), |to| tra("case-given", &[("name", to.name.clone())]));
            let command = Operation::AssignMeterCase { connection, no, to };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    sending.begin_anew();
                    shared.toast(said);
                    if let Some(ondone) = ondone {
                        ondone.call(());
                    }
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    });
    (assign, sending.is_busy())
}

/// The section of a case's page; nothing for customers.
#[component]
pub fn Assigned(row: CaseRow) -> Element {
    let shared = shared();
    let (role, user) = (shared.role(), shared.user());
    let mut choosing = use_signal(|| false);
    let (assign, busy) = use_assigning(row.case.connection, row.case.no, None);
    let assigned = row.case.assigned.clone();
    if !row.case.status.is_open() && assigned.is_none() || !matches!(role, Some(Role::Admin | Role::Technician)) {
        return rsx! {};
    }
    let is_mine = user.as_ref().is_some_and(|(id, _)| assigned.as_ref().is_some_and(|person| person.id == *id));
    let me = user.map(|(id, name)| Person { id, name });
    rsx! {
        Card {
            h2 { {tr("case-handled")} }
            p { class: "row", "data-assigned": assigned.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
                Icon { name: "user", size: "s" }
                {assigned.as_ref().map_or_else(|| tr("case-handled-nobody"), |person| person.name.clone())}
            }
            if row.case.status.is_open() {
                div { class: "row wrap actions",
                    if !is_mine {
                        Button { label: tr("case-take"), icon: "user", busy, onclick: move |_| assign.call(me.clone()) }
                    }
                    if role == Some(Role::Admin) {
                        Button { label: tr("case-give"), icon: "users", disabled: busy, onclick: move |_| choosing.set(true) }
                    }
                    if assigned.is_some() {
                        Button { label: tr("case-give-up"), kind: "quiet", icon: "x", disabled: busy, onclick: move |_| assign.call(None) }
                    }
                }
            }
        }
        if choosing() {
            Choose { row: row.clone(), onclose: move |()| choosing.set(false) }
        }
    }
}

fn users(response: AdminResponse) -> Option<Users> {
    match response {
        AdminResponse::Users(users) => Some(users),
        _ => None,
    }
}

/// An admin chooses whose it is: another admin, or a technician of the zone.
#[component]
fn Choose(row: CaseRow, onclose: EventHandler<()>) -> Element {
    let admins = use_server_view(|| AdminRequest::Users(UsersQuery::default()), users);
    let technicians = use_server_view(|| AdminRequest::Zones, zones);
    let mut chosen = use_signal(|| None::<Person>);
    let (assign, busy) = use_assigning(row.case.connection, row.case.no, Some(onclose));
    let zone = row.zone;
    let of_zone = technicians.latest.read().as_ref().map(|zones| technicians_of(zones, zone)).unwrap_or_default();
    let of_office = admins.latest.read().as_ref().map(|users| users.rows.clone()).unwrap_or_default();
    let office = of_office.into_iter().filter(|user| user.role == Role::Admin && user.active);
    let people: Vec<Person> = of_zone
        .into_iter()
        .map(|of| Person { id: of.id, name: of.name })
        .chain(office.map(|user| Person { id: user.id, name: user.name }))
        .collect();
    let nobody = (String::new(), tr("case-handled-nobody"));
    let names: Vec<_> = std::iter::once(nobody).chain(people.iter().map(|of| (of.id.to_string(), of.name.clone()))).collect();
    let is_empty = people.is_empty();
    let choose = move |word: String| {
        let found = word.parse::<UserId>().ok().and_then(|id| people.iter().find(|of| of.id == id).cloned());
        chosen.set(found);
    };
    rsx! {
        Dialog { title: tr("case-give"), onclose: move |()| if !busy { onclose.call(()) },
            div { class: "field", "data-of": "assignee",
                span { class: "label", "aria-hidden": "true", {tr("field-assignee")} }
                Select { label: tr("field-assignee"), choices: names,
                    chosen: chosen().map(|person| person.id.to_string()).unwrap_or_default(), onchoose: choose }
            }
            if is_empty {
                p { class: "muted small", {tr("work-technicians-away")} }
            }
            div { class: "row wrap actions",
                Button { label: tr("case-give"), kind: "primary", icon: "check", busy, disabled: chosen().is_none(), onclick: move |_| assign.call(chosen()) }
                Button { label: tr("cancel"), kind: "quiet", disabled: busy, onclick: move |_| onclose.call(()) }
            }
        }
    }
}
