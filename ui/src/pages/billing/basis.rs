//! What volume, days and date of a balance are computed from, as a line that can be opened; and why the month costs what it costs.

use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::billing::history::explain::WhySheet;
use dioxus::prelude::*;
use domain::billing::forecast::{BlockNow, ForecastBasis, USUAL_DAYS};
use domain::people::Language;
use domain::{Millilitres, Rupiah};
use protocol::sync::rows::Credit;
use protocol::ui::ConnectionRef;

/// `Blok 2, Rp2.000/m³, 3,1 m³ lagi`.
pub fn block_line(block: &BlockNow, language: Language) -> String {
    let (number, price) = (("n", block.number.to_string()), ("price", block.price_per_m3.to_string()));
    match block.left {
        Some(left) => tra("block-left", &[number, price, ("left", format::cubic_metres(left, language))]),
        None if block.of > 1 => tra("block-last", &[number, price]),
        None => tra("block-only", &[price]),
    }
}

/// The line below a balance.
#[component]
pub fn Basis(credit: Credit, basis: ForecastBasis, place: ConnectionRef) -> Element {
    let language = language();
    let mut explained = use_signal(|| false);
    let month = place.time_zone.day_of(credit.at).month();
    rsx! {
        Card { class: "basis",
            div { class: "row between wrap edge",
                if let Some(block) = basis.block {
                    p { class: "number small", "data-block": "{block.number}", {block_line(&block, language)} }
                }
                Button { kind: "quiet", icon: "info", label: tr("why-now"), onclick: move |_| explained.set(true) }
            }
            details { "data-basis": "true",
                summary { {tra("basis-title", &[("basis", short(&credit, &basis, language))])} }
                ul { class: "small",
                    for (place , line) in lines(&credit, &basis, &place, language).into_iter().enumerate() {
                        li { key: "{place}", "{line}" }
                    }
                }
            }
            if explained() {
                WhySheet { connection: place.connection, month, zone: place.time_zone, onclose: move |()| explained.set(false) }
            }
        }
    }
}

/// `1,9 m³ per hari`.
fn per_day(usual: Millilitres, language: Language) -> String {
    if usual < Millilitres::cubic_metres(1) { format::volume(usual, language) } else { format::cubic_metres(usual, language) }
}

fn short(credit: &Credit, basis: &ForecastBasis, language: Language) -> String {
    let usual = match credit.lasts.usual {
        Some(usual) if usual > Millilitres::ZERO => tra("basis-per-day", &[("volume", per_day(usual, language))]),
        Some(_) => tr("basis-no-use"),
        None => tr("basis-unknown"),
    };
    match basis.block.filter(|block| block.of > 1) {
        Some(block) => format!("{usual}, {}", tra("basis-block", &[("n", block.number.to_string())])),
        None => usual,
    }
}

fn lines(credit: &Credit, basis: &ForecastBasis, place: &ConnectionRef, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match credit.lasts.usual {
        Some(usual) if usual > Millilitres::ZERO => {
            tra("basis-usual", &[("volume", per_day(usual, language)), ("n", USUAL_DAYS.to_string())])
        }
        Some(_) => tr("basis-usual-none"),
        None => tr("basis-usual-unknown"),
    });
    let used = ("used", format::cubic_metres(basis.in_blocks, language));
    if let Some(block) = &basis.block {
        lines.push(tra("basis-so-far", &[used, ("block", block_line(block, language))]));
    }
    let first = ("date", format::near_date(basis.next_month, language));
    lines.push(if basis.fee > Rupiah(0) {
        tra("basis-next-month", &[first, ("fee", basis.fee.to_string())])
    } else {
        tra("basis-next-month-free", &[first])
    });
    if basis.tax_per_mille > 0 {
        lines.push(tra("basis-tax", &[("percent", format::percent(basis.tax_per_mille, language))]));
    }
    if basis.free_per_day > Millilitres::ZERO {
        lines.push(tra("basis-free", &[("volume", format::volume(basis.free_per_day, language))]));
    }
    if let Some((days, date)) = money::days_left(&credit.lasts).zip(money::runs_out(credit, place.time_zone, language)) {
        let balance = ("balance", credit.balance().to_string());
        lines.push(tra(
            "basis-result",
            &[balance, ("volume", money::about(&credit.lasts, language)), ("days", days), ("date", date)],
        ));
    }
    lines
}
