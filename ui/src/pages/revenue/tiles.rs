//! The key figures: what was received, used and paid back, and what is owed as water. Each leads to the transfers behind it.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::revenue::figure::Figure;
use crate::pages::revenue::view::{Drill, RevenuePage};
use crate::pages::revenue::words::{GrowthChip, More};
use crate::pages::{FinancePart, FinanceView};
use dioxus::prelude::*;
use domain::Rupiah;
use domain::revenue::Growth;
use protocol::ui::RevenueView;

/// By how much a figure grew; nothing where it is compared with nothing.
fn grown(view: &RevenueView, of: fn(&Growth) -> Option<i64>) -> Option<Option<i64>> {
    view.growth.as_ref().map(of)
}

/// The tiles.
#[component]
pub fn Tiles(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let earlier = |figure: Figure| view.earlier.as_ref().map(|earlier| figure.of(earlier));
    let tile = |figure: Figure, icon: &'static str, tone: &'static str| {
        let amount = figure.of(&view.figures);
        (figure, icon, if amount == Rupiah(0) { "" } else { tone }, amount, earlier(figure))
    };
    let tiles = [
        (tile(Figure::Received, "trending-up", "ok"), grown(&view, |growth| growth.received), More::Better),
        (tile(Figure::Consumed, "droplet", "info"), grown(&view, |growth| growth.consumed), More::Neither),
        (tile(Figure::Returned, "undo-2", "warn"), grown(&view, |growth| growth.returned), More::Worse),
    ];
    let change = view.figures.unearned_change;
    let changed = if change < Rupiah(0) { "revenue-unearned-less" } else { "revenue-unearned-more" };
    let unposted_since = format::date(view.days.to.min(view.today), language());
    rsx! {
        div { class: "revenue-tiles span",
            for ((figure , icon , tone , amount , earlier) , growth , more) in tiles {
                button { key: "{figure.word()}", class: "stat", r#type: "button", "data-figure": figure.word(), "data-amount": "{amount.0}",
                    onclick: move |_| kept.with_mut(|kept| kept.drill = Some(Drill::of(figure))),
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(figure.key())} }
                    span { class: "value", "{amount}" }
                    if let Some(growth) = growth {
                        GrowthChip { growth, more }
                    }
                    if let Some(earlier) = earlier {
                        span { class: "tiny muted", {tra("revenue-earlier-was", &[("amount", earlier.to_string())])} }
                    }
                }
            }
            button { class: "stat", r#type: "button", "data-figure": Figure::Unearned.word(), "data-amount": "{view.unearned.0}",
                onclick: move |_| kept.with_mut(|kept| kept.drill = Some(Drill::of(Figure::Unearned))),
                span { class: "chip small", Icon { name: "wallet", size: "s" } {tr("revenue-figure-unearned")} }
                span { class: "value", "{view.unearned}" }
                span { class: "tiny muted", {tra(changed, &[("amount", Rupiah(change.0.saturating_abs()).to_string())])} }
                span { class: "tiny muted", "data-unposted": "true", {tra("revenue-unearned-unposted", &[("day", unposted_since)])} }
            }
            Link { class: "stat", to: FinanceView::address_of(FinancePart::Reconciliation), "data-figure": "rekonsiliasi",
                span { class: "chip small", Icon { name: FinancePart::Reconciliation.icon(), size: "s" } {tr("revenue-reconciliation")} }
                span { class: "next", {tr("revenue-reconciliation-next")} Icon { name: "chevron-right", size: "s" } }
            }
        }
    }
}
