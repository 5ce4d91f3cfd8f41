//! The chart of Pemakaian as a file to pass on: as a picture, and what it shows as CSV.

use crate::bridge;
use crate::charts::usage::expected;
use crate::components::shell::language;
use crate::components::{Button, use_sending};
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::csv::{BOM, separated, separator};
use domain::people::Language;
use protocol::ui::{Span, Usage as View};

/// The buttons; the picture is of the chart with this identifier, if that is shown.
#[component]
pub fn UsageShare(view: View, labels: Vec<String>, in_rupiah: bool, sentence: String, chart: Option<&'static str>) -> Element {
    let (shared, language) = (shared(), language());
    let sending = use_sending();
    let file = file_name(view.span);
    let say = move |place: Option<String>| {
        shared.toast(match place {
            Some(place) => tra("usage-saved", &[("place", place)]),
            None => tr("usage-not-saved"),
        });
    };
    let save_picture = {
        let (file, title) = (file.clone(), format!("{} · {sentence}", view.place.label));
        move |_| {
            let (file, title) = (file.clone(), title.clone());
            sending.once(async move {
                let png = match chart {
                    Some(chart) => bridge::chart_picture(chart.to_owned(), title).await,
                    None => None,
                };
                say(match png {
                    Some(png) => bridge::save_base64(&format!("{file}.png"), &png).await,
                    None => None,
                });
            });
        }
    };
    let save_text = move |_| {
        let (file, text) = (file.clone(), csv(&view, &labels, in_rupiah, language));
        sending.once(async move { say(bridge::save_file(&format!("{file}.csv"), &text).await) });
    };
    rsx! {
        if chart.is_some() {
            Button { kind: "quiet", icon: "download", label: tr("usage-save-picture"), busy: sending.is_busy(), onclick: save_picture }
        }
        Button { kind: "quiet", icon: "download", label: tr("usage-save-csv"), busy: sending.is_busy(), onclick: save_text }
    }
}

/// `pemakaian-2026-11`: what is shown, as a file is called.
fn file_name(span: Span) -> String {
    let day = |day: domain::LocalDay| {
        let (year, month, day) = day.ymd();
        format!("{year:04}-{month:02}-{day:02}")
    };
    let what = match span {
        Span::Day { day: of } => of.map(day),
        Span::Week { end } => end.map(|end| format!("{}-7", day(end))),
        Span::Month { month } => month.map(|month| format!("{:04}-{:02}", month.ym().0, month.ym().1)),
        Span::Year { year } => year.map(|year| format!("{year:04}")),
    };
    format!("pemakaian-{}", what.unwrap_or_default())
}

/// The bars as they are shown: cubic metres to the millilitre or rupiah, with the stretch before, what was measured, and what is expected.
fn csv(view: &View, labels: &[String], in_rupiah: bool, language: Language) -> String {
    let unit = if in_rupiah { "Rp" } else { "m³" };
    let ahead = expected(view);
    let heads = [
        tr("col-time"),
        format!("{} ({unit})", tr("col-volume")),
        format!("{} ({unit})", tr("col-before")),
        format!("{} (%)", tr("col-coverage")),
        format!("{} (m³)", tr("series-forecast")),
    ];
    let money = view.money.as_ref().filter(|_| in_rupiah);
    let cost =
        |of: &[Option<Rupiah>], place: usize| of.get(place).copied().flatten().map_or(String::new(), |cost| cost.0.to_string());
    let volume = |of: Option<i64>| of.map_or(String::new(), |of| cubic_metres(of, language));
    let mut text = format!("{BOM}{}", separated(separator(language), heads.iter().map(String::as_str)));
    for (place, (bar, label)) in view.bars.iter().zip(labels).enumerate() {
        let (now, before) = match money {
            Some(money) => (cost(&money.bars, place), cost(&money.bars_before, place)),
            None => (volume(bar.volume), volume(bar.before)),
        };
        let coverage = bar.coverage.to_string();
        let expected = volume(ahead.get(place).copied().flatten().map(|expected| expected.0));
        text.push_str(&separated(separator(language), [label.as_str(), &now, &before, &coverage, &expected]));
    }
    text
}

/// Millilitres as cubic metres, none lost.
fn cubic_metres(volume: i64, language: Language) -> String {
    let point = match language {
        Language::Id => ',',
        Language::En => '.',
    };
    let sign = if volume < 0 { "-" } else { "" };
    let whole = volume.unsigned_abs();
    format!("{sign}{}{point}{:06}", whole / 1_000_000, whole % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{LocalDay, LocalMonth};

    #[test]
    fn a_volume_is_written_to_the_millilitre_as_its_language_writes_it() {
        assert_eq!(cubic_metres(14_200_037, Language::Id), "14,200037");
        assert_eq!(cubic_metres(500, Language::En), "0.000500");
        assert_eq!(cubic_metres(-1_500_000, Language::En), "-1.500000");
    }

    #[test]
    fn a_file_is_called_by_what_is_shown() {
        let day = LocalDay::from_ymd(2026, 11, 9).unwrap();
        let names = [Span::Day { day: Some(day) }, Span::Week { end: Some(day) }, Span::Month { month: Some(day.month()) }];
        assert_eq!(names.map(file_name), ["pemakaian-2026-11-09", "pemakaian-2026-11-09-7", "pemakaian-2026-11"]);
        assert_eq!(file_name(Span::Year { year: Some(2026) }), "pemakaian-2026");
        assert_eq!(LocalMonth(2026 * 12 + 10), day.month());
    }
}
