//! From what was sold to what is left for water, step by step: bars that can be pressed, their sentence, and the same as a table.

use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::revenue::figure::Figure;
use crate::pages::revenue::view::{Drill, RevenuePage};
use dioxus::prelude::*;
use domain::Rupiah;
use domain::revenue::{Bridge, growth};
use protocol::ui::RevenueView;

/// A step: its figure, from which amount to which its bar reaches, and whether it is taken away.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    figure: Figure,
    from: i64,
    to: i64,
    is_taken: bool,
}

/// The steps of a bridge, each taken away from where the one before has led.
fn steps(bridge: &Bridge) -> [Step; 7] {
    let total = |figure, amount: Rupiah| Step { figure, from: 0, to: amount.0, is_taken: false };
    let taken = |figure, from: i64, amount: Rupiah| Step { figure, from, to: from - amount.0, is_taken: true };
    let discounted = bridge.gross.0 - bridge.discounts.0;
    let after_fees = bridge.received.0 - bridge.fees.0;
    [
        total(Figure::Gross, bridge.gross),
        taken(Figure::Discounts, bridge.gross.0, bridge.discounts),
        taken(Figure::Returned, discounted, bridge.returned),
        total(Figure::Received, bridge.received),
        taken(Figure::Fees, bridge.received.0, bridge.fees),
        taken(Figure::Tax, after_fees, bridge.tax),
        total(Figure::Net, bridge.net),
    ]
}

/// Where a bar begins and how long it is, per mille of all that is drawn. What is not nothing is seen.
fn places(steps: &[Step]) -> Vec<(i64, i64)> {
    let ends = || steps.iter().flat_map(|step| [step.from, step.to]);
    let (lowest, highest) = (ends().min().unwrap_or(0).min(0), ends().max().unwrap_or(0).max(0));
    let whole = i128::from(highest) - i128::from(lowest);
    let per_mille = |amount: i128| if whole > 0 { (amount * 1_000 / whole) as i64 } else { 0 };
    let place = |step: &Step| {
        let (low, high) = (step.from.min(step.to), step.from.max(step.to));
        let length = per_mille(i128::from(high) - i128::from(low));
        (per_mille(i128::from(low) - i128::from(lowest)), if high > low { length.max(4) } else { 0 })
    };
    steps.iter().map(place).collect()
}

/// What is taken away has a sign in front.
fn amount_text(step: Step, amount: Rupiah) -> String {
    let amount = if step.is_taken { Rupiah(-amount.0) } else { amount };
    amount.to_string()
}

/// The card.
#[component]
pub fn BridgeCard(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let mut as_table = use_signal(|| false);
    let Bridge { gross, discounts, returned, received, fees, tax, net } = view.bridge;
    let amounts = [
        ("gross", gross),
        ("discounts", discounts),
        ("returned", returned),
        ("received", received),
        ("fees", fees),
        ("tax", tax),
        ("net", net),
    ];
    let sentence = tra("revenue-bridge-sentence", &amounts.map(|(name, amount)| (name, amount.to_string())));
    rsx! {
        Card { class: "wide revenue-bridge half",
            h2 { id: "revenue-bridge", {tr("revenue-bridge")} }
            if as_table() {
                Table { view: view.clone() }
            } else {
                Bars { view: view.clone(), kept }
            }
            p { class: "small muted", "{sentence}" }
            if view.figures.gateway_fees != Rupiah(0) {
                GatewayFees { amount: view.figures.gateway_fees, kept }
            }
            div { class: "row edge",
                if as_table() {
                    Button { kind: "quiet", icon: "chart-column", label: tr("show-chart"), onclick: move |_| as_table.set(false) }
                } else {
                    Button { kind: "quiet", icon: "table", label: tr("show-table"), onclick: move |_| as_table.set(true) }
                }
            }
        }
    }
}

/// What the payment gateway kept, which is no step: it is a cost beside the bridge.
#[component]
fn GatewayFees(amount: Rupiah, kept: Signal<RevenuePage>) -> Element {
    let figure = Figure::GatewayFees;
    rsx! {
        div { class: "bridge",
            button { r#type: "button", class: "step apart", "data-step": figure.word(), "data-amount": "{amount.0}",
                onclick: move |_| kept.with_mut(|kept| kept.drill = Some(Drill::of(figure))),
                span { class: "name", {tr(figure.key())} }
                span { class: "tiny muted", {tr("revenue-gateway-fees-apart")} }
                span { class: "number", "{amount}" }
            }
        }
    }
}

#[component]
fn Bars(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let steps = steps(&view.bridge);
    let bars = steps.into_iter().zip(places(&steps)).map(|(step, place)| (step, place, step.figure.of(&view.figures)));
    rsx! {
        div { class: "bridge", role: "group", "aria-labelledby": "revenue-bridge",
            for (step , (at , length) , amount) in bars {
                button { key: "{step.figure.word()}", r#type: "button", class: if step.is_taken { "step" } else { "step sum" },
                    "data-step": step.figure.word(), "data-amount": "{amount.0}",
                    onclick: move |_| kept.with_mut(|kept| kept.drill = Some(Drill::of(step.figure))),
                    span { class: "name", {tr(step.figure.key())} }
                    span { class: "track", "aria-hidden": "true", i { style: "--at: {at}; --length: {length}" } }
                    span { class: "number", {amount_text(step, amount)} }
                }
            }
        }
    }
}

#[component]
fn Table(view: RevenueView) -> Element {
    let language = language();
    let rows = steps(&view.bridge).map(|step| {
        let of_earlier = view.earlier.as_ref().map(|earlier| step.figure.of(earlier));
        (step, step.figure.of(&view.figures), of_earlier)
    });
    let grown =
        |before: Rupiah, now: Rupiah| growth(before.0, now.0).map_or("–".to_owned(), |value| format::percent(value, language));
    rsx! {
        div { class: "table-wrap", tabindex: "0", role: "region", "aria-labelledby": "revenue-bridge",
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("revenue-step")} }
                        th { scope: "col", class: "end", {tr("why-amount")} }
                        th { scope: "col", class: "end", {tr("col-before")} }
                        th { scope: "col", class: "end", {tr("revenue-growth")} }
                    }
                }
                tbody {
                    for (step , now , before) in rows {
                        tr { key: "{step.figure.word()}", "data-row": step.figure.word(),
                            th { scope: "row", class: "plain", {tr(step.figure.key())} }
                            td { class: "end number", {amount_text(step, now)} }
                            td { class: "end muted", {before.map_or("–".to_owned(), |before| amount_text(step, before))} }
                            td { class: "end muted", {before.map_or("–".to_owned(), |before| grown(before, now))} }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_begins_where_the_one_before_has_led_and_fits_what_is_drawn() {
        let bridge = Bridge {
            gross: Rupiah(1_000),
            discounts: Rupiah(100),
            returned: Rupiah(50),
            received: Rupiah(850),
            fees: Rupiah(600),
            tax: Rupiah(400),
            net: Rupiah(-150),
        };
        let steps = steps(&bridge);
        assert_eq!(steps[1].to, steps[2].from);
        assert_eq!((steps[2].to, steps[3].to), (850, 850));
        assert_eq!((steps[5].to, steps[6].to), (-150, -150));
        let places = places(&steps);
        assert!(places.iter().all(|(at, length)| *at >= 0 && *length > 0 && at + length <= 1_001), "{places:?}");
        assert_eq!(places[0].0, 130, "zero lies above what is below it");
        let nothing = super::steps(&Bridge::default());
        assert!(super::places(&nothing).iter().all(|place| *place == (0, 0)));
    }
}
