//! To which months the water belongs that was charged in the period: late readings and corrections of months that were over. Each month leads to
//! its transfers.

use crate::components::shell::language;
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::revenue::figure::Figure;
use crate::pages::revenue::figures_of;
use crate::pages::revenue::view::{Drill, RevenuePage};
use crate::state::{Load, use_answer_of};
use dioxus::prelude::*;
use domain::revenue::{Comparison, Dimension, Figures};
use domain::{LocalMonth, Rupiah};
use protocol::ui::{Request, RevenueQuestion, RevenueRequest, RevenueView};

/// The months before the period to which something belongs, in order, with their figures.
fn earlier_months(view: &RevenueView) -> Vec<(LocalMonth, Figures)> {
    let own = view.days.from.month();
    let of_month = |value: Option<&str>| value.and_then(|value| value.parse().ok()).map(LocalMonth);
    let months = view.slices.iter().filter_map(|slice| Some((of_month(slice.value.as_deref())?, slice.figures)));
    months.filter(|(month, _)| *month < own).collect()
}

/// The card. The months are asked for where something belongs to one of them.
#[component]
pub fn Months(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let late = view.of_earlier_months;
    // Where a day has no course, there is another card less to stand beside.
    let class = if view.days.days() < 2 { "wide revenue-months half" } else { "wide revenue-months span" };
    rsx! {
        Card { class,
            h2 { {tr("revenue-months")} }
            if late == Figures::default() {
                p { class: "muted small row", "data-late": "0", Icon { name: "check", size: "s" } {tr("revenue-months-none")} }
            } else {
                p { class: "small", "data-late": "{late.consumed.0}", {tra("revenue-months-lead", &[("amount", late.consumed.to_string())])} }
                List { view: view.clone(), kept }
            }
        }
    }
}

#[component]
fn List(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let language = language();
    // Whatever changes the figures of the period may change to which months they belong.
    let about = (view.period, view.figures);
    let mut asked = use_signal(|| about);
    use_effect(use_reactive!(|about| {
        if *asked.peek() != about {
            asked.set(about);
        }
    }));
    let load = use_answer_of(
        move || {
            let (period, _) = asked();
            let (compare, breakdown) = (Comparison::None, Dimension::Month);
            Request::Revenue(RevenueRequest::View(RevenueQuestion { period: Some(period), compare, breakdown, step: None }))
        },
        figures_of,
    );
    let months = match &*load.read() {
        Load::Ready(view) => earlier_months(view),
        _ => Vec::new(),
    };
    rsx! {
        ul { class: "list months-list",
            for (month , figures) in months {
                li { key: "{month.0}", "data-row": "{month.0}",
                    button { r#type: "button", class: "row between", "data-month": "{month.0}",
                        onclick: move |_| kept.with_mut(|kept| {
                            let value = Some(month.0.to_string());
                            kept.drill = Some(Drill { dimension: Dimension::Month, value, ..Drill::of(Figure::Consumed) });
                        }),
                        span { class: "grow",
                            span { class: "number", {format::month(month, language)} }
                            if figures.fees != Rupiah(0) || figures.tax != Rupiah(0) {
                                span { class: "muted tiny block",
                                    {tra("revenue-months-more", &[("fees", figures.fees.to_string()), ("tax", figures.tax.to_string())])}
                                }
                            }
                        }
                        span { class: "number", "{figures.consumed}" }
                        Icon { name: "chevron-right", size: "s" }
                    }
                }
            }
        }
    }
}
