//! The list of campaigns: one row each, with what it gives, how much of it is used, and what it costs.

use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::words::{StateChip, benefit, last_day};
use crate::pages::sales::vouchers::view::VoucherView;
use dioxus::prelude::*;
use domain::people::Language;
use protocol::sales::admin::Campaign;
use uuid::Uuid;

/// The rows.
#[component]
pub fn Rows(rows: Vec<Campaign>, kept: Signal<VoucherView>, opened: Memo<Option<Uuid>>) -> Element {
    rsx! {
        div { class: "campaign-head tiny muted", "aria-hidden": "true",
            span { {tr("campaign")} }
            span { {tr("campaign-state")} }
            span { {tr("campaign-usage")} }
            span { class: "end", {tr("campaign-cost")} }
            span { class: "end", {tr("campaign-until")} }
        }
        ul { class: "campaigns",
            for campaign in rows {
                Row { key: "{campaign.id}", campaign, kept, opened }
            }
        }
    }
}

#[component]
fn Row(campaign: Campaign, kept: Signal<VoucherView>, opened: Memo<Option<Uuid>>) -> Element {
    let language = language();
    let id = campaign.id;
    rsx! {
        li {
            button { r#type: "button", class: "campaign-row", "data-row": "{id}", "data-campaign": "{campaign.name}",
                "aria-pressed": if opened() == Some(id) { "true" } else { "false" },
                onclick: move |_| kept.with_mut(|kept| kept.opened = Some(id)),
                span { class: "who",
                    span { class: "number ellipsis", {title(&campaign)} }
                    span { class: "muted small ellipsis", {codes(&campaign, language)} " · " {benefit(campaign.voucher.benefit, language)} }
                }
                span { class: "state", StateChip { state: campaign.state } }
                span { class: "use", Use { campaign: campaign.clone() } }
                span { class: "cost end number", "{campaign.cost()}" }
                span { class: "until end small muted", {format::date(last_day(&campaign.voucher), language)} }
            }
        }
    }
}

/// A campaign's name, or its code where it has none.
pub fn title(campaign: &Campaign) -> String {
    if campaign.name.is_empty() { campaign.voucher.code.as_str().to_owned() } else { campaign.name.clone() }
}

/// The code, or how many.
pub fn codes(campaign: &Campaign, language: Language) -> String {
    match campaign.codes {
        1 => campaign.voucher.code.as_str().to_owned(),
        many => tra("campaign-codes", &[("n", format::whole(many, language))]),
    }
}

/// How much of a campaign is used: paid for, and waiting for a payment.
#[component]
pub fn Use(campaign: Campaign) -> Element {
    let language = language();
    let taken = campaign.consumed + campaign.reserved;
    let words = match campaign.uses() {
        Some(uses) => tra("campaign-used-of", &[("n", format::whole(taken, language)), ("of", format::whole(uses, language))]),
        None => tra("campaign-used", &[("n", format::whole(taken, language))]),
    };
    let percent = |part: i64| {
        campaign.uses().filter(|uses| *uses > 0).map_or(0, |uses| (part * 100 / uses).clamp(i64::from(part > 0) * 2, 100))
    };
    rsx! {
        span { class: "use-words small", "{words}" }
        if campaign.uses().is_some() {
            span { class: "use-bar", "aria-hidden": "true",
                i { width: "{percent(campaign.consumed)}%" }
                i { class: "held", width: "{percent(campaign.reserved)}%" }
            }
        }
    }
}
