//! Signing in; and what is before it for who has lost a password or was invited.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Field, Icon, Segmented, Water};
use crate::i18n::tr;
use crate::pages::people::password::{CodeFor, WithCode};
use crate::pages::people::profile::keep_language;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::Language;
use protocol::Problem;
use protocol::ui::{Answer, Phase, Preferences, Request, Secret};

/// The page: a picture, and the form.
#[component]
pub fn SignIn() -> Element {
    // An invitation's link says by itself what is wanted.
    let mut with_code = use_signal(|| CodeFor::of_address(&history().current_route()));
    rsx! {
        main { class: "sign-in",
            div { class: "picture", "aria-hidden": "true",
                p { {tr("sign-in-lead")} }
                Water { level: 42, band: 2, still: false }
            }
            if let Some(wanted) = with_code() {
                WithCode { wanted, onback: move |()| with_code.set(None) }
            } else {
                SignInForm { oncode: move |wanted| with_code.set(Some(wanted)) }
            }
        }
    }
}

/// E-mail, password, language.
#[component]
fn SignInForm(oncode: EventHandler<CodeFor>) -> Element {
    let shared = shared();
    let email = use_signal(String::new);
    let password = use_signal(String::new);
    let shown = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut tried = use_signal(|| false);
    let mut problem = use_signal(|| None::<Problem>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if busy() || email.read().trim().is_empty() || password.read().is_empty() {
            return;
        }
        if busy.replace(true) {
            return;
        }
        problem.set(None);
        let request = Request::SignIn { email: email(), password: Secret(password()) };
        spawn(async move {
            let mut session = shared.session;
            match bridge::call(request).await {
                Ok(Answer::Session(now)) => session.set(Some(now)),
                Ok(_) => {}
                Err(refused) => problem.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let missing = |value: &str, key: &str| (tried() && value.trim().is_empty()).then(|| tr(key));
    let kind = if shown() { "text" } else { "password" };
    let submit_label = if busy() { tr("signing-in") } else { tr("sign-in-button") };
    rsx! {
        form { class: "form", novalidate: true, onsubmit: submit,
            FormHead {}
            if shared.sync.read().phase == Phase::SignedOut {
                div { class: "banner warn", role: "status", Icon { name: "log-out" } {tr("session-ended")} }
            }
            if let Some(problem) = problem.read().as_ref() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {explain(problem)} }
            }
            Field { id: "email", label: tr("email"), value: email, r#type: "email", autocomplete: "username",
                error: missing(&email.read(), "email-missing") }
            Field { id: "password", label: tr("password"), value: password, autocomplete: "current-password",
                r#type: kind,
                error: missing(&password.read(), "password-missing"), end: rsx! { Eye { shown } } }
            Button { label: submit_label, kind: "primary", r#type: "submit", full: true,
                busy: busy() }
            Button { label: tr("lost-password"), kind: "quiet", full: true, onclick: move |_| oncode.call(CodeFor::LostPassword) }
            Button { label: tr("invited-button"), kind: "quiet", full: true, onclick: move |_| oncode.call(CodeFor::invitation()) }
        }
    }
}

/// The app's name, the language, and what the form is for.
#[component]
fn FormHead() -> Element {
    rsx! {
        div { class: "row between",
            div { class: "row", gap: "12px",
                img { class: "logo", src: "icon.svg", alt: "" }
                span { class: "number", font_size: "1.25rem", {tr("app")} }
            }
            LanguageChoice {}
        }
        div { class: "stack", gap: "4px",
            h1 { {tr("sign-in-title")} }
            p { class: "muted", {tr("sign-in-hint")} }
        }
    }
}

/// The button within the password's field that shows what is typed.
#[component]
pub fn Eye(shown: Signal<bool>) -> Element {
    let (icon, label) = if shown() { ("eye-off", tr("password-hide")) } else { ("eye", tr("password-show")) };
    rsx! {
        button {
            r#type: "button",
            "aria-label": label,
            "aria-pressed": if shown() { "true" } else { "false" },
            onclick: move |_| shown.toggle(),
            Icon { name: icon }
        }
    }
}

/// The language, as a choice of two.
#[component]
pub fn LanguageChoice(#[props(default)] full: bool) -> Element {
    let shared = shared();
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let choices = if full {
        vec![(Language::Id, "Bahasa Indonesia".to_owned()), (Language::En, "English".to_owned())]
    } else {
        vec![(Language::Id, "ID".to_owned()), (Language::En, "EN".to_owned())]
    };
    rsx! {
        Segmented { label: tr("language"), choices, chosen: preferences.language, full,
            onchoose: move |language| {
                set_preferences(Preferences { language, ..preferences });
                spawn(keep_language(shared, language));
            } }
    }
}

/// Sends the preferences to the client; what it keeps comes back as the session.
pub fn set_preferences(preferences: Preferences) {
    let shared = shared_now();
    // Whoever asked may be closed before the answer is there.
    dioxus::core::spawn_forever(async move {
        let mut session = shared.session;
        if let Ok(Answer::Session(now)) = bridge::call(Request::SetPreferences(preferences)).await {
            session.set(Some(now));
        }
    });
}

/// The shared state, from an event handler.
fn shared_now() -> crate::state::Shared {
    consume_context()
}
