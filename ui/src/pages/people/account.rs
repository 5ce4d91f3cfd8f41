//! Akun and Profil: who, which meters, appearance, and signing out.

use crate::bridge;
use crate::components::shell::SyncMark;
use crate::components::states::explain;
use crate::components::status::judge;
use crate::components::{Button, Card, Connected, Dialog, Failed, Icon, Segmented, Skeleton};
use crate::i18n::{tr, tra};
use crate::pages::metering::connections::title;
use crate::pages::people::background::BackgroundCard;
use crate::pages::people::password::PasswordCard;
use crate::pages::people::profile::ProfileCard;
use crate::pages::people::sign_in::{LanguageChoice, set_preferences};
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::people::Role;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Account as View, Answer, Keeping, Motion, Preferences, Request, SingleKeys, Theme};

/// The user's own page.
#[component]
pub fn Account() -> Element {
    let load = use_answer(
        || Request::Account,
        |answer| match answer {
            Answer::Account(view) => Some(view),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![48, 96, 200, 240] } },
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(view) => rsx! { Content { view: view.clone() } },
    }
}

#[component]
fn Content(view: View) -> Element {
    let now = (shared().now)();
    let is_customer = view.user.role == Role::Customer;
    rsx! {
        div { class: "page account",
            header { class: "page-head",
                h1 { if view.user.role == Role::Technician { {tr("profile-title")} } else { {tr("account-title")} } }
                span { class: "only-phone", SyncMark {} }
            }
            ProfileCard { user: view.user.clone(), profile: view.profile.clone(), waiting: view.waiting }
            if is_customer {
                Card {
                    h2 { {tr("my-meters")} }
                    ul { class: "list",
                        for (place , meter) in view.meters.iter() {
                            li { key: "{place.connection}",
                                span { class: "round", Icon { name: "gauge" } }
                                div { class: "grow",
                                    p { class: "number", {title(place)} }
                                    p { class: "muted small", "{place.address} · {place.time_zone.abbreviation()}" }
                                }
                                if let Some(meter) = meter {
                                    Connected { state: judge(meter, now), small: true }
                                }
                            }
                        }
                    }
                }
            }
            if view.user.role == Role::Admin {
                LinkCard { to: Route::Users {}, icon: "users", title: tr("users-title"), lead: tr("users-lead") }
            }
            if is_customer {
                LinkCard { to: Route::History {}, icon: "history", title: tr("history-title"), lead: tr("history-lead") }
            }
            LinkCard { to: Route::AlertSettings {}, icon: "bell", title: tr("alerts-settings-title"),
                lead: tr(if is_customer { "alerts-settings-lead" } else { "alerts-settings-lead-staff" }) }
            if !is_customer {
                LinkCard { to: Route::OfflineMaps {}, icon: "map-pin", title: tr("maps-title"), lead: tr("maps-lead") }
            }
            Appearance {}
            KeysCard {}
            BackgroundCard {}
            PasswordCard {}
            SessionCard {}
            p { class: "muted tiny", {tra("version", &[("version", view.version.clone())])} }
        }
    }
}

/// The way to another page.
#[component]
fn LinkCard(to: Route, icon: &'static str, title: String, lead: String) -> Element {
    rsx! {
        Card {
            Link { class: "row last-purchase", to,
                span { class: "round", Icon { name: icon } }
                div { class: "grow",
                    p { class: "number", "{title}" }
                    p { class: "muted small", "{lead}" }
                }
                Icon { name: "chevron-right" }
            }
        }
    }
}

#[component]
fn Appearance() -> Element {
    let shared = shared();
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let is_technician = shared
        .session
        .read()
        .as_ref()
        .and_then(|session| session.user.as_ref())
        .is_some_and(|user| user.role == Role::Technician);
    let mut themes =
        vec![(Theme::System, tr("theme-system")), (Theme::Light, tr("theme-light")), (Theme::Dark, tr("theme-dark"))];
    if is_technician {
        themes.push((Theme::Sunlight, tr("theme-sunlight")));
    }
    rsx! {
        Card { class: "wide",
            h2 { {tr("appearance")} }
            div { class: "stack",
                p { class: "small muted", {tr("language")} }
                LanguageChoice { full: true }
            }
            div { class: "stack",
                p { class: "small muted", {tr("theme")} }
                Segmented { label: tr("theme"), choices: themes, chosen: preferences.theme, full: true,
                    onchoose: move |theme| set_preferences(Preferences { theme, ..preferences }) }
            }
            div { class: "stack",
                p { class: "small muted", {tr("motion")} }
                Segmented { label: tr("motion"), chosen: preferences.motion, full: true,
                    choices: vec![(Motion::System, tr("motion-system")), (Motion::Still, tr("motion-still"))],
                    onchoose: move |motion| set_preferences(Preferences { motion, ..preferences }) }
            }
        }
    }
}

/// Whether single keys do something.
#[component]
fn KeysCard() -> Element {
    let mut asked = shared().asked;
    let preferences = shared().session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    rsx! {
        Card { class: "wide with-keys",
            h2 { {tr("keyboard")} }
            div { class: "stack",
                p { class: "small muted", {tr("keys-single")} }
                Segmented { label: tr("keys-single"), chosen: preferences.single_keys, full: true,
                    choices: vec![(SingleKeys::On, tr("keys-on")), (SingleKeys::Off, tr("keys-off"))],
                    onchoose: move |single_keys| set_preferences(Preferences { single_keys, ..preferences }) }
                p { class: "tiny muted", {tr("keys-single-help")} }
            }
            Button { label: tr("keys-show"), kind: "quiet", icon: "info", onclick: move |_| asked.set(Some("help".to_owned())) }
        }
    }
}

#[component]
fn SessionCard() -> Element {
    let shared = shared();
    let mut asking = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut problem = use_signal(|| None::<Problem>);
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    // What hinders is said before either way of signing out, and the one that was wanted goes on.
    let mut unsent = use_signal(|| None::<bool>);
    let mut leave = move |everywhere: bool, with_unsent: bool| {
        if busy.replace(true) {
            return;
        }
        problem.set(None);
        spawn(async move {
            let mut session = shared.session;
            match bridge::call(Request::SignOut { everywhere, with_unsent }).await {
                Ok(Answer::Session(now)) => session.set(Some(now)),
                Ok(_) => {}
                Err(refused) if refused.code == Code::UnsentChanges => unsent.set(Some(everywhere)),
                Err(refused) => problem.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    rsx! {
        Card { class: "wide",
            h2 { {tr("session")} }
            if keeping == Some(Keeping::ThisRun) {
                div { class: "banner warn",
                    Icon { name: "shield-alert" }
                    div {
                        p { class: "number", {tr("this-run-only")} }
                        p { class: "small", {tr("this-run-why")} }
                    }
                }
            }
            if let Some(problem) = problem.read().as_ref() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {explain(problem)} }
            }
            div { class: "row wrap",
                Button { label: tr("sign-out"), icon: "log-out", busy: busy(), onclick: move |_| leave(false, false) }
                Button { label: tr("sign-out-everywhere"), kind: "quiet", onclick: move |_| asking.set(true) }
            }
        }
        if let Some(everywhere) = unsent() {
            Dialog { title: tr("unsent-title"), onclose: move |()| unsent.set(None),
                p { {tr("error-unsent_changes")} }
                div { class: "row wrap",
                    Link { class: "button primary", to: Route::Outbox {}, {tr("outbox-open")} }
                    Button { label: tr("sign-out-anyway"), kind: "danger", icon: "log-out",
                        onclick: move |_| { unsent.set(None); leave(everywhere, true); } }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| unsent.set(None) }
                }
            }
        }
        if asking() {
            Dialog { title: tr("sign-out-everywhere"), onclose: move |()| asking.set(false),
                p { {tr("sign-out-everywhere-sure")} }
                div { class: "row wrap",
                    Button { label: tr("sign-out-everywhere"), kind: "danger", icon: "log-out",
                        onclick: move |_| { asking.set(false); leave(true, false); } }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| asking.set(false) }
                }
            }
        }
    }
}
