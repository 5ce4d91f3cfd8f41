//! Pengguna: who may sign in, from how many devices, and what an admin does when somebody comes or leaves, or a password or a device is lost.

mod given;
mod invite;
mod zones;

use crate::bridge;
use crate::components::address::{Kept, Params, use_kept};
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::{Button, Card, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, RequestState, ServerView, Stale, is_away, request, use_server_view};
use crate::pages::admin::parts::Confirm;
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::Role;
use given::{Given, Secret};
use invite::{Invite, InviteAgain};
use protocol::people::invitations::Invited;
use protocol::people::users::{UserChange, UserChanged, UserDeed, UserRow, Users as Found, UsersQuery};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;
use zones::ZonesOfUser;

/// What is asked about, before it is done.
#[derive(Clone, PartialEq)]
struct Asking {
    key: Uuid,
    user: UserRow,
    deed: UserDeed,
}

/// What is done beside that, with the key by which it happens once.
#[derive(Clone, PartialEq)]
enum Doing {
    Invite(Uuid),
    InviteAgain(Uuid, UserRow),
    Zones(UserRow),
}

/// A new password, or the code to set one with, if that was given.
fn given_by(changed: UserChanged) -> Option<Given> {
    let UserChanged { user, password, code } = changed;
    let (title, note) =
        if code.is_some() { ("user-code-new", "user-code-once") } else { ("user-password-new", "user-password-once") };
    let secret = password.or(code)?;
    Some(Given { name: user.name, secret, title, note: tr(note) })
}

/// Words and picture of what is done.
const fn word(deed: UserDeed) -> (&'static str, &'static str) {
    match deed {
        UserDeed::Deactivate => ("user-deactivate", "circle-slash"),
        UserDeed::Activate => ("user-activate", "check"),
        UserDeed::SignOut => ("user-sign-out", "log-out"),
        UserDeed::NewPassword => ("user-password", "refresh-cw"),
        UserDeed::PasswordCode => ("user-code", "smartphone"),
    }
}

impl Kept for UsersQuery {
    fn read(params: &Params) -> Self {
        Self { search: params.get("cari").unwrap_or_default() }
    }

    fn write(&self) -> Params {
        Params::default().with("cari", Some(&self.search))
    }
}

/// The admin's users.
#[component]
pub fn Users() -> Element {
    let mut query = use_kept::<UsersQuery>();
    let mut asking = use_signal(|| None::<Asking>);
    let mut doing = use_signal(|| None::<Doing>);
    let mut given = use_signal(|| None::<Given>);
    let server = use_server_view(
        move || AdminRequest::Users(query()),
        |response| match response {
            AdminResponse::Users(found) => Some(found),
            _ => None,
        },
    );
    rsx! {
        div { class: "page narrow office users",
            header { class: "page-head row wrap",
                h1 { {tr("users-title")} }
                div { class: "controls", role: "search",
                    div { class: "input compact search",
                        Icon { name: "search", size: "s" }
                        input { r#type: "search", "aria-label": tr("search-users"), placeholder: tr("search-users"), value: "{query.read().search}",
                            oninput: move |event| query.with_mut(|query| query.search = event.value()) }
                    }
                    Button { label: tr("invite-title"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Invite(bridge::new_id()))) }
                }
                span { class: "only-phone", SyncMark {} }
            }
            p { class: "muted small", {tr("users-lead")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
            Listed { server, onask: move |wanted| asking.set(Some(wanted)), ondo: move |what| doing.set(Some(what)) }
        }
        if let Some(wanted) = asking() {
            Question { wanted,
                onback: move |()| asking.set(None),
                ondone: move |changed: UserChanged| {
                    asking.set(None);
                    given.set(given_by(changed));
                    server.again();
                } }
        }
        Dialogs { doing, given, server }
        if let Some(now) = given() {
            Secret { given: now, onclose: move |()| given.set(None) }
        }
    }
}

/// The dialog of what is done beside the questions, if there is one.
#[component]
fn Dialogs(doing: Signal<Option<Doing>>, given: Signal<Option<Given>>, server: ServerView<Found>) -> Element {
    let (shared, language) = (shared(), language());
    let close = move |()| doing.set(None);
    let done = move |invited: Invited| {
        doing.set(None);
        server.again();
        let Invited { user, until, code, .. } = invited;
        match code {
            Some(secret) => {
                let time = format::moment(until, *shared.now.peek(), device_zone(), language);
                let note = tra("invite-code-once", &[("time", time)]);
                given.set(Some(Given { name: user.name, secret, title: "invite-code", note }));
            }
            None => shared.toast(tra("invite-sent", &[("email", user.email)])),
        }
    };
    match doing() {
        Some(Doing::Invite(key)) => rsx! { Invite { of: key, onclose: close, ondone: done } },
        Some(Doing::InviteAgain(key, user)) => rsx! { InviteAgain { of: key, user, onclose: close, ondone: done } },
        Some(Doing::Zones(user)) => rsx! { ZonesOfUser { user, onclose: close } },
        None => rsx! {},
    }
}

/// Those that were found, or why there is nobody.
#[component]
fn Listed(server: ServerView<Found>, onask: EventHandler<Asking>, ondo: EventHandler<Doing>) -> Element {
    let language = language();
    let latest = server.latest.read().clone();
    let waits = *server.asking.read() == RequestState::Waits;
    rsx! {
        match latest {
            None => rsx! { Gap { asking: server.asking.read().clone(), what: "users", heights: vec![96, 96, 96], onretry: move |()| server.again() } },
            Some(found) if found.rows.is_empty() => rsx! {
                Card { Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") } }
            },
            Some(found) => rsx! {
                ul { class: "stack", "aria-busy": if waits { "true" },
                    for user in found.rows {
                        li { key: "{user.id}", "data-row": "{user.id}", Line { user: user.clone(), onask, ondo } }
                    }
                }
                if found.left_out > 0 {
                    p { class: "muted small", {tra("users-left-out", &[("n", format::whole(i64::from(found.left_out), language))])} }
                }
            },
        }
    }
}

/// One of them, with what can be done.
#[component]
fn Line(user: UserRow, onask: EventHandler<Asking>, ondo: EventHandler<Doing>) -> Element {
    let (shared, language) = (shared(), language());
    let is_own = shared.session.read().as_ref().and_then(|session| session.user.as_ref()).is_some_and(|own| own.id == user.id);
    let seen = user.seen_at.map(|at| format::moment(at, (shared.now)(), device_zone(), language));
    let devices = tra("user-devices", &[("n", format::whole(i64::from(user.sessions), language))]);
    let deeds = match (is_own, user.active, user.invited) {
        (true, ..) => vec![UserDeed::SignOut],
        (false, true, false) => vec![UserDeed::PasswordCode, UserDeed::NewPassword, UserDeed::SignOut, UserDeed::Deactivate],
        (false, true, true) => vec![UserDeed::Deactivate],
        (false, false, _) => vec![UserDeed::Activate],
    };
    let (again, of_zones) = (user.clone(), user.clone());
    rsx! {
        Card {
            div { class: "stack", "data-user": "{user.email}",
                div { class: "row between wrap",
                    div { class: "grow",
                        p { class: "number ellipsis", "{user.name}" }
                        p { class: "muted small ellipsis", "{user.email} · " {tr(&format!("role-{}", user.role.as_str()))} }
                    }
                    Standing { user: user.clone() }
                }
                p { class: "muted small",
                    "{devices}"
                    if let Some(seen) = seen {
                        " · " {tra("user-seen", &[("time", seen)])}
                    }
                }
                div { class: "row wrap actions",
                    if user.active && user.invited && !is_own {
                        Button { label: tr("invite-again"), icon: "refresh-cw", kind: "quiet", disabled: is_away(),
                            onclick: move |_| ondo.call(Doing::InviteAgain(bridge::new_id(), again.clone())) }
                    }
                    if user.active && user.role == Role::Technician {
                        Button { label: tr("zones-title"), icon: "map-pin", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::Zones(of_zones.clone())) }
                    }
                    for deed in deeds {
                        Button { key: "{word(deed).0}", label: tr(word(deed).0), icon: word(deed).1, kind: "quiet", disabled: is_away(), onclick: {
                            let user = user.clone();
                            move |_| onask.call(Asking { key: bridge::new_id(), user: user.clone(), deed })
                        } }
                    }
                }
            }
        }
    }
}

/// Whether the user may sign in, or was only invited so far, and until when.
#[component]
fn Standing(user: UserRow) -> Element {
    let (shared, language) = (shared(), language());
    let now = (shared.now)();
    let until = user.invited_until.filter(|until| *until > now);
    let (tone, icon, label) = match (user.active, user.invited, until) {
        (false, ..) => ("", "circle-slash", tr("user-inactive")),
        (true, false, _) => ("ok", "check", tr("user-active")),
        (true, true, Some(until)) => {
            ("info", "clock", tra("user-invited", &[("time", format::moment(until, now, device_zone(), language))]))
        }
        (true, true, None) => ("warn", "clock-alert", tr("user-invited-over")),
    };
    rsx! { StatusChip { tone, icon, label, small: true } }
}

/// The question before it is done.
#[component]
fn Question(wanted: Asking, onback: EventHandler<()>, ondone: EventHandler<UserChanged>) -> Element {
    let mut busy = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let Asking { key, user, deed } = wanted;
    let change = UserChange { key, user: user.id, deed };
    let go = move |()| {
        if busy.replace(true) {
            return;
        }
        refused.set(None);
        spawn(async move {
            match request(AdminRequest::ChangeUser(change)).await {
                Ok(AdminResponse::UserChanged(changed)) => ondone.call(*changed),
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let (name, icon) = word(deed);
    let kind = if deed == UserDeed::Deactivate { "danger" } else { "primary" };
    rsx! {
        Confirm { title: tr(&format!("{name}-title")), icon, label: tr(name), busy: busy(), refused: refused(),
            kind,
            rows: vec![(tr("field-name"), user.name.clone()), (tr("field-email"), user.email.clone())],
            note: tr(&format!("{name}-note")),
            onyes: go, onback }
    }
}
