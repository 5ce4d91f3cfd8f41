//! What was received today, yesterday and this month, by way to pay: to the rupiah, as the ledger has it.

use crate::components::{Card, Empty, Icon};
use crate::i18n::tr;
use crate::money::method;
use crate::route::Route;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::billing::ledger::Account;
use protocol::summary::ReceiptLine;

/// What a line is called.
fn name(line: &ReceiptLine) -> String {
    match (line.account, line.method.as_deref()) {
        (Account::GatewayClearing, Some(word)) => method(Some(word), "gateway"),
        (Account::GatewayClearing, None) => tr("summary-by-hand"),
        (Account::Refunds, _) => tr("summary-refunds"),
        (Account::Chargebacks, _) => tr("summary-chargebacks"),
        _ => tr("pay-cash"),
    }
}

/// What was received in a stretch of time.
fn sum(lines: &[ReceiptLine], of: fn(&ReceiptLine) -> Rupiah) -> Rupiah {
    Rupiah(lines.iter().map(|line| of(line).0).sum())
}

/// The card: a line for each way, and their sum.
#[component]
pub fn Receipts(lines: Vec<ReceiptLine>) -> Element {
    let today = sum(&lines, |line| line.today);
    let yesterday = sum(&lines, |line| line.yesterday);
    let month = sum(&lines, |line| line.month);
    rsx! {
        Card { class: "wide summary-receipts",
            div { class: "row between wrap",
                h2 { id: "summary-receipts", {tr("summary-receipts")} }
                Link { class: "link", to: Route::Finance {}, {tr("nav-finance")} Icon { name: "chevron-right", size: "s" } }
            }
            if lines.is_empty() {
                Empty { icon: "banknote", title: tr("summary-receipts-none"), next: tr("summary-receipts-none-next") }
            } else {
                div { class: "table-wrap", tabindex: "0", role: "region", "aria-labelledby": "summary-receipts",
                    table { class: "table",
                        thead {
                            tr {
                                th { scope: "col", {tr("summary-way")} }
                                th { scope: "col", class: "end", {tr("summary-today")} }
                                th { scope: "col", class: "end", {tr("summary-yesterday")} }
                                th { scope: "col", class: "end", {tr("summary-month")} }
                            }
                        }
                        tbody {
                            for (place , line) in lines.iter().enumerate() {
                                tr { key: "{place}", "data-receipt": line.method.clone().unwrap_or_else(|| line.account.as_str().to_owned()),
                                    td { {name(line)} }
                                    td { class: "end number nowrap", "{line.today}" }
                                    td { class: "end nowrap", "{line.yesterday}" }
                                    td { class: "end nowrap", "{line.month}" }
                                }
                            }
                        }
                        tfoot {
                            tr { "data-receipt": "sum", "data-today": "{today.0}", "data-month": "{month.0}",
                                th { scope: "row", {tr("summary-received")} }
                                td { class: "end number nowrap", "{today}" }
                                td { class: "end number nowrap", "{yesterday}" }
                                td { class: "end number nowrap", "{month}" }
                            }
                        }
                    }
                }
            }
        }
    }
}
