//! Money of a purchase that goes back the way it came, with a reason, after the question what it will change.

use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Dialog, Icon, MoneyEntry};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Confirm, Reason};
use crate::pages::admin::words::method;
use crate::pages::sales::counter::{Holder, Whose, is_silent, left};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::billing::ledger::PaidBack;
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use domain::sales::voucher::Grant;
use protocol::sales::admin::PurchaseRow;
use protocol::sales::money::AdjustmentRequest;
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// What a refund takes off the balance beside the money: its share of what a voucher gave.
fn share(row: &PurchaseRow, amount: Rupiah) -> Rupiah {
    let purchase = &row.purchase;
    let before = PaidBack {
        paid: Rupiah(purchase.paid.0 - row.extra.0),
        extra: row.extra,
        granted: Grant { discount: purchase.discount, bonus: purchase.bonus },
        returned: purchase.returned,
    };
    let Grant { discount, bonus } = before.share_of(amount);
    Rupiah(discount.0 + bonus.0)
}

/// What an amount does to the balance, in words: with a voucher more goes off it than goes back.
#[component]
pub fn Effect(row: PurchaseRow, amount: Option<Rupiah>) -> Element {
    let Some(amount) = amount else { return rsx! {} };
    let share = share(&row, amount);
    let mut values = vec![("amount", amount.to_string()), ("taken", Rupiah(amount.0 + share.0).to_string())];
    let key = if share.0 > 0 { "money-refund-effect-voucher" } else { "money-refund-effect" };
    let code = row.purchase.code.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default();
    values.extend([("share", share.to_string()), ("code", code)]);
    rsx! {
        div { class: "banner", role: "status", "data-share": "{share.0}", Icon { name: "info" } p { class: "small", {tra(key, &values)} } }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
pub fn Refund(
    id: Uuid,
    holder: Holder,
    row: PurchaseRow,
    balance: Rupiah,
    ondone: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let act = use_act();
    let (most, of) = (left(&row.purchase), row.purchase.id);
    let range = AmountRange::new(Rupiah(1), most);
    let is_cash = row.purchase.channel == "cash";
    let mut amount = use_signal(|| bare(most));
    let mut reason = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let mut asking = use_signal(|| None::<Rupiah>);
    let ask = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let (Ok(found), false) = (range.parse(&amount.read()), is_silent(&reason.read())) {
            act.forget();
            asking.set(Some(found));
        }
    };
    let go = move |()| {
        let Some(amount) = asking() else { return };
        let body = AdjustmentRequest { key: id, of, amount, reason: reason.read().trim().to_owned() };
        act.send(AdminRequest::Refund(body), move |_| {
            shared.toast(tr(if is_cash { "money-refunded" } else { "money-refund-asked" }));
            ondone.call(());
            onclose.call(());
        });
    };
    let way = method(&row.purchase);
    let no_reason = is_silent(&reason.read()).then(|| tr("refused-reason"));
    rsx! {
        Dialog { title: tr("money-refund-title"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            Whose { holder: holder.clone() }
            p { class: "muted small", {tra(if is_cash { "money-refund-cash" } else { "money-refund-gateway" }, &[("method", way.clone())])} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: ask,
                Summary { wrong: misses(tried(), [("refund-amount", miss_amount(range, &amount.read())), ("refund-reason", no_reason.clone())]) }
                MoneyEntry { id: "refund-amount", label: tr("money-amount"), value: amount(), range, tried: tried(), oninput: move |text| amount.set(text) }
                Effect { row: row.clone(), amount: range.parse(&amount.read()).ok() }
                Reason { id: "refund-reason", value: reason(), error: no_reason.filter(|_| tried()),
                    oninput: move |text| reason.set(text) }
                div { class: "row wrap actions",
                    Button { label: tr("money-next"), kind: "primary", icon: "chevron-right", r#type: "submit", disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
        if let Some(amount) = asking() {
            Confirm { title: tr("money-refund-confirm"), icon: "undo-2", kind: "danger", busy: act.is_busy(), refused: act.refused(),
                label: tra("money-refund-yes", &[("amount", amount.to_string())]),
                rows: vec![holder.row(), (tr("money-reason"), reason.read().trim().to_owned()), (tr("money-refund-way"), way.clone()),
                    (tr("money-balance-becomes"), format!("{balance} → {}", Rupiah(balance.0 - amount.0 - share(&row, amount).0))),
                    (tr("money-refund-amount"), amount.to_string())],
                note: tr("money-final-note"), onyes: go, onback: move |()| asking.set(None),
                Effect { row: row.clone(), amount: Some(amount) } }
        }
    }
}
