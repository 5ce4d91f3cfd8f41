//! Money of a purchase that was given back by a bank transfer, because the gateway gives nothing back: recorded here, approved by another admin.

use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Dialog, MoneyEntry};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Entry, Reason, Refused};
use crate::pages::sales::counter::refund::Effect;
use crate::pages::sales::counter::{Holder, Whose, is_silent, left};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use protocol::sales::admin::PurchaseRow;
use protocol::sales::review::BankRefundRequest;
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn BankRefund(id: Uuid, holder: Holder, row: PurchaseRow, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let (most, of) = (left(&row.purchase), row.purchase.id);
    let range = AmountRange::new(Rupiah(1), most);
    let mut amount = use_signal(|| bare(most));
    let mut reference = use_signal(String::new);
    let mut recipient = use_signal(String::new);
    let mut reason = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let text = |text: Signal<String>| text.read().trim().to_owned();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Ok(amount) = range.parse(&amount.read()) else { return };
        let (reason, reference, recipient) = (text(reason), text(reference), text(recipient));
        if reference.is_empty() || is_silent(&reason) {
            return;
        }
        let body = BankRefundRequest { key: id, of, amount, reason, reference, recipient };
        act.send(AdminRequest::AskBankRefund(body), move |_| {
            shared.toast(tr("bank-asked"));
            ondone.call(());
            onclose.call(());
        });
    };
    let no_reference = text(reference).is_empty().then(|| tr("refused-reference"));
    let no_reason = is_silent(&reason.read()).then(|| tr("refused-reason"));
    rsx! {
        Dialog { title: tr("bank-title"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            Whose { holder }
            p { class: "muted small", {tr("bank-lead")} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [
                    ("bank-amount", miss_amount(range, &amount.read())), ("bank-reference", no_reference.clone()), ("bank-why", no_reason.clone()),
                ]) }
                MoneyEntry { id: "bank-amount", label: tr("money-amount"), value: amount(), range, tried: tried(), oninput: move |text| amount.set(text) }
                Effect { row: row.clone(), amount: range.parse(&amount.read()).ok() }
                Entry { id: "bank-reference", label: tr("bank-reference"), value: reference(), hint: tr("bank-reference-hint"),
                    error: no_reference.filter(|_| tried()), oninput: move |text| reference.set(text) }
                Entry { id: "bank-recipient", label: tr("bank-recipient"), value: recipient(), hint: tr("bank-recipient-hint"),
                    oninput: move |text| recipient.set(text) }
                Reason { id: "bank-why", value: reason(), error: no_reason.filter(|_| tried()),
                    oninput: move |text| reason.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("bank-ask"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
