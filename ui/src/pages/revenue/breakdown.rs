//! What was received, or charged for water, divided: as a ring, as bars or as numbers. The rows are the same in each, and lead to their
//! transfers; what is drawn of them goes over from one to the other.

use crate::components::shell::language;
use crate::components::{Card, Segmented, Select};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::revenue::figure::Figure;
use crate::pages::revenue::view::{BREAKDOWNS, Drill, RevenuePage, Shape, has_consumed};
use crate::pages::revenue::words::{GrowthChip, More, slice};
use dioxus::prelude::*;
use domain::Rupiah;
use domain::people::Language;
use domain::revenue::{Dimension, growth, shares};
use protocol::ui::{RevenueSlice, RevenueView};

/// Colours of the series: a part behind them is drawn in one for the rest.
const COLORS: usize = 5;

/// A part as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    value: Option<String>,
    name: String,
    amount: Rupiah,
    /// Of the sum of what is above zero, in tenths of a percent; none for what is not.
    share: Option<i64>,
    /// Of the largest, per mille.
    length: i64,
    /// What it was in the earlier days.
    earlier: Option<Rupiah>,
    purchases: i64,
}

impl Row {
    fn grown(&self) -> Option<i64> {
        self.earlier.and_then(|earlier| growth(earlier.0, self.amount.0))
    }
}

/// The rows, the largest first. What had nothing of it, now or before, is left out.
fn rows(view: &RevenueView, measure: Figure, language: Language) -> Vec<Row> {
    let amounts: Vec<i64> = view.slices.iter().map(|slice| measure.of(&slice.figures).0).collect();
    let shares = shares(&amounts);
    let highest = amounts.iter().copied().max().unwrap_or(0).max(1);
    let of_highest = |amount: i64| (i128::from(amount.max(0)) * 1_000 / i128::from(highest)) as i64;
    let row = |((part, amount), share): ((&RevenueSlice, i64), Option<i64>)| Row {
        value: part.value.clone(),
        name: slice(view.breakdown, part, language),
        amount: Rupiah(amount),
        share,
        length: of_highest(amount),
        earlier: part.earlier.as_ref().map(|earlier| measure.of(earlier)),
        purchases: part.figures.purchases,
    };
    let mut rows: Vec<Row> = view.slices.iter().zip(amounts).zip(shares).map(row).collect();
    rows.retain(|row| row.amount != Rupiah(0) || row.earlier.is_some_and(|earlier| earlier != Rupiah(0)));
    rows.sort_by_key(|row| (row.value.is_none(), -row.amount.0));
    rows
}

fn color(place: usize) -> String {
    if place < COLORS { format!("var(--series-{})", place + 1) } else { "var(--offline)".to_owned() }
}

/// `12.5`, of thousandths, as a style sheet reads it.
fn points(per_mille: i64) -> String {
    format!("{}.{}", per_mille / 10, per_mille % 10)
}

/// The bar of a row. It has no length where bars are not drawn.
fn bar(shape: Shape, row: &Row, place: usize) -> String {
    let length = if shape == Shape::Bars { row.length } else { 0 };
    // Not by `background`: what writes a changed style takes the parts of a shorthand one by one, and loses the colour of a variable.
    format!("width: {}%; background-color: {}", points(length), color(place))
}

/// The card.
#[component]
pub fn Breakdown(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let language = language();
    let (shape, of_consumed) = (kept.read().shape, kept.read().of_consumed);
    // While the answer to another question is on its way, what is shown is still divided as before.
    let measure = if of_consumed && has_consumed(view.breakdown) { Figure::Consumed } else { Figure::Received };
    let rows = rows(&view, measure, language);
    let by = BREAKDOWNS.map(|(_, word)| (word.to_owned(), tr(&format!("revenue-by-{word}")))).to_vec();
    let chosen = BREAKDOWNS.iter().find(|(known, _)| *known == view.breakdown).map(|(_, word)| (*word).to_owned());
    let shapes = Shape::ALL.map(|shape| (shape, tr(&format!("revenue-shape-{}", shape.word())))).to_vec();
    let measures = vec![(false, tr("revenue-figure-received")), (true, tr("revenue-figure-consumed"))];
    let total = measure.of(&view.figures);
    let sentence = match rows.iter().find(|row| row.share.is_some()) {
        Some(first) => {
            let share = format::share(first.share.unwrap_or(0), language);
            let values = [("name", first.name.clone()), ("amount", first.amount.to_string()), ("share", share)];
            tra("revenue-breakdown-sentence", &values)
        }
        None => tr("revenue-breakdown-none"),
    };
    rsx! {
        Card { class: "wide revenue-breakdown half",
            div { class: "row between wrap",
                h2 { id: "revenue-breakdown", {tr("revenue-breakdown")} }
                Select { label: tr("revenue-breakdown-by"), choices: by, chosen: chosen.unwrap_or_default(), onchoose: move |word: String| {
                    if let Some((breakdown, _)) = BREAKDOWNS.iter().find(|(_, known)| *known == word) {
                        kept.with_mut(|kept| kept.breakdown = *breakdown);
                    }
                } }
            }
            div { class: "row between wrap",
                Segmented { label: tr("revenue-shape"), choices: shapes, chosen: shape, onchoose: move |shape| kept.with_mut(|kept| kept.shape = shape) }
                if has_consumed(view.breakdown) {
                    Segmented { label: tr("revenue-measure"), choices: measures, chosen: of_consumed,
                        onchoose: move |of_consumed| kept.with_mut(|kept| kept.of_consumed = of_consumed) }
                }
            }
            div { class: "parts", "data-shape": shape.word(), "data-total": "{total.0}",
                Ring { rows: rows.clone(), is_drawn: shape == Shape::Ring, total }
                Parts { rows, view: view.clone(), kept, shape, measure }
            }
            p { class: "small muted", "{sentence}" }
        }
    }
}

/// The ring: an arc for each part. Its numbers stand in the rows beside it.
#[component]
fn Ring(rows: Vec<Row>, is_drawn: bool, total: Rupiah) -> Element {
    let mut begun = 0;
    let arcs: Vec<String> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            let share = row.share?;
            // Where nothing is drawn, each arc has gone back to where it begins.
            let length = if is_drawn { share } else { 0 };
            let style = format!(
                "stroke: {}; stroke-dasharray: {} 100; stroke-dashoffset: -{}",
                color(place),
                points(length),
                points(begun)
            );
            begun += share;
            Some(style)
        })
        .collect();
    rsx! {
        div { class: "ring", "aria-hidden": "true",
            // A radius of which the way round is 100.
            svg { view_box: "0 0 42 42",
                circle { class: "whole", cx: "21", cy: "21", r: "15.9155" }
                for (place , style) in arcs.into_iter().enumerate() {
                    circle { key: "{place}", cx: "21", cy: "21", r: "15.9155", style }
                }
            }
            span { class: "number small", "{total}" }
        }
    }
}

/// The rows. Each opens the transfers behind it.
#[component]
fn Parts(rows: Vec<Row>, view: RevenueView, kept: Signal<RevenuePage>, shape: Shape, measure: Figure) -> Element {
    let language = language();
    let dimension = view.breakdown;
    let is_table = shape == Shape::Table;
    rsx! {
        div { class: "table-wrap", role: "region", "aria-labelledby": "revenue-breakdown",
            table { class: "table parts-table",
                thead {
                    tr {
                        th { scope: "col", {tr(&format!("revenue-by-{}", word_of(view.breakdown)))} }
                        th { scope: "col", class: "end", {tr(measure.key())} }
                        th { scope: "col", class: "end", {tr("revenue-share")} }
                        if is_table {
                            th { scope: "col", class: "end more", {tr("col-before")} }
                            th { scope: "col", class: "end more", {tr("revenue-growth")} }
                            th { scope: "col", class: "end more", {tr("revenue-purchases")} }
                        }
                    }
                }
                tbody {
                    for (place , row) in rows.into_iter().enumerate() {
                        tr { key: "{place}", tabindex: "0", "data-row": row.value.clone().unwrap_or_default(), "data-amount": "{row.amount.0}",
                            onclick: {
                                let value = row.value.clone();
                                move |_| {
                                    let drill = Drill { dimension, value: value.clone(), ..Drill::of(measure) };
                                    kept.with_mut(|kept| kept.drill = Some(drill));
                                }
                            },
                            td {
                                span { class: "row",
                                    i { class: "swatch", background: color(place), "aria-hidden": "true" }
                                    span { "{row.name}" }
                                }
                                span { class: "part-bar", "aria-hidden": "true",
                                    i { style: bar(shape, &row, place) }
                                }
                            }
                            td { class: "end number", "{row.amount}" }
                            td { class: "end muted", {row.share.map_or("–".to_owned(), |share| format::share(share, language))} }
                            if is_table {
                                td { class: "end muted more", {row.earlier.map_or("–".to_owned(), |earlier| earlier.to_string())} }
                                td { class: "end more",
                                    if row.earlier.is_some() {
                                        GrowthChip { growth: row.grown(), more: More::Better }
                                    }
                                }
                                td { class: "end more", {format::whole(row.purchases, language)} }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn word_of(breakdown: Dimension) -> &'static str {
    BREAKDOWNS.iter().find(|(known, _)| *known == breakdown).map_or(BREAKDOWNS[0].1, |(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_are_written_with_a_point_for_style_sheets() {
        assert_eq!(
            (points(1_000), points(125), points(4), points(0)),
            ("100.0".into(), "12.5".into(), "0.4".into(), "0.0".into())
        );
        assert_eq!((color(0), color(5)), ("var(--series-1)".into(), "var(--offline)".into()));
    }
}
