//! Passwords: changing one's own in Akun, and setting one by a code: an admin's where it was lost, or that of an invitation.

use crate::bridge;
use crate::components::address::Params;
use crate::components::states::explain;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Field, Icon};
use crate::i18n::tr;
use crate::pages::people::sign_in::{Eye, LanguageChoice};
use crate::state::shared;
use dioxus::prelude::*;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Answer, Request, Secret};

/// The shortest password that is taken.
const SHORTEST: usize = 10;

/// What is wrong with a new password, if anything is.
fn wrong_with(password: &str) -> Option<String> {
    (password.chars().count() < SHORTEST).then(|| tr("password-short"))
}

/// What went wrong, where it is not a form that is filled in wrongly.
fn refused(problem: &Problem, wrong: &str) -> String {
    if problem.code == Code::WrongCredentials { tr(wrong) } else { explain(problem) }
}

/// One's own password, in Akun.
#[component]
pub fn PasswordCard() -> Element {
    let shared = shared();
    let mut open = use_signal(|| false);
    let mut current = use_signal(String::new);
    let mut new = use_signal(String::new);
    let mut shown = use_signal(|| false);
    let mut tried = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut problem = use_signal(|| None::<Problem>);
    // What was typed is in no field any more.
    let mut close = move || {
        open.set(false);
        tried.set(false);
        current.set(String::new());
        new.set(String::new());
        shown.set(false);
        problem.set(None);
    };
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if busy() || current.read().is_empty() || wrong_with(&new.read()).is_some() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::ChangePassword { current: Secret(current()), new: Secret(new()) };
        spawn(async move {
            match bridge::call(request).await {
                Ok(_) => {
                    close();
                    shared.toast(tr("password-changed"));
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
            busy.set(false);
        });
    };
    let kind = if shown() { "text" } else { "password" };
    let no_current = current.read().is_empty().then(|| tr("password-missing"));
    let no_new = wrong_with(&new.read());
    rsx! {
        Card { class: "wide",
            h2 { {tr("password")} }
            if open() {
                form { class: "stack wide", novalidate: true, onsubmit: submit,
                    if let Some(problem) = problem.read().as_ref() {
                        div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {refused(problem, "password-current-wrong")} }
                    }
                    Summary { wrong: misses(tried(), [("password-current", no_current.clone()), ("password-new", no_new.clone())]) }
                    Field { id: "password-current", label: tr("password-current"), value: current, r#type: kind, autocomplete: "current-password",
                        error: no_current.filter(|_| tried()) }
                    Field { id: "password-new", label: tr("password-new"), value: new, r#type: kind, autocomplete: "new-password",
                        error: no_new.filter(|_| tried()), end: rsx! { Eye { shown } } }
                    p { class: "small muted", {tr("password-elsewhere")} }
                    div { class: "row wrap",
                        Button { label: tr("password-change"), kind: "primary", icon: "check", r#type: "submit", busy: busy() }
                        Button { label: tr("cancel"), kind: "quiet", disabled: busy(), onclick: move |_| close() }
                    }
                }
            } else {
                Button { label: tr("password-change"), icon: "pencil", onclick: move |_| open.set(true) }
            }
        }
    }
}

/// For what somebody has a code.
#[derive(Clone, PartialEq)]
pub enum CodeFor {
    /// Another password in place of one that was lost.
    LostPassword,
    /// The first password, with what the invitation's link says, if it was followed.
    Invitation {
        /// The code.
        code: String,
        /// The e-mail address.
        email: String,
    },
}

impl CodeFor {
    /// An invitation whose code is typed.
    pub const fn invitation() -> Self {
        Self::Invitation { code: String::new(), email: String::new() }
    }

    /// The invitation whose link leads to an address.
    pub fn of_address(address: &str) -> Option<Self> {
        let params = Params::of(address);
        let code = params.get::<String>("undangan")?;
        Some(Self::Invitation { code, email: params.get("email").unwrap_or_default() })
    }

    /// What its words' keys begin with.
    const fn words(&self) -> &'static str {
        match self {
            Self::LostPassword => "lost",
            Self::Invitation { .. } => "invited",
        }
    }
}

/// The form for who has a code: an admin's, in place of a lost password, or an invitation's.
#[component]
pub fn WithCode(wanted: CodeFor, onback: EventHandler<()>) -> Element {
    let shared = shared();
    let words = wanted.words();
    let (first_code, first_email) = match wanted {
        CodeFor::LostPassword => (String::new(), String::new()),
        CodeFor::Invitation { code, email } => (code, email),
    };
    let email = use_signal(|| first_email);
    let code = use_signal(|| first_code);
    let password = use_signal(String::new);
    let shown = use_signal(|| false);
    let mut tried = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut problem = use_signal(|| None::<Problem>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let is_missing = email.read().trim().is_empty() || code.read().trim().is_empty();
        if busy() || is_missing || wrong_with(&password.read()).is_some() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let request = Request::ResetPassword { email: email(), code: Secret(code()), password: Secret(password()) };
        spawn(async move {
            let mut session = shared.session;
            match bridge::call(request).await {
                Ok(Answer::Session(now)) => session.set(Some(now)),
                Ok(_) => {}
                Err(refusal) => problem.set(Some(refusal)),
            }
            busy.set(false);
        });
    };
    let missing = |value: &str, key: &str| value.trim().is_empty().then(|| tr(key));
    let no_email = missing(&email.read(), "email-missing");
    let no_code = missing(&code.read(), &format!("{words}-code-missing"));
    let no_password = wrong_with(&password.read());
    let kind = if shown() { "text" } else { "password" };
    let wrong_code = format!("{words}-wrong");
    rsx! {
        form { class: "form", novalidate: true, onsubmit: submit, "data-lost": "{words}",
            div { class: "row between top",
                div { class: "stack", gap: "4px",
                    h1 { {tr(&format!("{words}-title"))} }
                    p { class: "muted", {tr(&format!("{words}-lead"))} }
                }
                LanguageChoice {}
            }
            if let Some(problem) = problem.read().as_ref() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {refused(problem, &wrong_code)} }
            }
            Summary { wrong: misses(tried(), [
                ("lost-email", no_email.clone()), ("lost-code", no_code.clone()), ("lost-password", no_password.clone()),
            ]) }
            Field { id: "lost-email", label: tr("email"), value: email, r#type: "email", autocomplete: "username",
                error: no_email.filter(|_| tried()) }
            Field { id: "lost-code", label: tr(&format!("{words}-code")), value: code, autocomplete: "one-time-code",
                error: no_code.filter(|_| tried()) }
            Field { id: "lost-password", label: tr("password-new"), value: password, r#type: kind, autocomplete: "new-password",
                error: no_password.filter(|_| tried()), end: rsx! { Eye { shown } } }
            Button { label: tr("lost-set"), kind: "primary", r#type: "submit", full: true, busy: busy() }
            Button { label: tr("back"), kind: "quiet", full: true, onclick: move |_| onback.call(()) }
        }
    }
}
