//! Inviting a user: who they are, what they are here, and what they may see; and inviting somebody once more.

use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{is_away, use_server_view};
use crate::pages::admin::customers_of::CustomersOf;
use crate::pages::admin::parts::{Choice, Confirm, Entry, Refused, Several};
use dioxus::prelude::*;
use domain::core::text;
use domain::people::invitation::{Invitee, Wrong};
use domain::people::{Language, Role};
use domain::{CustomerId, UserId, ZoneId};
use protocol::metering::zones::ZoneRow;
use protocol::people::invitations::{InvitationRequest, Invite as What, Invited, NewInvitee};
use protocol::people::users::UserRow;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// What is filled in.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    name: String,
    email: String,
    role: Role,
    language: Language,
    zones: Vec<String>,
}

impl Draft {
    fn new() -> Self {
        Self { name: String::new(), email: String::new(), role: Role::Technician, language: Language::Id, zones: Vec::new() }
    }

    /// Who is invited, with the zones of a technician and the customers of a customer's user.
    fn read(&self, customers: &[(CustomerId, String)]) -> NewInvitee {
        let zones = self.zones.iter().filter(|_| self.role == Role::Technician);
        let customers = customers.iter().filter(|_| self.role == Role::Customer);
        NewInvitee {
            name: text::visible(&self.name).trim().to_owned(),
            email: text::email(&self.email),
            role: self.role,
            language: self.language,
            zones: zones.filter_map(|id| id.parse::<Uuid>().ok().map(ZoneId)).collect(),
            customers: customers.map(|(id, _)| *id).collect(),
        }
    }
}

/// What is wrong with each field: name, e-mail address, customers.
fn faults(new: &NewInvitee) -> [Option<String>; 3] {
    let check = |name: &str, email: &str, customers: usize| {
        Invitee { name, email, role: new.role, zones: new.zones.len(), customers }.check().err()
    };
    // Each by itself, with the others as they should be.
    let right = usize::from(new.role == Role::Customer);
    let said = |why: Option<Wrong>| why.map(|why| tr(&format!("refused-{}", why.as_str())));
    let (name, email) = ("Made", "made@contoh.id");
    [said(check(&new.name, email, right)), said(check(name, &new.email, right)), said(check(name, email, new.customers.len()))]
}

/// The form. Its key is the user's identifier as well.
#[component]
pub fn Invite(of: Uuid, onclose: EventHandler<()>, ondone: EventHandler<Invited>) -> Element {
    let act = use_act();
    let mut draft = use_signal(Draft::new);
    let mut customers = use_signal(Vec::<(CustomerId, String)>::new);
    let mut tried = use_signal(|| false);
    let zones = use_server_view(
        || AdminRequest::Zones,
        |response| match response {
            AdminResponse::Zones(found) => Some(found.zones),
            _ => None,
        },
    );
    let now = draft();
    let new = now.read(&customers.read());
    let [no_name, no_email, no_customer] = faults(&new);
    let is_right = no_name.is_none() && no_email.is_none() && no_customer.is_none();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_right {
            let request = InvitationRequest { key: of, user: UserId(of), invite: What::New(new.clone()) };
            act.send(AdminRequest::Invite(Box::new(request)), move |answer| {
                if let AdminResponse::Invited(invited) = answer {
                    ondone.call(*invited);
                }
            });
        }
    };
    let roles = Role::ALL.map(|role| (role, tr(&format!("role-{}", role.as_str())))).to_vec();
    let languages = Language::ALL.map(|language| (language, tr(&format!("language-{}", language.as_str())))).to_vec();
    let shown = |fault: &Option<String>| fault.clone().filter(|_| tried());
    rsx! {
        Dialog { title: tr("invite-title"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("invite-lead")} }
                Summary { wrong: misses(tried(), [
                    ("invite-name", no_name.clone()), ("invite-email", no_email.clone()), ("invite-customers", no_customer.clone()),
                ]) }
                Entry { id: "invite-name", label: tr("field-name"), value: now.name.clone(), error: shown(&no_name),
                    oninput: move |text| draft.with_mut(|draft| draft.name = text) }
                Entry { id: "invite-email", label: tr("email"), kind: "email", value: now.email.clone(), hint: tr("invite-email-hint"), error: shown(&no_email),
                    oninput: move |text| draft.with_mut(|draft| draft.email = text) }
                Choice { label: tr("invite-role"), choices: roles, chosen: now.role, onchoose: move |role| draft.with_mut(|draft| draft.role = role) }
                match now.role {
                    Role::Admin => rsx! { p { class: "muted small", {tr("invite-admin-note")} } },
                    Role::Technician => rsx! {
                        ZonesOf { zones: zones.latest.read().clone().unwrap_or_default(), chosen: now.zones.clone(),
                            onchange: move |zones| draft.with_mut(|draft| draft.zones = zones) }
                    },
                    Role::Customer => rsx! {
                        CustomersOf { id: "invite-customers", label: tr("invite-customers"), hint: tr("invite-customers-hint"), chosen: customers(),
                            error: shown(&no_customer), onchange: move |chosen| customers.set(chosen) }
                    },
                }
                Choice { label: tr("invite-language"), choices: languages, chosen: now.language,
                    onchoose: move |language| draft.with_mut(|draft| draft.language = language) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("invite-send"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The zones of a technician, if there are any yet.
#[component]
fn ZonesOf(zones: Vec<ZoneRow>, chosen: Vec<String>, onchange: EventHandler<Vec<String>>) -> Element {
    let choices: Vec<(String, String)> = zones.into_iter().map(|zone| (zone.id.to_string(), zone.name)).collect();
    rsx! {
        if choices.is_empty() {
            p { class: "muted small", {tr("invite-no-zones")} }
        } else {
            Several { label: tr("invite-zones"), choices, chosen, onchange }
        }
    }
}

/// The question before somebody is invited once more.
#[component]
pub fn InviteAgain(of: Uuid, user: UserRow, onclose: EventHandler<()>, ondone: EventHandler<Invited>) -> Element {
    let act = use_act();
    let id = user.id;
    let go = move |()| {
        let request = InvitationRequest { key: of, user: id, invite: What::Again };
        act.send(AdminRequest::Invite(Box::new(request)), move |answer| {
            if let AdminResponse::Invited(invited) = answer {
                ondone.call(*invited);
            }
        });
    };
    rsx! {
        Confirm { title: tr("invite-again-title"), icon: "refresh-cw", label: tr("invite-again"), busy: act.is_busy(), refused: act.refused(),
            rows: vec![(tr("field-name"), user.name.clone()), (tr("field-email"), user.email.clone())],
            note: tr("invite-again-note"),
            onyes: go, onback: onclose }
    }
}
