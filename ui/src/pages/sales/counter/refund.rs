//! Money of a purchase that goes back the way it came, with a reason, after the question what it will change.

use crate::components::{Button, Dialog};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Confirm, Entry, Reason};
use crate::pages::admin::words::{method, say};
use crate::pages::sales::counter::adjust::SHORTEST_REASON;
use crate::pages::sales::counter::left;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::billing::ledger::{Channel, Settled, undo_share};
use domain::core::parse_input::parse_rupiah;
use domain::sales::voucher::Grant;
use protocol::sales::admin::PurchaseRow;
use protocol::sales::money::AdjustmentRequest;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// What a refund takes off the balance: the money, and its share of what a voucher gave. Money that came twice had no voucher.
fn taken(row: &PurchaseRow, amount: Rupiah) -> Rupiah {
    let purchase = &row.purchase;
    if row.review == "paid_twice" {
        return amount;
    }
    let granted = Grant { discount: purchase.discount, bonus: purchase.bonus };
    let settled = Settled { channel: Channel::Cash, paid: purchase.paid, granted };
    let share = undo_share(&settled, purchase.returned, amount);
    Rupiah(amount.0 + share.discount.0 + share.bonus.0)
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn Refund(id: Uuid, row: PurchaseRow, balance: Rupiah, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let most = left(&row.purchase);
    let of = row.purchase.id;
    let is_cash = row.purchase.channel == "cash";
    let mut amount = use_signal(|| most.to_string());
    let mut reason = use_signal(String::new);
    let mut wrong = use_signal(|| (false, false));
    let mut asking = use_signal(|| None::<Rupiah>);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let ask = move |event: FormEvent| {
        event.prevent_default();
        let found = parse_rupiah(&amount.read()).filter(|amount| (1..=most.0).contains(&amount.0));
        let is_silent = reason.read().trim().chars().count() < SHORTEST_REASON;
        wrong.set((found.is_none(), is_silent));
        if !is_silent && found.is_some() {
            refused.set(None);
            asking.set(found);
        }
    };
    let go = move |()| {
        let Some(amount) = asking() else { return };
        let body = AdjustmentRequest { key: id, of, amount, reason: reason.read().trim().to_owned() };
        busy.set(true);
        spawn(async move {
            match request(AdminRequest::Refund(body)).await {
                Ok(AdminResponse::Purchase(_)) => {
                    shared.toast(tr(if is_cash { "money-refunded" } else { "money-refund-asked" }));
                    ondone.call(());
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let way = method(&row.purchase);
    rsx! {
        Dialog { title: tr("money-refund-title"), onclose: move |()| if !busy() { onclose.call(()) },
            p { class: "muted small", {tra(if is_cash { "money-refund-cash" } else { "money-refund-gateway" }, &[("method", way.clone())])} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Entry { id: "refund-amount", label: tr("money-amount"), kind: "numeric", value: amount(), hint: tra("money-refund-most", &[("amount", most.to_string())]),
                    error: wrong().0.then(|| tra("wrong-refund", &[("amount", most.to_string())])), oninput: move |text| amount.set(text) }
                Reason { id: "refund-reason", value: reason(), error: wrong().1.then(|| tr("refused-reason")), oninput: move |text| reason.set(text) }
                div { class: "row wrap actions",
                    Button { label: tr("money-next"), kind: "primary", icon: "chevron-right", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(amount) = asking() {
            Confirm { title: tr("money-refund-confirm"), icon: "undo-2", kind: "danger", busy: busy(), refused: refused(),
                label: tra("money-refund-yes", &[("amount", amount.to_string())]),
                rows: vec![(tr("money-reason"), reason.read().trim().to_owned()), (tr("money-refund-way"), way.clone()),
                    (tr("money-balance-becomes"), format!("{balance} → {}", Rupiah(balance.0 - taken(&row, amount).0))),
                    (tr("money-refund-amount"), amount.to_string())],
                note: tr("money-final-note"), onyes: go, onback: move |()| asking.set(None) }
        }
    }
}
