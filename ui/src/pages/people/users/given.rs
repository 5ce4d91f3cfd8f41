//! A secret that is shown this once: a new password, a code to set one with, or the code of an invitation.

use crate::bridge;
use crate::components::{Button, Dialog};
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;

/// What is shown, and of whom.
#[derive(Clone, PartialEq)]
pub struct Given {
    /// The user's name.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// The key of the dialog's title.
    pub title: &'static str,
    /// What to do with it.
    pub note: String,
}

/// The dialog.
#[component]
pub fn Secret(given: Given, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let Given { name, secret, title, note } = given;
    let text = secret.clone();
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
            p { class: "small", {tra("user-password-for", &[("name", name)])} }
            p { class: "number big", "data-password": "true", "{secret}" }
            p { class: "muted small", "{note}" }
            div { class: "row wrap actions",
                Button { label: tr("user-password-copy"), icon: "copy", onclick: copy }
                Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
