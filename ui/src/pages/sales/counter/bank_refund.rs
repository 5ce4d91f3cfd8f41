//! Money of a purchase that was given back by a bank transfer, because the gateway gives nothing back: recorded here, approved by another admin.

use crate::components::{Button, Dialog};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Entry, Reason, Refused};
use crate::pages::admin::words::say;
use crate::pages::sales::counter::{SHORTEST_REASON, left};
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::parse_input::parse_rupiah;
use protocol::sales::admin::PurchaseRow;
use protocol::sales::review::BankRefundRequest;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn BankRefund(id: Uuid, row: PurchaseRow, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let (most, of) = (left(&row.purchase), row.purchase.id);
    let mut amount = use_signal(|| most.to_string());
    let mut reference = use_signal(String::new);
    let mut recipient = use_signal(String::new);
    let mut reason = use_signal(String::new);
    let mut wrong = use_signal(|| (false, false, false));
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let go = move |event: FormEvent| {
        event.prevent_default();
        let found = parse_rupiah(&amount.read()).filter(|amount| (1..=most.0).contains(&amount.0));
        let is_nameless = reference.read().trim().is_empty();
        let is_silent = reason.read().trim().chars().count() < SHORTEST_REASON;
        wrong.set((found.is_none(), is_nameless, is_silent));
        let Some(amount) = found.filter(|_| !is_nameless && !is_silent) else { return };
        let text = |text: Signal<String>| text.read().trim().to_owned();
        let body = BankRefundRequest {
            key: id,
            of,
            amount,
            reason: text(reason),
            reference: text(reference),
            recipient: text(recipient),
        };
        busy.set(true);
        refused.set(None);
        spawn(async move {
            match request(AdminRequest::AskBankRefund(body)).await {
                Ok(AdminResponse::BankRefund(_)) => {
                    shared.toast(tr("bank-asked"));
                    ondone.call(());
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        Dialog { title: tr("bank-title"), onclose: move |()| if !busy() { onclose.call(()) },
            p { class: "muted small", {tr("bank-lead")} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Entry { id: "bank-amount", label: tr("money-amount"), kind: "numeric", value: amount(), hint: tra("money-refund-most", &[("amount", most.to_string())]),
                    error: wrong().0.then(|| tra("wrong-refund", &[("amount", most.to_string())])), oninput: move |text| amount.set(text) }
                Entry { id: "bank-reference", label: tr("bank-reference"), value: reference(), hint: tr("bank-reference-hint"),
                    error: wrong().1.then(|| tr("refused-reference")), oninput: move |text| reference.set(text) }
                Entry { id: "bank-recipient", label: tr("bank-recipient"), value: recipient(), hint: tr("bank-recipient-hint"),
                    oninput: move |text| recipient.set(text) }
                Reason { id: "bank-why", value: reason(), error: wrong().2.then(|| tr("refused-reason")), oninput: move |text| reason.set(text) }
                Refused { text: refused() }
                div { class: "row wrap actions",
                    Button { label: tr("bank-ask"), kind: "primary", icon: "check", r#type: "submit", busy: busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
