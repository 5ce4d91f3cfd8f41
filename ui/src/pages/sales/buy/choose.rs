//! Beli, first step: how much, with which voucher, paid how.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, Card, Icon, MoneyEntry, WhyNot, say_amount};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::sales::buy::methods::{Methods, offered, use_limits};
use crate::pages::sales::buy::voucher::{Vouchers, about_voucher, use_slot};
use crate::pages::sales::buy::{PRESETS, keep};
use crate::state::shared;
use dioxus::prelude::*;
use domain::billing::forecast::{Here, buys, lasts};
use domain::billing::tariff::version_on;
use domain::core::typed_groups::bare;
use domain::core::typed_money::{AmountRange, WrongAmount};
use domain::sales::payment::{Method, purchase_range};
use domain::{Millilitres, Rupiah};
use protocol::sales::money::QuoteAsked;
use protocol::ui::{Buying as View, Draft, MoneyRequest};

#[component]
pub fn Choose(view: View, offline: bool) -> Element {
    let start = view.draft.clone();
    let minimum = version_on(&view.prices, view.today).map_or(Rupiah(0), |version| version.minimum_top_up);
    let amount = use_signal(|| start.as_ref().map(|draft| draft.amount));
    let mistyped = use_signal(|| None::<WrongAmount>);
    let slot = use_slot(use_signal(|| start.as_ref().and_then(|draft| draft.code.clone())));
    let mut method = use_signal(|| start.as_ref().map(|draft| draft.method).or(view.last_method).unwrap_or(Method::Qris));
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let connection = view.place.connection;
    let draft = move |id| amount().map(|amount| Draft { id, amount, code: (slot.code)(), method: method() });
    let id = use_hook(|| start.as_ref().map_or_else(bridge::new_id, |draft| draft.id));
    // What was chosen is kept as it is chosen.
    use_effect(move || {
        if let Some(draft) = draft(id) {
            spawn(keep(connection, Some(draft)));
        }
    });
    let limits = use_limits();
    // What is beyond a method's limit is not offered; another one is chosen instead.
    use_effect(move || {
        let ways = offered(&limits.read(), amount());
        if let Some(first) = ways.first().filter(|_| !ways.contains(&method())) {
            method.set(*first);
        }
    });
    let range = purchase_range(minimum, &limits.read());
    let is_payable = offered(&limits.read(), amount()).contains(&method());
    let ask = move |_| {
        let Some(amount) = amount() else { return };
        if busy.replace(true) {
            return;
        }
        wrong.set(None);
        spawn(async move {
            // Another identity for each try with other terms; the same terms again are the same quote.
            let fresh = bridge::new_id();
            keep(connection, draft(fresh)).await;
            let asked = QuoteAsked { id: fresh, connection, amount, code: (slot.code)() };
            if let Err(problem) = money::ask(MoneyRequest::Quote(asked)).await {
                match about_voucher(&problem).filter(|_| slot.code.peek().is_some()) {
                    Some(sentence) => slot.refuse(sentence),
                    None => wrong.set(Some(money::explain(&problem))),
                }
            }
            busy.set(false);
        });
    };
    let why = match (offline, amount(), mistyped()) {
        (true, ..) => Some(tr("buy-offline-why")),
        (_, _, Some(wrong)) => Some(tra("buy-why-amount", &[("why", say_amount(wrong))])),
        (_, None, _) => Some(tr("buy-why-none")),
        (_, Some(amount), _) => match range.check(amount) {
            Err(wrong) => Some(tra("buy-why-amount", &[("why", say_amount(wrong))])),
            Ok(_) if !is_payable => Some(tr("pay-none-takes")),
            Ok(_) => slot.hinders(),
        },
    };
    rsx! {
        Amounts { view: view.clone(), amount, mistyped, range }
        Vouchers { connection, amount, slot, offline }
        Methods { offered: offered(&limits.read(), amount()), chosen: Some(method()), onchoose: move |choice| method.set(choice) }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
        div { class: "act",
            Button { label: tr("buy-quote"), kind: "primary", icon: "receipt-text", full: true, busy: busy(), disabled: why.is_some(),
                described: why.is_some().then_some("buy-why"), onclick: ask }
            WhyNot { id: "buy-why", why }
        }
    }
}

/// How much: one of a few amounts, or another one that is typed.
#[component]
fn Amounts(view: View, amount: Signal<Option<Rupiah>>, mistyped: Signal<Option<WrongAmount>>, range: AmountRange) -> Element {
    let (mut amount, mut mistyped) = (amount, mistyped);
    let preset = |amount: Option<Rupiah>| amount.is_some_and(|amount| PRESETS.contains(&amount.0));
    let mut typed = use_signal(|| match amount() {
        Some(other) if !preset(Some(other)) => bare(other),
        _ => String::new(),
    });
    // What is typed is judged anew with other limits.
    use_effect(use_reactive!(|range| {
        let text = typed.read();
        if !text.trim().is_empty() {
            let found = range.parse(&text);
            amount.set(found.ok());
            mistyped.set(found.err());
        }
    }));
    let write = move |text: String| {
        if text.trim().is_empty() {
            amount.set(None);
            mistyped.set(None);
        }
        typed.set(text);
    };
    let mut choose = move |preset: Rupiah| {
        typed.set(String::new());
        mistyped.set(None);
        amount.set(Some(preset));
    };
    let shared = shared();
    let presets = PRESETS.into_iter().map(Rupiah).filter(|preset| range.check(*preset).is_ok());
    rsx! {
        Card { class: "wide",
            h2 { {tr("buy-amount")} }
            div { class: "amounts",
                for preset in presets {
                    button { key: "{preset.0}", r#type: "button", class: "amount", "aria-pressed": if amount() == Some(preset) { "true" } else { "false" },
                        onclick: move |_| choose(preset),
                        "{preset}"
                    }
                }
            }
            MoneyEntry { id: "other-amount", label: tr("buy-other"), value: typed(), range, optional: true, oninput: write }
            p { id: "amount-says", class: "small muted", role: "status",
                if let Some(amount) = amount() { {outlook(&view, amount)} }
            }
            if shared.sync.read().fresh_at.is_none() && view.prices.is_empty() {
                p { class: "small muted", {tr("prices-none")} }
            }
        }
    }
}

/// `≈ 33,3 m³ · saldo cukup ± 28 hari lagi`.
fn outlook(view: &View, amount: Rupiah) -> String {
    if version_on(&view.prices, view.today).is_none() {
        return tr("prices-none");
    }
    let balance = view.credit.as_ref().map_or(Rupiah(0), |credit| credit.balance());
    let after = Rupiah(balance.0 + amount.0);
    // What the balance buys comes first; the purchase buys what comes on top of it.
    let here = Here { versions: &view.prices, so_far: &view.so_far, now: (shared().now)(), zone: view.place.time_zone };
    let forecast = |balance| lasts(&here, balance, view.usual);
    let (before, after) = (forecast(Rupiah(balance.0.max(0))), forecast(after));
    // Further than a forecast reaches, only the prices of now say what it buys.
    let volume = if after.is_beyond() { buys(&here, amount) } else { Millilitres(after.volume.0 - before.volume.0) };
    let volume = money::about_volume(volume.max(Millilitres::ZERO), language());
    match money::days_left(&after) {
        Some(days) => tra("buy-says", &[("volume", volume), ("days", days)]),
        None => volume,
    }
}
