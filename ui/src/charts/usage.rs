//! The chart of Pemakaian: a stretch over the one before, with what the month will come to, what neighbours use, what happened, and the days of
//! named calendars.

use crate::charts::{Measure, beside, token};
use crate::i18n::tr;
use domain::metering::compare::Window;
use domain::metering::compare::calendars::Calendar;
use domain::{LocalDay, Millilitres, Rupiah};
use protocol::ui::{Bar, Span, Usage};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is said of points beside their values, by their places.
pub type Notes = BTreeMap<usize, Vec<String>>;

/// Bars of this stretch over those of the one before: in litres, a year in cubic metres, or in rupiah. The days of the month before are a
/// line, which leaves its width to the bars.
pub fn option(usage: &Usage, labels: Vec<String>, in_rupiah: bool, notes: &Notes) -> String {
    let money = usage.money.as_ref().filter(|_| in_rupiah);
    let is_month = matches!(usage.span, Span::Month { .. });
    let measure = Measure::of(money.is_some(), matches!(usage.span, Span::Year { .. }));
    let cost = |bars: &[Option<Rupiah>]| bars.iter().map(|cost| cost.map(|cost| cost.0)).collect();
    let (before, now) = match money {
        Some(money) => (cost(&money.bars_before), cost(&money.bars)),
        None => (usage.bars.iter().map(|bar| bar.before).collect(), usage.bars.iter().map(|bar| bar.volume).collect()),
    };
    let series = [(tr("series-before"), before), (tr("series-now"), now)];
    let mut json: Value = serde_json::from_str(&beside(series, labels, measure, is_month)).unwrap_or_default();
    if let Some(now) = json["series"].as_array_mut().and_then(|series| series.last_mut()) {
        now["markLine"] = happened(usage);
        now["markArea"] = calendars(usage);
    }
    // What is beside the two stands behind them: they keep their places, by which the chart knows them, whatever the next stretch has beside it.
    let beside = if money.is_none() { [neighbours(usage, measure), forecast(usage, measure)].concat() } else { Vec::new() };
    if let Some(series) = json["series"].as_array_mut() {
        series.extend(beside);
    }
    let grid = if json["grid"].is_array() { &mut json["grid"][0] } else { &mut json["grid"] };
    grid["top"] = 28.into();
    json["notes"] = json!(notes);
    json.to_string()
}

/// What is expected of each bar that is ahead; nothing of those that are known, and where there is no forecast.
pub fn expected(usage: &Usage) -> Vec<Option<Millilitres>> {
    let known = usage.bars.iter().rposition(|bar| bar.volume.is_some());
    let ahead = usage.forecast.as_ref().map(|forecast| forecast.volume.ahead.as_slice()).unwrap_or_default();
    let of_bar = |(place, bar): (usize, &Bar)| {
        let day = ahead.iter().find(|(day, _)| day.0 == bar.at);
        day.filter(|_| known.is_none_or(|known| place > known)).map(|(_, volume)| *volume)
    };
    usage.bars.iter().enumerate().map(of_bar).collect()
}

/// The days that are ahead: what is expected of each, dashed, and each one's part of the month's band behind it.
fn forecast(usage: &Usage, measure: Measure) -> Vec<Value> {
    let Some(forecast) = usage.forecast.as_ref().map(|forecast| &forecast.volume) else { return Vec::new() };
    let days = expected(usage);
    let values = |of: &dyn Fn(Millilitres) -> Millilitres| -> Value {
        days.iter().map(|day| day.map(|day| measure.shown(of(day).0))).collect::<Vec<_>>().into()
    };
    let (low, high) = (|day| forecast.share(day, forecast.low), |day| forecast.share(day, forecast.high));
    let color = token("--series-1");
    let band = |name: &str, data: Value, opacity: f64| {
        json!({
            "type": "line", "name": name, "stack": "band", "hidden": true, "silent": true, "symbol": "none", "z": 1, "data": data,
            "lineStyle": { "opacity": 0 }, "areaStyle": { "color": color, "opacity": opacity }, "itemStyle": { "color": color }
        })
    };
    vec![
        band("band-low", values(&low), 0.0),
        band("band-high", values(&|day| high(day) - low(day)), 0.18),
        json!({
            "type": "bar", "name": tr("series-forecast"), "optional": true, "barMaxWidth": 22, "barGap": "-100%", "data": values(&|day| day),
            "itemStyle": { "color": "transparent", "borderColor": color, "borderType": "dashed", "borderWidth": 1, "borderRadius": [4, 4, 0, 0] }
        }),
    ]
}

/// The median of neighbours: of each month in a year, of a mean day in a month.
fn neighbours(usage: &Usage, measure: Measure) -> Vec<Value> {
    let is_year = matches!(usage.span, Span::Year { .. });
    let of_bar = |bar: &Bar| {
        if is_year {
            let month = usage.neighbours.iter().find(|month| month.month.0 == bar.at)?;
            return Some(measure.shown(month.middle.median.0));
        }
        let month = usage.neighbours.last()?;
        Some(measure.shown(month.middle.median.0 / i64::from(month.month.days())))
    };
    if usage.neighbours.is_empty() {
        return Vec::new();
    }
    let data: Vec<Option<f64>> = usage.bars.iter().map(of_bar).collect();
    let color = token("--series-4");
    vec![json!({
        "type": "line", "name": tr(if is_year { "series-neighbours" } else { "series-neighbours-day" }), "optional": true, "z": 3,
        "connectNulls": true, "symbol": if is_year { "diamond" } else { "none" }, "symbolSize": 8, "data": data,
        "lineStyle": { "color": color, "type": "dotted", "width": 2 }, "itemStyle": { "color": color }
    })]
}

/// A line at each bar at which something happened, with the numbers that it has in the list.
fn happened(usage: &Usage) -> Value {
    let mut bars: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (place, mark) in usage.marks.iter().enumerate() {
        bars.entry(mark.bar).or_default().push((place + 1).to_string());
    }
    let data: Vec<Value> =
        bars.iter().map(|(bar, numbers)| json!({ "xAxis": bar, "label": { "formatter": numbers.join(", ") } })).collect();
    json!({
        "silent": true, "symbol": "none", "animation": false, "data": data,
        "lineStyle": { "color": token("--text"), "type": "dotted", "width": 1 },
        "label": { "color": token("--text"), "fontSize": 11, "position": "end" }
    })
}

/// The days of named calendars as bands. Months and hours have none.
fn calendars(usage: &Usage) -> Value {
    let data: Vec<Value> = calendar_bars(usage)
        .into_iter()
        .map(|(calendar, first, last)| json!([{ "name": name(calendar), "xAxis": first }, { "xAxis": last }]))
        .collect();
    json!({
        "silent": true, "animation": false, "data": data, "itemStyle": { "color": token("--series-5"), "opacity": 0.14 },
        "label": { "color": token("--muted"), "fontSize": 11, "position": "insideTop" }
    })
}

/// What a calendar is called.
pub fn name(calendar: Calendar) -> String {
    tr(&format!("calendar-{}", calendar.as_str()))
}

/// The periods of calendars within a stretch of days, each from the place of its first bar to that of its last.
pub fn calendar_bars(usage: &Usage) -> Vec<(Calendar, usize, usize)> {
    let of_days = matches!(usage.span, Span::Week { .. } | Span::Month { .. });
    let Some((first, last)) = usage.bars.first().zip(usage.bars.last()).filter(|_| of_days) else { return Vec::new() };
    let shown = Window { first: LocalDay(first.at), last: LocalDay(last.at) };
    let mut found = Vec::new();
    for calendar in Calendar::ALL {
        for period in calendar.periods() {
            let (from, to) = (period.window.first.max(shown.first), period.window.last.min(shown.last));
            if from <= to {
                found.push((calendar, (from.0 - shown.first.0) as usize, (to.0 - shown.first.0) as usize));
            }
        }
    }
    found
}
