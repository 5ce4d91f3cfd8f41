//! Connections by how much they use and how they top up, what each brings on average, and the customers that paid most. The server walks over all
//! connections for it: so it is asked only when somebody opens it, and the answer is kept.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::CustomersView;
use crate::pages::admin::ask::{Gap, Stale, use_server_answer};
use crate::pages::revenue::view::RevenuePage;
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::Language;
use domain::revenue::{DayRange, Habit, UseSegment};
use domain::{LocalMonth, Millilitres, Rupiah};
use protocol::revenue::{HabitGroup, MONTHS, RevenueCustomers, RevenueCustomersAsked, TopCustomer, UseGroup};
use protocol::ui::{Answer, Request, RevenueRequest, RevenueResponse};

/// Customers that are shown at first.
const FIRST: usize = 5;

/// The months of some days: the last twelve, if they are more.
fn months_of(days: DayRange) -> RevenueCustomersAsked {
    let to = days.to.month().max(days.from.month());
    RevenueCustomersAsked { from: days.from.month().max(LocalMonth(to.0 - MONTHS + 1)), to }
}

/// So much for each; nothing where there is none.
fn each(amount: Rupiah, of: i64) -> Option<Rupiah> {
    (of > 0).then(|| Rupiah(amount.0 / of))
}

/// What a cubic metre came to.
fn per_cubic_metre(amount: Rupiah, volume: Millilitres) -> Option<Rupiah> {
    let price = || i128::from(amount.0) * 1_000_000 / i128::from(volume.0);
    (volume > Millilitres::ZERO).then(price).and_then(|price| i64::try_from(price).ok()).map(Rupiah)
}

fn or_dash(amount: Option<Rupiah>) -> String {
    amount.map_or("–".to_owned(), |amount| amount.to_string())
}

const fn segment_word(segment: UseSegment) -> &'static str {
    match segment {
        UseSegment::None => "none",
        UseSegment::UpTo10 => "up-to-10",
        UseSegment::UpTo20 => "up-to-20",
        UseSegment::UpTo50 => "up-to-50",
        UseSegment::Over50 => "over-50",
    }
}

const fn habit_word(habit: Habit) -> &'static str {
    match habit {
        Habit::Weekly => "weekly",
        Habit::Monthly => "monthly",
        Habit::Seldom => "seldom",
        Habit::OnlyWhenEmpty => "only-when-empty",
        Habit::New => "new",
        Habit::Lapsed => "lapsed",
        Habit::Never => "never",
    }
}

/// The card, folded until somebody opens it.
#[component]
pub fn CustomersCard(days: DayRange, kept: Signal<RevenuePage>) -> Element {
    let is_open = kept.read().customers;
    rsx! {
        Card { class: "wide revenue-customers span",
            div { class: "row between wrap",
                h2 { id: "revenue-customers", {tr("revenue-customers")} }
                button { class: "button secondary", r#type: "button", "aria-expanded": if is_open { "true" } else { "false" },
                    onclick: move |_| kept.with_mut(|kept| kept.customers = !kept.customers),
                    Icon { name: "users" }
                    {tr(if is_open { "revenue-customers-close" } else { "revenue-customers-open" })}
                }
            }
            if is_open {
                Asked { key: "{days:?}", asked: months_of(days) }
            } else {
                p { class: "muted small", {tr("revenue-customers-lead")} }
            }
        }
    }
}

#[component]
fn Asked(asked: RevenueCustomersAsked) -> Element {
    let server = use_server_answer(
        move || Request::Revenue(RevenueRequest::Customers(asked)),
        |answer| match answer {
            Answer::Revenue(response) => match *response {
                RevenueResponse::Customers { customers, since } => Some((*customers, since)),
                _ => None,
            },
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    rsx! {
        if let Some(old) = server.old() {
            Stale { old, onretry: move |()| server.again() }
        }
        match latest {
            None => rsx! { Gap { asking: server.asking.read().clone(), what: "revenue-customers", heights: vec![64, 220], onretry: move |()| server.again() } },
            Some(customers) => rsx! { Found { customers } },
        }
    }
}

#[component]
fn Found(customers: RevenueCustomers) -> Element {
    let (shared, language) = (shared(), language());
    let RevenueCustomers { at, from, to, connections, active, received, consumed, volume, by_use, by_habit, top } = customers;
    let months = if from == to {
        format::month(from, language)
    } else {
        format!("{} – {}", format::month(from, language), format::month(to, language))
    };
    let facts = [
        ("revenue-connections", format::whole(connections, language)),
        ("revenue-active", format::whole(active, language)),
        ("revenue-each-received", or_dash(each(received, active))),
        ("revenue-each-consumed", or_dash(each(consumed, active))),
        ("revenue-volume", format::cubic_metres(volume, language)),
        ("revenue-each-volume", or_dash(per_cubic_metre(consumed, volume))),
    ];
    let time = format::moment(at, *shared.now.peek(), device_zone(), language);
    rsx! {
        p { class: "muted small", "data-customers": "{connections}", {tra("revenue-customers-of", &[("months", months), ("time", time)])} }
        dl { class: "facts",
            for (key , value) in facts {
                div { key: "{key}", "data-fact": key, dt { {tr(key)} } dd { "{value}" } }
            }
        }
        div { class: "revenue-groups",
            ByUse { groups: by_use, language }
            ByHabit { groups: by_habit, language }
        }
        Top { customers: top }
    }
}

#[component]
fn ByUse(groups: Vec<UseGroup>, language: Language) -> Element {
    rsx! {
        div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("revenue-by-use"),
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("revenue-by-use")} }
                        th { scope: "col", class: "end", {tr("revenue-connections")} }
                        th { scope: "col", class: "end", {tr("revenue-volume")} }
                        th { scope: "col", class: "end", {tr("revenue-figure-consumed")} }
                        th { scope: "col", class: "end", {tr("revenue-per-volume")} }
                    }
                }
                tbody {
                    for group in groups {
                        tr { key: "{group.segment:?}", "data-segment": segment_word(group.segment), "data-count": "{group.connections}",
                            th { scope: "row", class: "plain", {tr(&format!("revenue-use-{}", segment_word(group.segment)))} }
                            td { class: "end number", {format::whole(group.connections, language)} }
                            td { class: "end", {format::cubic_metres(group.volume, language)} }
                            td { class: "end", "{group.consumed}" }
                            td { class: "end muted", {or_dash(per_cubic_metre(group.consumed, group.volume))} }
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn ByHabit(groups: Vec<HabitGroup>, language: Language) -> Element {
    rsx! {
        div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("revenue-by-habit"),
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("revenue-by-habit")} }
                        th { scope: "col", class: "end", {tr("revenue-connections")} }
                        th { scope: "col", class: "end", {tr("revenue-purchases")} }
                        th { scope: "col", class: "end", {tr("revenue-figure-received")} }
                    }
                }
                tbody {
                    for group in groups {
                        tr { key: "{group.habit:?}", "data-habit": habit_word(group.habit), "data-count": "{group.connections}",
                            th { scope: "row", class: "plain", {tr(&format!("revenue-habit-{}", habit_word(group.habit)))} }
                            td { class: "end number", {format::whole(group.connections, language)} }
                            td { class: "end", {format::whole(group.purchases, language)} }
                            td { class: "end", "{group.received}" }
                        }
                    }
                }
            }
        }
    }
}

/// The customers of whom most was received. Each leads to its page.
#[component]
fn Top(customers: Vec<TopCustomer>) -> Element {
    let language = language();
    let mut all = use_signal(|| false);
    let most = if all() { customers.len() } else { FIRST };
    let more = customers.len().saturating_sub(most);
    rsx! {
        h3 { {tr("revenue-top")} }
        if customers.is_empty() {
            p { class: "muted small", {tr("revenue-top-none")} }
        } else {
            ul { class: "list",
                for customer in customers.into_iter().take(most) {
                    li { key: "{customer.customer}", "data-row": "{customer.customer}",
                        div { class: "grow",
                            Link { class: "link", to: CustomersView::address_of(customer.customer), "{customer.name}" }
                            p { class: "muted tiny",
                                "{customer.number} · " {format::cubic_metres(customer.volume, language)} " · "
                                {tra("revenue-consumed-of", &[("amount", customer.consumed.to_string())])}
                            }
                        }
                        span { class: "number nowrap", "{customer.received}" }
                    }
                }
            }
            if more > 0 {
                div { class: "row edge",
                    Button { kind: "quiet", icon: "chevron-down", label: tra("show-more", &[("n", more.to_string())]), onclick: move |_| all.set(true) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LocalDay;

    #[test]
    fn twelve_months_are_asked_for_at_most_and_averages_need_somebody() {
        let day = |year, month| LocalDay::from_ymd(year, month, 15).expect("a real day");
        let of = |from, to| months_of(DayRange { from, to });
        let (march, december) = (day(2026, 3).month(), day(2027, 12).month());
        assert_eq!(of(day(2026, 3), day(2026, 3)), RevenueCustomersAsked { from: march, to: march });
        assert_eq!(of(day(2026, 3), day(2027, 12)), RevenueCustomersAsked { from: LocalMonth(december.0 - 11), to: december });
        assert_eq!((each(Rupiah(9), 2), each(Rupiah(9), 0)), (Some(Rupiah(4)), None));
        assert_eq!(per_cubic_metre(Rupiah(15_000), Millilitres::cubic_metres(10)), Some(Rupiah(1_500)));
        assert_eq!(per_cubic_metre(Rupiah(15_000), Millilitres::ZERO), None);
    }
}
