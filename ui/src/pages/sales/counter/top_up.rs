//! Cash over the counter: an amount and maybe a voucher, then what it would come to, then the money, then a receipt.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Dialog, Icon, MoneyEntry, WhyNot};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{is_away, use_server_view};
use crate::pages::admin::parts::{Entry, Refused, Sums};
use crate::pages::sales::counter::paper::Paper;
use crate::pages::sales::counter::{Holder, Whose};
use dioxus::prelude::*;
use domain::billing::tariff::{TariffVersion, version_on};
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use domain::sales::payment::purchase_range;
use domain::sales::receipt::PurchaseNumber;
use domain::{Rupiah, UtcMillis};
use protocol::sales::money::{Purchase, QuoteAsked};
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

/// What can be bought for a connection: from the least of its tariff on, as soon as that is known.
fn use_range(holder: &Holder) -> Memo<AmountRange> {
    let class = holder.connection.tariff_class;
    let tariffs = use_server_view(
        || AdminRequest::Tariffs,
        |response| match response {
            AdminResponse::Tariffs(all) => Some(all),
            _ => None,
        },
    );
    use_memo(move || {
        let known = tariffs.latest.read();
        let minimum = known.as_ref().and_then(|all| {
            let of_class = all
                .versions
                .iter()
                .filter(|row| row.withdrawn.is_none())
                .map(|row| row.version.clone())
                .filter(|version| version.class == class);
            version_on(&of_class.collect::<Vec<TariffVersion>>(), all.today).map(|version| version.minimum_top_up)
        });
        purchase_range(minimum.unwrap_or_default(), &[])
    })
}

/// The dialog.
#[component]
pub fn TopUp(holder: Holder, balance: Rupiah, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let (amount, code) = (use_signal(String::new), use_signal(String::new));
    let act = use_act();
    let mut step = use_signal(|| Step::Typing);
    let mut tried = use_signal(|| false);
    let range = use_range(&holder);
    let id = holder.connection.id;
    let quote = move |()| {
        act.forget();
        tried.set(true);
        let typed = code.read().trim().to_owned();
        let voucher = if typed.is_empty() { Ok(None) } else { typed.parse().map(Some).map_err(drop) };
        let (Ok(face), Ok(voucher)) = (range.peek().parse(&amount.read()), voucher) else { return };
        // Another amount or voucher is another purchase, with an identifier of its own.
        let body = QuoteAsked { id: bridge::new_id(), connection: id, amount: face, code: voucher };
        act.send(AdminRequest::Quote(body.clone()), move |answer| {
            if let AdminResponse::Purchase(offer) = answer {
                step.set(Step::Offered(body, offer));
            }
        });
    };
    let pay = move |body: QuoteAsked| {
        act.send(AdminRequest::Cash(body), move |answer| {
            if let AdminResponse::Purchase(paid) = answer {
                step.set(Step::Paid(paid, bridge::now()));
                ondone.call(());
            }
        });
    };
    rsx! {
        Dialog { title: tr("money-top-up"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            Whose { holder }
            match step() {
                Step::Typing => rsx! {
                    Typing { amount, code, range: range(), tried: tried(), act, onsubmit: quote, onclose }
                },
                Step::Offered(body, offer) => rsx! {
                    Sums { rows: sums(&offer, balance) }
                    p { class: "muted small", {tr("money-quote-note")} }
                    Refused { text: act.refused() }
                    div { class: "row wrap actions",
                        Button { label: tra("money-take", &[("amount", offer.to_pay.to_string())]), kind: "primary", icon: "banknote", busy: act.is_busy(),
                            disabled: is_away(), onclick: move |_| pay(body.clone()) }
                        Button { label: tr("money-change"), kind: "quiet", icon: "pencil", disabled: act.is_busy(), onclick: move |_| {
                            act.forget();
                            step.set(Step::Typing);
                        } }
                    }
                },
                Step::Paid(paid, at) => rsx! {
                    Taken { paid: paid.clone(), at }
                    div { class: "row wrap actions",
                        Paper { purchase: paid, lines: Vec::new(), kind: "primary" }
                        Button { label: tr("close"), onclick: move |_| onclose.call(()) }
                    }
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
    range: AmountRange,
    tried: bool,
    act: Act,
    onsubmit: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let send = move |event: FormEvent| {
        event.prevent_default();
        onsubmit.call(());
    };
    let is_no_code = {
        let code = code.read();
        !code.trim().is_empty() && code.parse::<domain::sales::voucher::VoucherCode>().is_err()
    };
    let code_error = match act.is_about_voucher() {
        true => act.refused(),
        false => (tried && is_no_code).then(|| tr("wrong-code")),
    };
    let why = is_away().then(|| tr("money-away"));
    rsx! {
        form { class: "stack wide office-form", novalidate: true, onsubmit: send,
            Summary { wrong: misses(tried, [("money-amount", miss_amount(range, &amount.read())), ("money-code", code_error.clone())]) }
            div { class: "row wrap picks", role: "group", "aria-label": tr("money-presets"),
                for preset in PRESETS.map(Rupiah).map(bare) {
                    button { key: "{preset}", r#type: "button", class: "pick", "aria-pressed": if amount() == preset { "true" } else { "false" },
                        onclick: { let preset = preset.clone(); move |_| amount.set(preset.clone()) }, "Rp{preset}" }
                }
            }
            MoneyEntry { id: "money-amount", label: tr("money-amount"), value: amount(), range, tried, oninput: move |text| amount.set(text) }
            Entry { id: "money-code", label: tr("money-code"), value: code(), hint: tr("campaign-optional"),
                error: code_error, oninput: move |text: String| { act.forget(); code.set(text.to_uppercase()); } }
            Refused { text: act.refused().filter(|_| !act.is_about_voucher()) }
            WhyNot { id: "money-why", why: why.clone() }
            div { class: "row wrap actions",
                Button { label: tr("money-quote"), kind: "primary", icon: "chevron-right", r#type: "submit", busy: act.is_busy(), disabled: is_away(),
                    described: why.is_some().then_some("money-why") }
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
fn Taken(paid: Purchase, at: UtcMillis) -> Element {
    let language = language();
    let zone = device_zone();
    let when =
        format!("{} {} {}", format::date(zone.day_of(at), language), format::clock(at, zone, language), zone.abbreviation());
    let rows = vec![
        (tr("money-receipt"), PurchaseNumber::of(paid.id).to_string()),
        (tr("col-time"), when),
        (tr("money-credit"), Rupiah(paid.amount.0 + paid.bonus.0).to_string()),
        (tr("money-cash-taken"), paid.paid.to_string()),
    ];
    rsx! {
        div { class: "banner ok", role: "status", "data-receipt": "{paid.id}", Icon { name: "check" } p { class: "number", {tra("money-paid", &[("amount", paid.paid.to_string())])} } }
        Sums { rows }
    }
}
