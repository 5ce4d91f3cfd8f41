//! Beli, first step: how much, with which voucher, paid how.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, Card, Icon};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::sales::buy::methods::{Methods, offered, use_limits};
use crate::pages::sales::buy::voucher::Vouchers;
use crate::pages::sales::buy::{PRESETS, keep};
use crate::state::shared;
use dioxus::prelude::*;
use domain::billing::forecast::{Here, buys, lasts};
use domain::billing::tariff::version_on;
use domain::core::text::compact;
use domain::sales::payment::Method;
use domain::{Millilitres, Rupiah};
use protocol::sales::money::QuoteAsked;
use protocol::ui::{Buying as View, Draft, MoneyRequest};

/// Digits of an amount: `Rp100.000` and `100 000` are the same; nothing else than digits, points and spaces is one.
fn amount_of(text: &str) -> Option<Rupiah> {
    let text = compact(text);
    let text = text.trim_start_matches("Rp").trim();
    let clean = text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ' ');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if clean { digits.parse().ok().map(Rupiah) } else { None }
}

#[component]
pub fn Choose(view: View, offline: bool) -> Element {
    let start = view.draft.clone();
    let minimum = version_on(&view.prices, view.today).map_or(Rupiah(0), |version| version.minimum_top_up);
    let amount = use_signal(|| start.as_ref().map(|draft| draft.amount));
    let code = use_signal(|| start.as_ref().and_then(|draft| draft.code.clone()));
    let mut method = use_signal(|| start.as_ref().map(|draft| draft.method).or(view.last_method).unwrap_or(Method::Qris));
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let connection = view.place.connection;
    let draft = move |id| amount().map(|amount| Draft { id, amount, code: code(), method: method() });
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
    let is_payable = offered(&limits.read(), amount()).contains(&method());
    let too_little = amount().is_some_and(|amount| amount < minimum);
    let ask = move |_| {
        let Some(amount) = amount() else { return };
        busy.set(true);
        wrong.set(None);
        spawn(async move {
            // Another identity for each try with other terms; the same terms again are the same quote.
            let fresh = bridge::new_id();
            keep(connection, draft(fresh)).await;
            if let Err(problem) =
                money::ask(MoneyRequest::Quote(QuoteAsked { id: fresh, connection, amount, code: code() })).await
            {
                wrong.set(Some(money::explain(&problem)));
            }
            busy.set(false);
        });
    };
    rsx! {
        Amounts { view: view.clone(), amount, minimum }
        Vouchers { connection, amount, code, offline }
        Methods { offered: offered(&limits.read(), amount()), chosen: Some(method()), onchoose: move |choice| method.set(choice) }
        if let Some(wrong) = wrong.read().as_ref() {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } "{wrong}" }
        }
        div { class: "act",
            Button { label: tr("buy-quote"), kind: "primary", icon: "receipt-text", full: true, busy: busy(),
                disabled: offline || amount().is_none() || too_little || !is_payable, onclick: ask }
            if offline { p { class: "muted small", {tr("buy-offline-why")} } }
        }
    }
}

#[component]
fn Amounts(view: View, amount: Signal<Option<Rupiah>>, minimum: Rupiah) -> Element {
    let mut amount = amount;
    let preset = |amount: Option<Rupiah>| amount.is_some_and(|amount| PRESETS.contains(&amount.0));
    let mut typed = use_signal(|| match amount() {
        Some(other) if !preset(Some(other)) => other.0.to_string(),
        _ => String::new(),
    });
    let shared = shared();
    let too_little = amount().is_some_and(|amount| amount < minimum);
    let unreadable = !typed.read().trim().is_empty() && amount_of(&typed.read()).is_none();
    rsx! {
        Card { class: "wide",
            h2 { {tr("buy-amount")} }
            div { class: "amounts",
                for preset in PRESETS.into_iter().map(Rupiah).filter(|preset| *preset >= minimum) {
                    button { key: "{preset.0}", r#type: "button", class: "amount", "aria-pressed": if amount() == Some(preset) { "true" } else { "false" },
                        onclick: move |_| { typed.set(String::new()); amount.set(Some(preset)); },
                        "{preset}"
                    }
                }
            }
            div { class: "field",
                label { r#for: "other-amount", {tr("buy-other")} }
                div { class: if too_little || unreadable { "input bad" } else { "input" },
                    span { class: "muted", "aria-hidden": "true", "Rp" }
                    input { id: "other-amount", inputmode: "numeric", autocomplete: "off", value: "{typed}",
                        "aria-invalid": if too_little || unreadable { "true" },
                        "aria-describedby": "amount-says",
                        oninput: move |event| {
                            typed.set(event.value());
                            amount.set(amount_of(&event.value()));
                        } }
                }
                p { id: "amount-says", class: if too_little || unreadable { "error-text" } else { "small muted" },
                    if unreadable {
                        {tr("buy-unreadable")}
                    } else if let Some(amount) = amount().filter(|_| !too_little) {
                        {outlook(&view, amount)}
                    } else {
                        {tra("buy-minimum", &[("amount", minimum.to_string())])}
                    }
                }
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
