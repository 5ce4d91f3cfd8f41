//! Pengaturan → Utilitas: the utility's name, and what else stands on its receipts.

use crate::bridge;
use crate::bridge::new_id;
use crate::components::shell::SyncMark;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Icon};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Entry, Reason, Refused, SettingsPart, SettingsParts};
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::text;
use domain::sales::letterhead::{FOOTER, LOGO_BYTES, Letterhead, Wrong, check_name};
use protocol::sales::utility::{UtilityChange, UtilityIdentity};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// The page.
#[component]
pub fn Utility() -> Element {
    let mut editing = use_signal(|| None::<(Uuid, UtilityIdentity)>);
    let server = use_server_view(
        || AdminRequest::Utility,
        |response| match response {
            AdminResponse::Utility(found) => Some(*found),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page narrow office utility-settings",
            header { class: "page-head row wrap",
                div { class: "grow",
                    p { class: "muted small", {tr("settings-title")} }
                    h1 { {tr("utility-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            SettingsParts { here: SettingsPart::Utility }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "utility", heights: vec![96, 240], onretry: move |()| server.again() } },
                Some(identity) => rsx! { Shown { identity, onedit: move |identity| editing.set(Some((new_id(), identity))) } },
            }
        }
        if let Some((key, identity)) = editing() {
            Edit { of: key, identity, server, onclose: move |()| {
                editing.set(None);
                server.again();
            } }
        }
    }
}

/// A logo as a picture of a page.
fn source(logo: &str) -> String {
    format!("data:image/png;base64,{logo}")
}

/// What holds.
#[component]
fn Shown(identity: UtilityIdentity, onedit: EventHandler<UtilityIdentity>) -> Element {
    let Letterhead { address, tax_number, phone, email, footer, logo } = identity.letterhead.clone();
    let parts = [
        ("field-address", address),
        ("field-tax_number", tax_number),
        ("field-phone", phone),
        ("field-email", email),
        ("field-footer", footer),
    ];
    let name = identity.name.clone();
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("utility-letterhead")} }
                Button { label: tr("utility-change"), kind: "quiet", icon: "pencil", disabled: is_away(), onclick: move |_| onedit.call(identity.clone()) }
            }
            p { class: "muted small", {tr("utility-lead")} }
            div { class: "row", gap: "12px",
                if let Some(logo) = logo {
                    img { class: "utility-logo", src: source(&logo), alt: tr("field-logo") }
                } else {
                    span { class: "round", Icon { name: "landmark" } }
                }
                p { class: "number grow", "data-utility": "{name}", "{name}" }
            }
            dl { class: "sums",
                for (key , value) in parts {
                    div { key: "{key}", "data-part": "{key}",
                        dt { {tr(key)} }
                        dd { if value.is_empty() { span { class: "muted", {tr("value-empty")} } } else { "{value}" } }
                    }
                }
            }
        }
    }
}

fn said(why: Wrong) -> String {
    tr(&format!("refused-{}", why.as_str()))
}

/// What is wrong with a part of it, by itself.
fn fault(part: Letterhead) -> Option<String> {
    part.cleaned().check().err().map(said)
}

/// What is wrong with each field, in the form's order.
fn faults(name: &str, head: &Letterhead) -> [(&'static str, Option<String>); 6] {
    let Letterhead { address, tax_number, phone, email, footer, .. } = head.clone();
    let none = Letterhead::default();
    [
        ("utility-name", check_name(text::visible(name).trim()).err().map(said)),
        ("utility-address", fault(Letterhead { address, ..none.clone() })),
        ("utility-tax_number", fault(Letterhead { tax_number, ..none.clone() })),
        ("utility-phone", fault(Letterhead { phone, ..none.clone() })),
        ("utility-email", fault(Letterhead { email, ..none.clone() })),
        ("utility-footer", fault(Letterhead { footer, ..none })),
    ]
}

/// The form.
#[component]
fn Edit(of: Uuid, identity: UtilityIdentity, server: ServerView<UtilityIdentity>, onclose: EventHandler<()>) -> Element {
    let (shared, act) = (shared(), use_act());
    let rev = identity.rev;
    let mut name = use_signal(|| identity.name.clone());
    let mut head = use_signal(|| identity.letterhead.clone());
    let mut tried = use_signal(|| false);
    let wrong = faults(&name.read(), &head.read());
    let is_right = wrong.iter().all(|(_, fault)| fault.is_none());
    let of_field =
        |id: &str| wrong.iter().find(|(field, _)| *field == id).and_then(|(_, fault)| fault.clone()).filter(|_| tried());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_right {
            let change = UtilityChange { key: of, rev, name: name.read().trim().to_owned(), letterhead: head() };
            act.send(AdminRequest::SetUtility(Box::new(change)), move |answer| {
                if let AdminResponse::Utility(now) = answer {
                    shared.toast(tr("utility-set"));
                    server.take(*now);
                    onclose.call(());
                }
            });
        }
    };
    let now = head();
    rsx! {
        Dialog { title: tr("utility-change"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), wrong.clone()) }
                Entry { id: "utility-name", label: tr("field-name"), value: name(), error: of_field("utility-name"), oninput: move |text| name.set(text) }
                Logo { head }
                Entry { id: "utility-address", label: tr("field-address"), value: now.address.clone(), error: of_field("utility-address"),
                    oninput: move |text| head.with_mut(|head| head.address = text) }
                div { class: "form-grid",
                    Entry { id: "utility-phone", label: tr("field-phone"), kind: "tel", value: now.phone.clone(), error: of_field("utility-phone"),
                        oninput: move |text| head.with_mut(|head| head.phone = text) }
                    Entry { id: "utility-email", label: tr("field-email"), kind: "email", value: now.email.clone(), error: of_field("utility-email"),
                        oninput: move |text| head.with_mut(|head| head.email = text) }
                }
                Entry { id: "utility-tax_number", label: tr("field-tax_number"), kind: "numeric", value: now.tax_number.clone(), hint: tr("utility-tax-hint"),
                    error: of_field("utility-tax_number"), oninput: move |text| head.with_mut(|head| head.tax_number = text) }
                Reason { id: "utility-footer", label: tr("field-footer"), hint: tr("utility-footer-hint"), longest: FOOTER, value: now.footer.clone(),
                    error: of_field("utility-footer"), oninput: move |text: String| head.with_mut(|head| head.footer = text.replace('\n', " ")) }
                p { class: "muted small", {tr("utility-note")} }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The logo: chosen from a file, shown, and taken away.
#[component]
fn Logo(head: Signal<Letterhead>) -> Element {
    let mut wrong = use_signal(|| None::<Wrong>);
    let choose = move |_| bridge::choose_photo("utility-logo");
    let read = move |_| {
        wrong.set(None);
        spawn(async move {
            match bridge::read_logo("utility-logo").await {
                None => wrong.set(Some(Wrong::LogoKind)),
                Some(base64) if base64.len() > LOGO_BYTES.div_ceil(3) * 4 => wrong.set(Some(Wrong::LogoSize)),
                Some(base64) => head.with_mut(|head| head.logo = Some(base64)),
            }
        });
    };
    let logo = head.read().logo.clone();
    rsx! {
        div { class: "field",
            span { class: "label", {tr("field-logo")} }
            input { id: "utility-logo", class: "visually-hidden", r#type: "file", accept: "image/png", tabindex: "-1",
                "aria-label": tr("utility-logo-choose"), onchange: read }
            if let Some(logo) = &logo {
                img { class: "utility-logo", src: source(logo), alt: tr("field-logo") }
            }
            div { class: "row wrap",
                Button { label: tr("utility-logo-choose"), icon: "upload", onclick: choose }
                if logo.is_some() {
                    Button { label: tr("utility-logo-remove"), kind: "quiet", icon: "x", onclick: move |_| head.with_mut(|head| head.logo = None) }
                }
            }
            if let Some(why) = wrong() {
                span { class: "error", role: "alert", Icon { name: "circle-alert", size: "s" } {said(why)} }
            } else {
                span { class: "muted tiny", {tr("utility-logo-hint")} }
            }
        }
    }
}
