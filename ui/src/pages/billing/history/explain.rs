//! Why a month costs what it costs: blocks and prices, what of it is in the statement, and the readings it comes from. The figures add up.

use crate::components::shell::language;
use crate::components::{Button, Dialog, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::billing::history::signed;
use crate::state::Load;
use dioxus::prelude::*;
use domain::billing::tariff::Slice;
use domain::{ConnectionId, LocalMonth, Millilitres, Rupiah, TimeZone};
use protocol::sales::money::{Why, WhyAsked, WhyDay};
use protocol::ui::{MoneyRequest, MoneyResponse};

#[component]
pub fn WhySheet(connection: ConnectionId, month: LocalMonth, zone: TimeZone, onclose: EventHandler<()>) -> Element {
    let mut load = use_signal(|| Load::<Box<Why>>::Waiting);
    use_future(move || async move {
        load.set(match money::ask(MoneyRequest::Why(WhyAsked { connection, month })).await {
            Ok(MoneyResponse::Why(why)) => Load::Ready(why),
            Ok(_) => Load::Waiting,
            Err(problem) => Load::Failed(problem),
        });
    });
    rsx! {
        Dialog { title: tra("why-title", &[("month", format::month(month, language()))]), sheet: true, onclose,
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![120, 200] } },
                Load::Failed(problem) => rsx! {
                    div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {money::explain(problem)} }
                },
                Load::Ready(why) => rsx! { Explained { why: (**why).clone(), zone } },
            }
            Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
        }
    }
}

#[component]
fn Explained(why: Why, zone: TimeZone) -> Element {
    let language = language();
    let used: Millilitres = why.days.iter().map(|day| day.volume).sum();
    let due = Rupiah(why.water.0 + why.tax.0 + why.fee.0);
    let posted: i64 = why.lines.iter().map(|line| -line.amount.0).sum();
    rsx! {
        div { class: "stack wide why", "data-due": "{due.0}", "data-posted": "{posted}", "data-running": "{why.running.0}",
            p { class: "small muted", {tr("why-lead")} }
            div { class: "table-wrap",
                table { class: "table",
                    thead { tr { th { {tr("why-block")} } th { class: "end", {tr("why-volume")} } th { class: "end", {tr("why-price")} } th { class: "end", {tr("why-amount")} } } }
                    tbody {
                        if why.free > Millilitres::ZERO {
                            tr { td { {tr("why-free")} } td { class: "end", {format::register(why.free, language)} } td { class: "end", "–" } td { class: "end", "{Rupiah(0)}" } }
                        }
                        for (place , slice) in why.slices.iter().enumerate() {
                            Block { key: "{place}", slice: *slice }
                        }
                        tr { class: "sum",
                            td { {tr("why-water")} }
                            td { class: "end", {format::register(used, language)} }
                            td {}
                            td { class: "end", "{why.water}" }
                        }
                    }
                }
            }
            for decree in why.decrees.iter() {
                p { key: "{decree.since.0}", class: "muted small", "data-decree": "",
                    {tra("why-decree", &[("decree", decree.number.clone()), ("day", format::date(decree.since, language))])}
                }
            }
            dl { class: "price small",
                if why.tax > Rupiah(0) { div { dt { {tr("price-tax")} } dd { "{why.tax}" } } }
                div { dt { {tr("line-monthly_fee")} } dd { "{why.fee}" } }
                div { class: "total", dt { {tr("why-due")} } dd { "{due}" } }
                for line in why.lines.iter() {
                    div { key: "{line.no}",
                        dt { {tr(&format!("line-{}", line.kind))} " · " {format::near_date(zone.day_of(line.at), language)} }
                        dd { {signed(line.amount)} }
                    }
                }
                div { class: "total", dt { {tr("statement-running")} } dd { "{why.running}" } }
            }
            details {
                summary { {tra("why-days", &[("n", why.days.len().to_string())])} }
                ul { class: "stack small days",
                    for day in why.days.iter() {
                        Day { key: "{day.day.0}", day: day.clone(), zone }
                    }
                }
                p { class: "small muted", {tr("why-between")} }
            }
        }
    }
}

#[component]
fn Block(slice: Slice) -> Element {
    let language = language();
    rsx! {
        tr {
            td { {tra("why-block-n", &[("n", (slice.block + 1).to_string())])} }
            td { class: "end", {format::register(slice.volume, language)} }
            td { class: "end", "{slice.price_per_m3}" }
            td { class: "end", "{slice.amount}" }
        }
    }
}

#[component]
fn Day(day: WhyDay, zone: TimeZone) -> Element {
    let language = language();
    rsx! {
        li {
            div { class: "row between",
                span { class: "number", {format::near_date(day.day, language)} }
                span { class: "number", {format::register(day.volume, language)} }
            }
            if let (Some(from), Some(until)) = (day.from, day.until) {
                p { class: "muted",
                    {tra("why-readings", &[
                        ("n", day.readings.to_string()),
                        ("from", format::clock(from.t, zone, language)),
                        ("first", format::register(from.register, language)),
                        ("until", format::clock(until.t, zone, language)),
                        ("last", format::register(until.register, language)),
                    ])}
                }
            } else {
                p { class: "muted", {tr("why-no-readings")} }
            }
        }
    }
}
