//! Cash over the counter: an amount and maybe a voucher, then what it would come to, then the money, then a receipt.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Dialog, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{is_away, request};
use crate::pages::admin::parts::{Entry, Refused, Sums};
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::parse_input::parse_rupiah;
use domain::{Rupiah, UtcMillis};
use protocol::sales::money::{Purchase, QuoteAsked};
use protocol::sync::rows::Connection;
use protocol::ui::{AdminRequest, AdminResponse};

/// Amounts that are pressed and not typed.
const PRESETS: [i64; 5] = [50_000, 100_000, 250_000, 500_000, 1_000_000];

/// How far it is.
#[derive(Clone, PartialEq)]
enum Step {
    Typing,
    /// What it would come to. The question is kept: the money is taken for this one and no other.
    Offered(QuoteAsked, Purchase),
    Paid(Purchase, UtcMillis),
}

/// The dialog.
#[component]
pub fn TopUp(connection: Connection, balance: Rupiah, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let (amount, code) = (use_signal(String::new), use_signal(String::new));
    let mut step = use_signal(|| Step::Typing);
    let mut wrong = use_signal(|| None::<&'static str>);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let id = connection.id;
    let quote = move |()| {
        refused.set(None);
        let typed = code.read().trim().to_owned();
        let voucher = if typed.is_empty() { Ok(None) } else { typed.parse().map(Some).map_err(drop) };
        let (Some(face), Ok(voucher)) = (parse_rupiah(&amount.read()).filter(|face| face.0 > 0), voucher.clone()) else {
            return wrong.set(Some(if voucher.is_err() { "code" } else { "amount" }));
        };
        wrong.set(None);
        busy.set(true);
        // Another amount or voucher is another purchase, with an identifier of its own.
        let body = QuoteAsked { id: bridge::new_id(), connection: id, amount: face, code: voucher };
        spawn(async move {
            match request(AdminRequest::Quote(body.clone())).await {
                Ok(AdminResponse::Purchase(offer)) => step.set(Step::Offered(body, offer)),
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let mut pay = move |body: QuoteAsked| {
        refused.set(None);
        busy.set(true);
        spawn(async move {
            match request(AdminRequest::Cash(body)).await {
                Ok(AdminResponse::Purchase(paid)) => {
                    step.set(Step::Paid(paid, bridge::now()));
                    ondone.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    rsx! {
        Dialog { title: tr("money-top-up"), onclose: move |()| if !busy() { onclose.call(()) },
            p { class: "muted small", "{connection.label} · {connection.address}" }
            match step() {
                Step::Typing => rsx! {
                    Typing { amount, code, wrong: wrong(), refused: refused(), busy: busy(), onsubmit: quote, onclose }
                },
                Step::Offered(body, offer) => rsx! {
                    Sums { rows: sums(&offer, balance) }
                    p { class: "muted small", {tr("money-quote-note")} }
                    Refused { text: refused() }
                    div { class: "row wrap actions",
                        Button { label: tra("money-take", &[("amount", offer.to_pay.to_string())]), kind: "primary", icon: "banknote", busy: busy(), disabled: is_away(),
                            onclick: move |_| pay(body.clone()) }
                        Button { label: tr("money-change"), kind: "quiet", icon: "pencil", disabled: busy(), onclick: move |_| {
                            refused.set(None);
                            step.set(Step::Typing);
                        } }
                    }
                },
                Step::Paid(paid, at) => rsx! {
                    Receipt { paid, at }
                    div { class: "row wrap actions", Button { label: tr("close"), kind: "primary", onclick: move |_| onclose.call(()) } }
                },
            }
        }
    }
}

/// The amount and maybe a voucher, as they are typed.
#[component]
fn Typing(
    amount: Signal<String>,
    code: Signal<String>,
    wrong: Option<&'static str>,
    refused: Option<String>,
    busy: bool,
    onsubmit: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let send = move |event: FormEvent| {
        event.prevent_default();
        onsubmit.call(());
    };
    rsx! {
        form { class: "stack wide office-form", novalidate: true, onsubmit: send,
            div { class: "row wrap picks", role: "group", "aria-label": tr("money-presets"),
                for preset in PRESETS.map(Rupiah) {
                    button { key: "{preset}", r#type: "button", class: "pick", "aria-pressed": if amount() == preset.to_string() { "true" } else { "false" },
                        onclick: move |_| amount.set(preset.to_string()), "{preset}" }
                }
            }
            Entry { id: "money-amount", label: tr("money-amount"), kind: "numeric", value: amount(), hint: tr("money-amount-hint"),
                error: (wrong == Some("amount")).then(|| tr("wrong-rupiah")), oninput: move |text| amount.set(text) }
            Entry { id: "money-code", label: tr("money-code"), value: code(), hint: tr("campaign-optional"),
                error: (wrong == Some("code")).then(|| tr("wrong-code")), oninput: move |text: String| code.set(text.to_uppercase()) }
            Refused { text: refused }
            div { class: "row wrap actions",
                Button { label: tr("money-quote"), kind: "primary", icon: "chevron-right", r#type: "submit", busy, disabled: is_away() }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// What a quote would do: credit, what a voucher gives, the cash to take, and the balance with it.
fn sums(offer: &Purchase, balance: Rupiah) -> Vec<(String, String)> {
    let credited = Rupiah(offer.amount.0 + offer.bonus.0);
    let mut rows = vec![(tr("money-credit"), offer.amount.to_string())];
    if offer.discount.0 > 0 {
        rows.push((tr("campaign-discount"), Rupiah(-offer.discount.0).to_string()));
    }
    if offer.bonus.0 > 0 {
        rows.push((tr("campaign-bonus-cost"), format!("+{}", offer.bonus)));
    }
    rows.push((tr("money-balance-becomes"), format!("{balance} → {}", Rupiah(balance.0 + credited.0))));
    rows.push((tr("money-cash-to-take"), offer.to_pay.to_string()));
    rows
}

/// What was taken, for the customer at the counter.
#[component]
fn Receipt(paid: Purchase, at: UtcMillis) -> Element {
    let language = language();
    let zone = device_zone();
    let short: String = paid.id.simple().to_string().chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    let when =
        format!("{} {} {}", format::date(zone.day_of(at), language), format::clock(at, zone, language), zone.abbreviation());
    let mut rows = vec![(tr("money-receipt"), short.to_uppercase()), (tr("col-time"), when)];
    rows.push((tr("money-credit"), Rupiah(paid.amount.0 + paid.bonus.0).to_string()));
    rows.push((tr("money-cash-taken"), paid.paid.to_string()));
    let shared = shared();
    let text = rows.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    rsx! {
        div { class: "banner ok", role: "status", "data-receipt": "{paid.id}", Icon { name: "check" } p { class: "number", {tra("money-paid", &[("amount", paid.paid.to_string())])} } }
        Sums { rows }
        Button { label: tr("money-copy-receipt"), kind: "quiet", icon: "copy", onclick: move |_| {
            let text = text.clone();
            spawn(async move {
                if bridge::copy(text).await {
                    shared.toast(tr("error-copied"));
                }
            });
        } }
    }
}
