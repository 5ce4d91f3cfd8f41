//! Pengguna: who may sign in, from how many devices, and what an admin does when a password or a device is lost or somebody leaves.

use crate::bridge;
use crate::components::address::{Kept, Params, use_kept};
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::{Button, Card, Dialog, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, RequestState, ServerView, Stale, is_away, request, use_server_view};
use crate::pages::admin::parts::Confirm;
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::people::users::{UserChange, UserChanged, UserDeed, UserRow, Users as Found, UsersQuery};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// What is asked about, before it is done.
#[derive(Clone, PartialEq)]
struct Asking {
    key: Uuid,
    user: UserRow,
    deed: UserDeed,
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
    let mut given = use_signal(|| None::<UserChanged>);
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
            Listed { server, onask: move |wanted| asking.set(Some(wanted)) }
        }
        if let Some(wanted) = asking() {
            Question { wanted,
                onback: move |()| asking.set(None),
                ondone: move |changed: UserChanged| {
                    asking.set(None);
                    given.set(Some(changed).filter(|changed| changed.password.is_some() || changed.code.is_some()));
                    server.again();
                } }
        }
        if let Some(UserChanged { user, password, code }) = given() {
            if let Some(secret) = password.or(code.clone()) {
                Secret { user, secret, is_code: code.is_some(), onclose: move |()| given.set(None) }
            }
        }
    }
}

/// Those that were found, or why there is nobody.
#[component]
fn Listed(server: ServerView<Found>, onask: EventHandler<Asking>) -> Element {
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
                        li { key: "{user.id}", "data-row": "{user.id}", Line { user: user.clone(), onask } }
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
fn Line(user: UserRow, onask: EventHandler<Asking>) -> Element {
    let (shared, language) = (shared(), language());
    let is_own = shared.session.read().as_ref().and_then(|session| session.user.as_ref()).is_some_and(|own| own.id == user.id);
    let seen = user.seen_at.map(|at| format::moment(at, (shared.now)(), device_zone(), language));
    let devices = tra("user-devices", &[("n", format::whole(i64::from(user.sessions), language))]);
    let deeds = match (is_own, user.active) {
        (true, _) => vec![UserDeed::SignOut],
        (false, true) => vec![UserDeed::PasswordCode, UserDeed::NewPassword, UserDeed::SignOut, UserDeed::Deactivate],
        (false, false) => vec![UserDeed::Activate],
    };
    rsx! {
        Card {
            div { class: "stack", "data-user": "{user.email}",
                div { class: "row between wrap",
                    div { class: "grow",
                        p { class: "number ellipsis", "{user.name}" }
                        p { class: "muted small ellipsis", "{user.email} · " {tr(&format!("role-{}", user.role.as_str()))} }
                    }
                    if user.active {
                        StatusChip { tone: "ok", icon: "check", label: tr("user-active"), small: true }
                    } else {
                        StatusChip { tone: "", icon: "circle-slash", label: tr("user-inactive"), small: true }
                    }
                }
                p { class: "muted small",
                    "{devices}"
                    if let Some(seen) = seen {
                        " · " {tra("user-seen", &[("time", seen)])}
                    }
                }
                div { class: "row wrap actions",
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

/// The new password, or the code to set one with, which is shown this once.
#[component]
fn Secret(user: UserRow, secret: String, is_code: bool, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let text = secret.clone();
    let (title, note) = if is_code { ("user-code-new", "user-code-once") } else { ("user-password-new", "user-password-once") };
    let copy = move |_| {
        let text = text.clone();
        spawn(async move {
            if bridge::copy(text).await {
                shared.toast(tr("user-password-copied"));
            }
        });
    };
    rsx! {
        Dialog { title: tr(title), onclose: move |()| onclose.call(()),
            p { class: "small", {tra("user-password-for", &[("name", user.name.clone())])} }
            p { class: "number big", "data-password": "true", "{secret}" }
            p { class: "muted small", {tr(note)} }
            div { class: "row wrap actions",
                Button { label: tr("user-password-copy"), icon: "copy", onclick: copy }
                Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
