//! A settlement file is chosen, read on this device, with or without a network, and its rows are sent once somebody has seen what it holds.

use crate::bridge;
use crate::bridge::files::{Slices, release_file, take_file};
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Refused, Sums};
use crate::pages::imports::words::failure;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::ui::closing::{SETTLEMENT_BYTES, SettlementPreview, SettlementUpload};
use protocol::ui::{AdminRequest, AdminResponse, ClosingRequest, ClosingResponse};
use uuid::Uuid;

/// The file input.
const INPUT: &str = "settlement-file";

/// Why a file was not taken.
#[derive(Clone, Copy, Debug, PartialEq)]
enum NotTaken {
    TooLarge,
    Unreadable,
}

/// The file chosen in the input as a whole: slices are of whole groups of three bytes, so that their base64 goes together.
async fn chosen() -> Option<Result<SettlementUpload, NotTaken>> {
    let id = bridge::new_id();
    let file = take_file(INPUT, id)?;
    let (mut base64, mut slices) = (String::new(), Slices::of(id, file.clone()));
    let mut outcome = if file.size > SETTLEMENT_BYTES { Err(NotTaken::TooLarge) } else { Ok(()) };
    while outcome.is_ok() && slices.done() < file.size {
        match slices.next().await {
            Some(slice) => base64.push_str(&slice.base64),
            None => outcome = Err(NotTaken::Unreadable),
        }
    }
    release_file(id);
    Some(outcome.map(|()| SettlementUpload { name: file.name, base64 }))
}

/// What is said of an answer of the client.
fn answered(response: AdminResponse) -> Option<ClosingResponse> {
    match response {
        AdminResponse::Closing(closing) => Some(*closing),
        _ => None,
    }
}

/// The card.
#[component]
pub fn Bring(onsent: EventHandler<Uuid>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut held = use_signal(|| None::<SettlementUpload>);
    let mut preview = use_signal(|| None::<SettlementPreview>);
    let mut not_taken = use_signal(|| None::<NotTaken>);
    let read = move |_| {
        spawn(async move {
            let Some(outcome) = chosen().await else { return };
            preview.set(None);
            not_taken.set(outcome.as_ref().err().copied());
            let Ok(upload) = outcome else { return };
            held.set(Some(upload.clone()));
            act.send(AdminRequest::Closing(ClosingRequest::ReadFile(upload)), move |answer| {
                if let Some(ClosingResponse::Read(found)) = answered(answer) {
                    preview.set(Some(found));
                }
            });
        });
    };
    let send = move |_| {
        let Some(upload) = held.read().clone() else { return };
        act.send(AdminRequest::Closing(ClosingRequest::SendFile(upload)), move |answer| {
            if let Some(ClosingResponse::Sent(progress)) = answered(answer) {
                shared.toast(tr("settlement-sent"));
                held.set(None);
                preview.set(None);
                onsent.call(progress.file);
            }
        });
    };
    let found = preview.read().clone();
    let name = held.read().as_ref().map(|upload| upload.name.clone()).unwrap_or_default();
    let kind = if found.is_none() { "primary" } else { "secondary" };
    rsx! {
        Card { class: "wide",
            input { id: INPUT, class: "visually-hidden", r#type: "file", accept: ".csv,.xlsx,.xls,.ods,.txt", tabindex: "-1",
                "aria-label": tr("settlement-choose"), onchange: read }
            div { class: "row between wrap",
                p { class: "small grow", {tr("settlement-choose-hint")} }
                Button { label: tr("settlement-choose"), kind, icon: "upload", busy: act.is_busy() && found.is_none(),
                    onclick: move |_| bridge::choose_photo(INPUT) }
            }
            if let Some(why) = not_taken() {
                p { class: "error", role: "alert", Icon { name: "circle-alert", size: "s" }
                    {tr(if why == NotTaken::TooLarge { "settlement-too-large" } else { "settlement-unreadable" })} }
            }
            if let Some(found) = found {
                Found { name, found: found.clone() }
                if found.can_be_sent() {
                    div { class: "row wrap actions",
                        Button { label: tr("settlement-send"), kind: "primary", icon: "check", busy: act.is_busy(), disabled: is_away(), onclick: send }
                    }
                }
            }
            Refused { text: act.refused() }
        }
    }
}

/// What the chosen file holds, or why it cannot be compared.
#[component]
fn Found(name: String, found: SettlementPreview) -> Element {
    let (now, tongue) = ((shared().now)(), language());
    let moment = |at| format::zoned_moment(at, now, device_zone(), tongue);
    if let Some(why) = found.failure.as_ref() {
        return rsx! {
            div { class: "banner danger", role: "alert", "data-failure": "{why.code}", Icon { name: "circle-alert" }
                div { p { class: "number", "{name}" } p { class: "small", {failure(why)} } }
            }
        };
    }
    let whole = |count: u32| format::whole(i64::from(count), tongue);
    let mut rows = vec![
        (tr("settlement-rows"), whole(found.rows)),
        (tr("settlement-period"), format!("{} – {}", moment(found.first_at), moment(found.last_at))),
        (tr("settlement-fee"), found.fee.to_string()),
        (tr("settlement-in-file"), found.gross.to_string()),
    ];
    if found.left_out > 0 {
        rows.insert(1, (tr("settlement-left-out"), whole(found.left_out)));
    }
    rsx! {
        p { class: "number", "data-settlement": "{found.rows}", "{name}" }
        if found.faulty > 0 {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" }
                div { class: "grow small",
                    p { class: "number", {tra("settlement-faulty", &[("n", whole(found.faulty))])} }
                    ul {
                        for (place , fault) in found.faults.iter().enumerate() {
                            li { key: "{place}", {tra("settlement-fault", &[("row", fault.row.to_string()), ("column", tr(&format!("settlement-column-{}", fault.column.as_str()))), ("text", fault.text.clone())])} }
                        }
                    }
                }
            }
        } else {
            Sums { rows }
        }
    }
}
