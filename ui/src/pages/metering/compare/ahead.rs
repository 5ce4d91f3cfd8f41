//! Where use is going: the trend of eight weeks, the weekday with the most, and what the month will come to.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::metering::compare::Weekdays;
use domain::metering::compare::trend::Trend;
use domain::people::Language;
use protocol::ui::{UsageComparison as View, UsageForecast};

/// A weekday is said if it uses a tenth more than a mean day.
const NOTABLE: i64 = 1_100;

/// The sentences, each with its picture. Nothing where too little is known.
#[component]
pub fn Ahead(view: View, in_rupiah: bool) -> Element {
    let language = language();
    let forecast = view.forecast.as_ref().map(|forecast| ahead(forecast, in_rupiah, language));
    rsx! {
        div { class: "stack tight comparison-ahead", "data-ahead": "true",
            if let Some(forecast) = forecast {
                p { class: "row", "data-forecast": "month", Icon { name: "calendar-clock", size: "s" } span { "{forecast}" } }
            } else {
                p { class: "row muted small", Icon { name: "info", size: "s" } span { {tr("ahead-unknown")} } }
            }
            if let Some((icon, trend)) = trend(view.trend) {
                p { class: "row", "data-trend": icon, Icon { name: icon, size: "s" } span { "{trend}" } }
            }
            if let Some(weekday) = view.weekdays.and_then(highest) {
                p { class: "row", Icon { name: "calendar-check", size: "s" } span { "{weekday}" } }
            }
        }
    }
}

fn trend(trend: Trend) -> Option<(&'static str, String)> {
    let percent = |percent: i64| [("percent", percent.to_string())];
    match trend {
        Trend::Unknown => None,
        Trend::Flat => Some(("minus", tr("trend-flat"))),
        Trend::Rising(by) => Some(("arrow-up", tra("trend-rising", &percent(by)))),
        Trend::Falling(by) => Some(("arrow-down", tra("trend-falling", &percent(by)))),
    }
}

fn highest(weekdays: Weekdays) -> Option<String> {
    let (day, share) = weekdays.highest();
    let percent = (share - 1_000 + 5) / 10;
    (share >= NOTABLE).then(|| tra("weekday-most", &[("day", tr(&format!("weekday-{day}"))), ("percent", percent.to_string())]))
}

fn ahead(forecast: &UsageForecast, in_rupiah: bool, language: Language) -> String {
    let month = ("month", format::month(forecast.month, language));
    let [expected, low, high] = match forecast.cost.filter(|_| in_rupiah) {
        Some(costs) => costs.map(|cost| cost.to_string()),
        None => {
            let volumes = [forecast.volume.volume, forecast.volume.low, forecast.volume.high];
            volumes.map(|volume| format::volume(volume, language))
        }
    };
    tra("ahead-month", &[month, ("expected", expected), ("low", low), ("high", high)])
}
