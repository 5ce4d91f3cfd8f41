//! A line of a settlement file: what both sides say, and what can be done about it.

use super::decide::Asking;
use super::look_of;
use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::CustomersView;
use crate::pages::admin::ask::is_away;
use crate::state::shared;
use dioxus::prelude::*;
use domain::sales::reconciliation::{LineState, LineVerdict};
use protocol::sales::settlements::{LineDeed, SettlementLine};

/// The line.
#[component]
pub fn Line(line: SettlementLine, onask: EventHandler<Asking>) -> Element {
    let (now, tongue) = ((shared().now)(), language());
    let (tone, icon) = look_of(line.verdict);
    let word = line.verdict.as_str();
    let is_open = line.state == LineState::Open;
    let at = format::zoned_moment(line.at, now, device_zone(), tongue);
    let place = line.row.map(|row| tra("settlement-row", &[("row", row.to_string())]));
    let why = line.because.map(|because| tr(&format!("settlement-because-{}", because.as_str())));
    let about = [place, Some(line.method.clone()).filter(|method| !method.is_empty()), Some(at)];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let ask = {
        let line = line.clone();
        use_callback(move |deed: Option<LineDeed>| onask.call(Asking { key: bridge::new_id(), line: line.clone(), deed }))
    };
    rsx! {
        li { "data-line": "{line.order}", "data-verdict": word, "data-state": line.state.as_str(),
            div { class: "grow stack",
                p { class: "row wrap",
                    span { class: "number", "{line.order}" }
                    StatusChip { tone, icon, label: tr(&format!("settlement-verdict-{word}")), small: true }
                    if line.state != LineState::Open && line.verdict.is_open() {
                        StatusChip { tone: "info", icon: "check", label: tr(&format!("settlement-state-{}", line.state.as_str())), small: true }
                    }
                }
                p { class: "muted tiny", "{about}" }
                if let Some(customer) = line.customer {
                    Link { class: "link small", to: CustomersView::address_of(customer), "{line.whose}" }
                }
                if let Some(why) = why {
                    p { class: "small warn-text", "{why}" }
                }
                p { class: "small", {sums(&line)} }
                if !line.note.is_empty() {
                    p { class: "small", {tra("settlement-note", &[("note", line.note.clone())])} }
                }
                if is_open {
                    div { class: "row wrap actions",
                        Button { label: tr("settlement-accept"), icon: "check", disabled: is_away(), onclick: move |_| ask.call(Some(LineDeed::Accept)) }
                        Button { label: tr("settlement-ask"), kind: "quiet", icon: "refresh-cw", disabled: is_away(), onclick: move |_| ask.call(None) }
                        Button { label: tr("settlement-case"), kind: "quiet", icon: "landmark", disabled: is_away(), onclick: move |_| ask.call(Some(LineDeed::Case)) }
                    }
                }
            }
        }
    }
}

/// What the file says, and what was agreed on here.
fn sums(line: &SettlementLine) -> String {
    let values = |ours: String| [("gross", line.gross.to_string()), ("fee", line.fee.to_string()), ("ours", ours)];
    match (line.verdict, line.ours) {
        (LineVerdict::MissingAtGateway, _) => tra("settlement-sum-ours", &[("ours", line.gross.to_string())]),
        (_, Some(ours)) => tra("settlement-sum-both", &values(ours.to_string())),
        (_, None) => tra("settlement-sum-file", &values(String::new())),
    }
}
