//! What a campaign cost day by day: a chart with its sentence, and the same as a table.

use crate::charts;
use crate::charts::ChartView;
use crate::components::Button;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::{LocalDay, Rupiah};
use protocol::sales::admin::CampaignDay;
use protocol::ui::Motion;

/// Days that a chart shows at most: the last ones.
const DAYS: i32 = 60;

/// Days one after the other, those on which nothing happened as well.
fn filled(days: &[CampaignDay]) -> Vec<CampaignDay> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let from = first.day.0.max(last.day.0 - DAYS + 1).min(last.day.0 - 6);
    let at = |day: i32| {
        let measured = days.iter().find(|used| used.day.0 == day).copied();
        measured.unwrap_or(CampaignDay { day: LocalDay(day), uses: 0, discount: Rupiah(0), bonus: Rupiah(0) })
    };
    (from..=last.day.0).map(at).collect()
}

/// By day.
#[component]
pub fn ByDay(days: Vec<CampaignDay>) -> Element {
    let (shared, language) = (shared(), language());
    let mut as_table = use_signal(|| false);
    let preferences = shared.session.read().as_ref().map(|session| session.preferences).unwrap_or_default();
    let shown = filled(&days);
    let Some(peak) = shown.iter().max_by_key(|day| day.discount.0 + day.bonus.0).copied() else {
        return rsx! { p { class: "muted small", {tr("campaign-no-days")} } };
    };
    let labels = shown.iter().map(|day| format::day_month(day.day, language)).collect();
    let series = [
        (tr("campaign-discount"), "--series-1", shown.iter().map(|day| day.discount).collect::<Vec<_>>()),
        (tr("campaign-bonus-cost"), "--series-2", shown.iter().map(|day| day.bonus).collect()),
    ];
    let values = [
        ("uses", format::whole(days.iter().map(|day| day.uses).sum(), language)),
        ("peak", Rupiah(peak.discount.0 + peak.bonus.0).to_string()),
        ("day", format::date(peak.day, language)),
    ];
    rsx! {
        if as_table() {
            Table { days }
        } else {
            ChartView { id: "campaign-chart", option: charts::money(&series, labels), still: preferences.motion == Motion::Still,
                sentence: tra("campaign-chart-sentence", &values) }
            div { class: "legend", "aria-hidden": "true",
                span { i { background: "var(--series-1)" } {tr("campaign-discount")} }
                span { i { background: "var(--series-2)" } {tr("campaign-bonus-cost")} }
            }
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

#[component]
fn Table(days: Vec<CampaignDay>) -> Element {
    let language = language();
    rsx! {
        div { class: "table-wrap low", tabindex: "0", role: "region", "aria-label": tr("campaign-by-day"),
            table { class: "table",
                thead {
                    tr {
                        th { {tr("col-day")} }
                        th { class: "end", {tr("campaign-uses")} }
                        th { class: "end", {tr("campaign-discount")} }
                        th { class: "end", {tr("campaign-bonus-cost")} }
                    }
                }
                tbody {
                    for day in days.iter().rev() {
                        tr { key: "{day.day.0}", "data-row": "{day.day.0}",
                            td { {format::date(day.day, language)} }
                            td { class: "end", {format::whole(day.uses, language)} }
                            td { class: "end number", "{day.discount}" }
                            td { class: "end number", "{day.bonus}" }
                        }
                    }
                }
            }
        }
    }
}
