//! Beli: the voucher. A code that is typed, or one out of those that are offered: what can be used first, the others with their reason.

use crate::components::{Button, Card, Dialog, Empty, Icon, Skeleton, StatusChip};
use crate::i18n::{tr, tra};
use crate::money;
use crate::state::Load;
use dioxus::prelude::*;
use domain::sales::voucher::{Benefit, Refusal, VoucherCode};
use domain::{ConnectionId, Rupiah};
use protocol::sales::money::{Offer, OffersAsked};
use protocol::ui::{MoneyRequest, MoneyResponse};

#[component]
pub fn Vouchers(
    connection: ConnectionId,
    amount: Signal<Option<Rupiah>>,
    code: Signal<Option<VoucherCode>>,
    offline: bool,
) -> Element {
    let mut code = code;
    let mut typed = use_signal(String::new);
    let mut wrong = use_signal(|| false);
    let mut open = use_signal(|| false);
    let take = move |event: FormEvent| {
        event.prevent_default();
        match typed.peek().parse() {
            Ok(read) => {
                code.set(Some(read));
                wrong.set(false);
            }
            Err(_) => wrong.set(true),
        }
    };
    rsx! {
        Card { class: "wide",
            h2 { {tr("voucher-title")} }
            if let Some(chosen) = code() {
                div { class: "ticket",
                    Icon { name: "ticket-percent" }
                    div { class: "grow",
                        p { class: "number", {chosen.as_str()} }
                        p { class: "small muted", {tr("voucher-chosen")} }
                    }
                    button { r#type: "button", class: "button quiet icon-only", "aria-label": tr("voucher-remove"),
                        onclick: move |_| { code.set(None); typed.set(String::new()); }, Icon { name: "x" } }
                }
            } else {
                form { class: "field", onsubmit: take,
                    label { r#for: "voucher-code", {tr("voucher-code")} }
                    div { class: "row",
                        div { class: if wrong() { "input grow bad" } else { "input grow" },
                            input { id: "voucher-code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
                                value: "{typed}", "aria-invalid": if wrong() { "true" },
                                "aria-describedby": if wrong() { "voucher-code-error" },
                                oninput: move |event| { wrong.set(false); typed.set(event.value().to_uppercase()); } }
                        }
                        Button { label: tr("voucher-use"), r#type: "submit", disabled: typed.read().trim().is_empty() }
                    }
                    if wrong() {
                        span { id: "voucher-code-error", class: "error", Icon { name: "circle-alert", size: "s" } {tr("voucher-malformed")} }
                    }
                }
                Button { label: tr("voucher-list"), icon: "ticket-percent", kind: "quiet", disabled: offline || amount().is_none(),
                    onclick: move |_| open.set(true) }
                if amount().is_none() && !offline {
                    p { class: "small muted", {tr("voucher-amount-first")} }
                }
            }
        }
        if open() {
            Offers { connection, amount: amount().unwrap_or_default(), onclose: move |()| open.set(false),
                onchoose: move |chosen| { code.set(Some(chosen)); open.set(false); } }
        }
    }
}

#[component]
fn Offers(connection: ConnectionId, amount: Rupiah, onclose: EventHandler<()>, onchoose: EventHandler<VoucherCode>) -> Element {
    let mut load = use_signal(|| Load::<Vec<Offer>>::Waiting);
    use_future(move || async move {
        load.set(match money::ask(MoneyRequest::Offers(OffersAsked { connection, amount })).await {
            Ok(MoneyResponse::Offers(offers)) => Load::Ready(offers),
            Ok(_) => Load::Waiting,
            Err(problem) => Load::Failed(problem),
        });
    });
    rsx! {
        Dialog { title: tra("voucher-for", &[("amount", amount.to_string())]), sheet: true, onclose,
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![72, 72] } },
                Load::Failed(problem) => rsx! {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {money::explain(problem)} }
                },
                Load::Ready(offers) if offers.is_empty() => rsx! {
                    Empty { icon: "ticket-percent", title: tr("voucher-none"), next: tr("voucher-none-next") }
                },
                Load::Ready(offers) => rsx! {
                    ul { class: "stack",
                        for offer in offers.clone() {
                            OfferLine { key: "{offer.voucher.code.as_str()}", offer, onchoose }
                        }
                    }
                },
            }
            Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
        }
    }
}

#[component]
fn OfferLine(offer: Offer, onchoose: EventHandler<VoucherCode>) -> Element {
    let code = offer.voucher.code.clone();
    let name = if offer.campaign.is_empty() { code.as_str().to_owned() } else { offer.campaign.clone() };
    let gives = match (offer.discount, offer.bonus) {
        (Rupiah(0), Rupiah(0)) => benefit(&offer.voucher.benefit),
        (discount, Rupiah(0)) => tra("voucher-takes-off", &[("amount", discount.to_string())]),
        (_, bonus) => tra("voucher-adds", &[("amount", bonus.to_string())]),
    };
    rsx! {
        li { class: if offer.refusal.is_some() { "ticket off" } else { "ticket" },
            Icon { name: "ticket-percent" }
            div { class: "grow",
                p { class: "number", "{name}" }
                p { class: "small", "{code.as_str()} · {gives}" }
                if let Some(refusal) = offer.refusal {
                    p { class: "small muted", {why_not(refusal)} }
                }
            }
            if offer.refusal.is_none() {
                Button { label: tr("voucher-choose"), kind: "primary", onclick: move |_| onchoose.call(code.clone()) }
            } else {
                StatusChip { tone: "", icon: "circle-slash", label: tr("voucher-unusable"), small: true }
            }
        }
    }
}

fn benefit(benefit: &Benefit) -> String {
    match benefit {
        Benefit::Percentage(per_mille) => {
            let percent =
                if per_mille % 10 == 0 { (per_mille / 10).to_string() } else { format!("{},{}", per_mille / 10, per_mille % 10) };
            tra("voucher-percent", &[("percent", percent)])
        }
        Benefit::FixedAmount(amount) => tra("voucher-takes-off", &[("amount", amount.to_string())]),
        Benefit::BonusVolume(volume) => {
            tra("voucher-volume", &[("volume", crate::format::cubic_metres(*volume, crate::components::shell::language()))])
        }
    }
}

fn why_not(refusal: Refusal) -> String {
    match refusal {
        Refusal::BelowMinimum { minimum } => tra("voucher-below", &[("amount", minimum.to_string())]),
        other => tr(&format!("voucher-{}", other.as_str())),
    }
}
