//! One's own profile: who one is to others, edited in place like any record.

use crate::bridge;
use crate::components::form::{EditForm, Edits, FormField};
use crate::components::states::explain;
use crate::components::{Card, Icon, StatusChip, use_sending};
use crate::i18n::tr;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::people::Language;
use domain::sync::edit::{Change, Editable, Patch, ProfileField, ProfileRecord};
use protocol::people::auth::Profile as Who;
use protocol::sync::push::Operation;
use protocol::sync::rows::Profile;
use protocol::ui::{Keeping, Phase, Request};

/// The fields of the form; the language has a place of its own among the settings.
const FIELDS: [ProfileField; 2] = [ProfileField::Name, ProfileField::Phone];

/// Who one is.
#[component]
pub fn ProfileCard(user: Who, profile: Option<Profile>, waiting: bool) -> Element {
    let shared = shared();
    let mut editing = use_signal(|| false);
    let sending = use_sending();
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    let locked = keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live;
    let id = user.id;
    let save = move |edits: Edits| {
        let field = |name: &str| FIELDS.into_iter().find(|field| field.as_str() == name);
        let patch = Patch(edits.into_iter().filter_map(|(name, change)| Some((field(name)?, change))).collect());
        sending.once(async move {
            let command = Operation::EditProfile { user: id, patch };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    sending.begin_anew();
                    editing.set(false);
                    let live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if live { "saved" } else { "saved-offline" }));
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    let phone = profile.as_ref().map(|profile| profile.phone.clone()).filter(|phone| !phone.is_empty());
    rsx! {
        Card { class: "wide",
            div { class: "row edge", gap: "12px",
                span { class: "round", Icon { name: "user" } }
                div { class: "grow",
                    div { class: "row between wrap",
                        p { class: "number", "{user.name}" }
                        span { class: "row",
                            if waiting {
                                StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
                            }
                            span { class: "chip info small", {tr(&format!("role-{}", user.role.as_str()))} }
                        }
                    }
                    p { class: "muted small ellipsis", title: "{user.email}", "{user.email}" }
                    if let Some(phone) = phone {
                        p { class: "muted small", "{phone}" }
                    }
                }
                if profile.is_some() && !editing() {
                    button { class: "button quiet icon-only", r#type: "button", disabled: locked, "aria-label": tr("profile-edit"),
                        onclick: move |_| editing.set(true), Icon { name: "pencil" } }
                }
            }
            if locked {
                div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
            }
            if editing() && let Some(profile) = &profile {
                EditForm { id: "profile", fields: fields(profile),
                    check: move |(name, text): (&'static str, String)| {
                        let field = FIELDS.into_iter().find(|field| field.as_str() == name)?;
                        ProfileRecord::clean(field, &text).err()
                    },
                    onsave: save, oncancel: move |()| editing.set(false) }
            }
        }
    }
}

fn fields(profile: &Profile) -> Vec<FormField> {
    let record = ProfileRecord { name: profile.name.clone(), phone: profile.phone.clone(), language: profile.language };
    FIELDS.map(|field| FormField { name: field.as_str(), value: record.value(field), choices: Vec::new() }).to_vec()
}

/// Makes a language one's own on every device, where somebody is signed in and it is another one.
pub async fn keep_language(shared: Shared, language: Language) {
    let user = shared.session.peek().as_ref().and_then(|session| session.user.clone());
    let Some(user) = user.filter(|user| user.language != language) else { return };
    let change = Change { from: user.language.as_str().to_owned(), to: language.as_str().to_owned() };
    let patch = Patch([(ProfileField::Language, change)].into());
    // Where nothing can wait on this device, the choice is this device's alone.
    drop(bridge::call(Request::Submit(Operation::EditProfile { user: user.id, patch })).await);
}
