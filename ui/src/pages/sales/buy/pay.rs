//! Beli, the last steps: how to pay, and what became of it.

use crate::components::{Button, Card, Icon, StatusChip};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::billing::history::Paper;
use crate::pages::metering::connections::Property;
use crate::pages::sales::buy::methods::{Methods, offered, use_limits};
use crate::pages::sales::buy::quote::{NotBegun, Price, Unpaid};
use crate::pages::sales::buy::voucher::Saved;
use crate::pages::sales::buy::{again, keep, pay_asked};
use crate::pages::sales::waiting::{Cancel, Check, Deadline, How};
use crate::route::Route;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::sales::payment::Method;
use protocol::sales::money::Purchase;
use protocol::ui::{Buying as View, Draft, MoneyRequest};
use std::cell::Cell;
use std::rc::Rc;

#[component]
pub fn Waiting(view: View, offline: bool, wrong: Signal<Option<Unpaid>>) -> Element {
    let mut busy = use_signal(|| false);
    let mut wrong = wrong;
    let mut changing = use_signal(|| false);
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let (id, connection) = (purchase.id, view.place.connection);
    let method = view.draft.as_ref().map_or(Method::Qris, |draft| draft.method);
    let is_over = money::has_ended(&purchase, view.paying.as_ref());
    let (standing, tone, icon) = money::awaiting(&purchase, view.paying.as_ref());
    // The app may have ended between checkout and payment: the request is repeated, with the same answer.
    let begin = move |_| {
        if busy() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            if let Err(problem) = money::ask(MoneyRequest::Pay(pay_asked(id, connection, method))).await {
                wrong.set(Some((id, problem)));
            }
            busy.set(false);
        });
    };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {money::method(purchase.method.as_deref().or(Some(method.as_str())), "gateway")} }
                StatusChip { tone, icon, label: tr(standing) }
            }
            Property { place: view.place.clone() }
            p { class: "number big", "{purchase.to_pay}" }
            Saved { purchase: purchase.clone() }
            Deadline { until: purchase.expires_at, place: view.place.clone() }
            match &view.paying {
                _ if is_over => rsx! { p { class: "small warn-text", role: "status", {tr("pay-ended")} } },
                Some(paying) => rsx! { How { paying: paying.clone() } },
                None => rsx! {
                    p { class: "small", {tr("pay-not-begun")} }
                    Button { label: tr("pay-begin"), kind: "primary", icon: "wallet", busy: busy(), disabled: offline, onclick: begin }
                },
            }
        }
        if changing() || is_over {
            ChangeWay { view: view.clone(), purchase: purchase.clone(), is_over, offline, ondone: move |()| changing.set(false) }
        }
        if view.paying.is_none() {
            NotBegun { purchase: id, wrong }
        }
        p { class: "small muted", {tr("pay-waits")} }
        div { class: "act",
            if !changing() && !is_over {
                Button { label: tr("pay-change"), icon: "wallet", full: true, disabled: offline, onclick: move |_| changing.set(true) }
            }
            Check { id, offline, full: true }
            Button { label: tr("pay-leave"), kind: "quiet", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
            Cancel { purchase: purchase.clone(), place: view.place.clone(), offline, full: true }
        }
        if offline { p { class: "small muted", {tr("waiting-offline")} } }
    }
}

/// Another way to pay a purchase that waits: the present payment is ended, and another one begins.
#[component]
fn ChangeWay(view: View, purchase: Purchase, is_over: bool, offline: bool, ondone: EventHandler<()>) -> Element {
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let limits = use_limits();
    let (id, connection) = (purchase.id, view.place.connection);
    let ways = offered(&limits.read(), Some(purchase.to_pay));
    let present = purchase.method.clone().and_then(|word| Method::try_from(word).ok()).filter(|_| !is_over);
    let kept = view.draft.clone();
    let change = move |method: Method| {
        let kept = kept.clone();
        if busy() {
            return;
        }
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            match money::ask(MoneyRequest::Pay(pay_asked(id, connection, method))).await {
                Ok(_) => {
                    keep(connection, kept.map(|draft| Draft { method, ..draft })).await;
                    ondone.call(());
                }
                Err(problem) => wrong.set(Some(money::explain(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        if !is_over {
            p { class: "small muted", {tr("pay-change-lead")} }
        }
        Methods { offered: ways, chosen: present, disabled: offline || busy(), onchoose: change }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
    }
}

#[component]
pub fn Settled(view: View) -> Element {
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let connection = view.place.connection;
    let credited = Rupiah(purchase.amount.0 + purchase.bonus.0);
    // As it was when the credit came, which may be after this is shown; by now the valve may be open.
    let opened = use_hook(|| Rc::new(Cell::new(false)));
    let opens = opened.get() || money::opens_valve(&view, credited);
    opened.set(opens);
    rsx! {
        Card { class: "wide",
            div { class: "done", role: "status",
                span { class: "badge ok", Icon { name: "check", size: "l" } }
                h2 { {tra("bought-credited", &[("amount", credited.to_string())])} }
                p { class: "muted small", {tr(if money::is_by_voucher(&purchase) { "pay-voucher" } else { "bought-credited-next" })} }
                if opens { p { class: "muted small", "data-valve-opens": "true", {tr("bought-opens-valve")} } }
                Property { place: view.place.clone() }
            }
            Price { purchase: purchase.clone() }
        }
        div { class: "act",
            Button { label: tr("bought-finish"), kind: "primary", icon: "check", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
            Paper { purchase: purchase.id }
            Link { class: "button quiet full", to: Route::History {}, Icon { name: "receipt-text" } {tr("history-open")} }
        }
    }
}

/// It expired or failed: why, whether money is safe, and the way on.
#[component]
pub fn Over(view: View) -> Element {
    let Some(purchase) = view.purchase.clone() else { return rsx! {} };
    let connection = view.place.connection;
    let (key, tone, icon) = money::standing(&purchase);
    rsx! {
        Card { class: "wide",
            div { class: "done", role: "status",
                span { class: "badge {tone}", Icon { name: icon, size: "l" } }
                h2 { {tr(key)} }
                p { class: "muted small", {tr(&format!("{key}-next"))} }
                Property { place: view.place.clone() }
            }
            Price { purchase: purchase.clone() }
        }
        div { class: "act",
            Button { label: tr("quote-again"), kind: "primary", icon: "refresh-cw", full: true,
                onclick: move |_| { let view = view.clone(); spawn(async move { again(&view).await }); } }
            Button { label: tr("bought-leave"), kind: "quiet", full: true,
                onclick: move |_| { spawn(keep(connection, None)); } }
        }
    }
}
