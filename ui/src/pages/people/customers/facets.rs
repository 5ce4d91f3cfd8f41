//! What the list is narrowed by: each value of each facet with how many customers it would leave, and the range of the balance.

use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Icon, Skeleton, say_amount};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::parts::Entry;
use crate::pages::people::customers::ask::response;
use crate::pages::people::customers::view::ListView;
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use domain::billing::tariff::TariffClass;
use domain::core::typed_money::{WrongAmount, parse_rupiah};
use domain::people::CustomerStatus;
use domain::{Rupiah, ZoneId};
use protocol::ui::bulk::{BalanceLevel, ChangeState, FacetCounts, MeterPresence};
use protocol::ui::{BulkRequest, BulkResponse, CustomerFacets, CustomerQuery, Request};

/// A value of a facet.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    Status(CustomerStatus),
    Zone(ZoneId),
    Class(TariffClass),
    Level(BalanceLevel),
    Meter(MeterPresence),
    Change(ChangeState),
}

impl Value {
    /// Whether the list is narrowed by it.
    fn is_chosen(self, facets: &CustomerFacets) -> bool {
        match self {
            Self::Status(value) => facets.status.contains(&value),
            Self::Zone(value) => facets.zones.contains(&value),
            Self::Class(value) => facets.classes.contains(&value),
            Self::Level(value) => facets.levels.contains(&value),
            Self::Meter(value) => facets.meters.contains(&value),
            Self::Change(value) => facets.changes.contains(&value),
        }
    }

    /// Takes it on, or off again.
    fn turn(self, facets: &mut CustomerFacets) {
        match self {
            Self::Status(value) => turn(&mut facets.status, value),
            Self::Zone(value) => turn(&mut facets.zones, value),
            Self::Class(value) => turn(&mut facets.classes, value),
            Self::Level(value) => turn(&mut facets.levels, value),
            Self::Meter(value) => turn(&mut facets.meters, value),
            Self::Change(value) => turn(&mut facets.changes, value),
        }
    }

    /// Its word, which tells it apart from its neighbours.
    fn word(self) -> String {
        match self {
            Self::Status(value) => value.as_str().to_owned(),
            Self::Zone(value) => value.to_string(),
            Self::Class(value) => value.as_str().to_owned(),
            Self::Level(value) => value.as_str().to_owned(),
            Self::Meter(value) => value.as_str().to_owned(),
            Self::Change(value) => value.as_str().to_owned(),
        }
    }
}

fn turn<T: PartialEq>(values: &mut Vec<T>, value: T) {
    match values.iter().position(|other| *other == value) {
        Some(place) => drop(values.remove(place)),
        None => values.push(value),
    }
}

/// A value as it is shown.
#[derive(Clone, PartialEq)]
struct Shown {
    value: Value,
    name: String,
    count: u32,
}

/// The facets.
#[component]
pub fn Facets(query: Memo<CustomerQuery>, kept: Signal<ListView>) -> Element {
    let asked = use_memo(move || query.read().matching());
    let load = use_answer(
        move || Request::Bulk(BulkRequest::Facets(asked())),
        |answer| match response(answer)? {
            BulkResponse::Facets(counts) => Some(counts),
            _ => None,
        },
    );
    rsx! {
        section { id: "facets", class: "card stack facets", "aria-label": tr("facets-title"),
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![120] } },
                Load::Failed(problem) => rsx! { p { class: "error-text", role: "alert", {explain(problem)} } },
                Load::Ready(counts) => rsx! {
                    div { class: "facet-groups",
                        for (of , values) in groups(counts, &kept.read().facets) {
                            Group { key: "{of}", of, values, kept }
                        }
                        Range { kept }
                    }
                },
            }
        }
    }
}

/// The groups with their values. A zone that would leave nobody is not shown: a utility may have many.
fn groups(counts: &FacetCounts, chosen: &CustomerFacets) -> Vec<(&'static str, Vec<Shown>)> {
    let zones = counts.zones.iter().filter(|zone| zone.count > 0 || chosen.zones.contains(&zone.id));
    let zones = zones.map(|zone| Shown { value: Value::Zone(zone.id), name: zone.name.clone(), count: zone.count });
    vec![
        ("status", named(&counts.status, "status", Value::Status)),
        ("zone", zones.collect()),
        ("class", named(&counts.classes, "class", Value::Class)),
        ("level", named(&counts.levels, "facet-level", Value::Level)),
        ("meter", named(&counts.meters, "facet-meter", Value::Meter)),
        ("change", named(&counts.changes, "facet-change", Value::Change)),
    ]
}

fn named<T: Copy>(counts: &[(T, u32)], prefix: &str, of: fn(T) -> Value) -> Vec<Shown> {
    let shown = |(value, count): &(T, u32)| {
        let value = of(*value);
        Shown { value, name: tr(&format!("{prefix}-{}", value.word())), count: *count }
    };
    counts.iter().map(shown).collect()
}

#[component]
fn Group(of: &'static str, values: Vec<Shown>, kept: Signal<ListView>) -> Element {
    let label = tr(&format!("facet-{of}"));
    rsx! {
        div { class: "field", role: "group", "aria-label": label.clone(), "data-facet": of,
            span { class: "label", "aria-hidden": "true", "{label}" }
            div { class: "row wrap picks",
                for Shown { value , name , count } in values {
                    button { key: "{value.word()}", r#type: "button", class: "pick", "data-value": value.word(),
                        "aria-pressed": if value.is_chosen(&kept.read().facets) { "true" } else { "false" },
                        onclick: move |_| kept.with_mut(|kept| kept.narrow(|facets| value.turn(facets))),
                        if value.is_chosen(&kept.read().facets) {
                            Icon { name: "check", size: "s" }
                        }
                        "{name} "
                        span { class: "facet-count", {format::whole(i64::from(count), language())} }
                    }
                }
            }
        }
    }
}

/// The range of the balance. A field that is wrong narrows nothing, and says so.
#[component]
fn Range(kept: Signal<ListView>) -> Element {
    let mut kept = kept;
    let shown = |amount: Option<Rupiah>| amount.map_or(String::new(), |amount| amount.0.to_string());
    let mut from = use_signal(|| shown(kept.peek().facets.balance_from));
    let mut to = use_signal(|| shown(kept.peek().facets.balance_to));
    // Cleared, or another view: the fields follow, and what is typed in them stays as it is typed.
    use_effect(move || {
        let (now_from, now_to) = (kept.read().facets.balance_from, kept.read().facets.balance_to);
        let [typed_from, typed_to] = range(&from.peek(), &to.peek()).map(narrows);
        if typed_from != now_from {
            from.set(shown(now_from));
        }
        if typed_to != now_to {
            to.set(shown(now_to));
        }
    });
    let mut narrow = move || {
        let [low, high] = range(&from.peek(), &to.peek()).map(narrows);
        let now = {
            let kept = kept.peek();
            (kept.facets.balance_from, kept.facets.balance_to)
        };
        if now != (low, high) {
            kept.with_mut(|kept| kept.narrow(|facets| (facets.balance_from, facets.balance_to) = (low, high)));
        }
    };
    let [wrong_from, wrong_to] = range(&from.read(), &to.read()).map(|field| field.err().map(say_amount));
    rsx! {
        div { class: "field", role: "group", "aria-label": tr("facet-balance"), "data-facet": "balance",
            span { class: "label", "aria-hidden": "true", {tr("facet-balance")} }
            div { class: "facet-range",
                Entry { id: "facet-from", label: tr("facet-balance-from"), value: from(), kind: "text", unit: "Rp", error: wrong_from,
                    oninput: move |text: String| {
                        from.set(text);
                        narrow();
                    } }
                Entry { id: "facet-to", label: tr("facet-balance-to"), value: to(), kind: "text", unit: "Rp", error: wrong_to,
                    oninput: move |text: String| {
                        to.set(text);
                        narrow();
                    } }
            }
        }
    }
}

/// What is typed in a field, or what is wrong with it.
type Typed = Result<Option<Rupiah>, WrongAmount>;

/// The two ends of the range. One below the other leaves nobody, so it is wrong.
fn range(from: &str, to: &str) -> [Typed; 2] {
    let (from, to) = (amount(from), amount(to));
    match (from, to) {
        (Ok(Some(least)), Ok(Some(most))) if most < least => [from, Err(WrongAmount::Below(least))],
        _ => [from, to],
    }
}

/// What a field narrows by.
fn narrows(typed: Typed) -> Option<Rupiah> {
    typed.ok().flatten()
}

/// The amount of a field; none of an empty one.
fn amount(text: &str) -> Typed {
    if text.trim().is_empty() { Ok(None) } else { parse_rupiah(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_the_range_that_is_wrong_narrows_nothing() {
        let narrowed = |from, to| range(from, to).map(narrows);
        assert_eq!(narrowed("1.000", "5.000"), [Some(Rupiah(1_000)), Some(Rupiah(5_000))]);
        assert_eq!(narrowed("", "5.000"), [None, Some(Rupiah(5_000))]);
        assert_eq!(narrowed("1e9", "5.000"), [None, Some(Rupiah(5_000))]);
        assert_eq!(narrowed("5.000", "1.000"), [Some(Rupiah(5_000)), None]);
        assert_eq!(range("5.000", "1.000")[1], Err(WrongAmount::Below(Rupiah(5_000))));
        assert_eq!(narrowed("5.000", "5.000"), [Some(Rupiah(5_000)); 2]);
    }
}
