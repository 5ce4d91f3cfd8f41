//! What happened in a stretch of Pemakaian, in words: the list below the chart, and what the chart says at its points.

use crate::charts::usage::{Notes, calendar_bars, name};
use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::people::Language;
use protocol::ui::{MarkOf, Usage as View, UsageMark, case};

/// What a chart says at its points: what happened there, and which calendars they are in.
pub fn notes(view: &View) -> Notes {
    let mut notes = Notes::new();
    for mark in &view.marks {
        notes.entry(mark.bar as usize).or_default().push(said(mark));
    }
    for (calendar, first, last) in calendar_bars(view) {
        for place in first..=last {
            notes.entry(place).or_default().push(name(calendar));
        }
    }
    notes
}

/// The list, with the numbers that the chart has at its lines.
#[component]
pub fn Marks(marks: Vec<UsageMark>) -> Element {
    let language = language();
    rsx! {
        if !marks.is_empty() {
            section { class: "stack tight usage-marks", "aria-label": tr("marks-title"),
                h3 { {tr("marks-title")} }
                ol {
                    for (place , mark) in marks.iter().enumerate() {
                        li { key: "{place}", "data-mark": icon(&mark.what),
                            Icon { name: icon(&mark.what), size: "s" }
                            span { {line(mark, language)} }
                        }
                    }
                }
            }
        }
    }
}

fn line(mark: &UsageMark, language: Language) -> String {
    format!("{}: {}", format::day_month(mark.day, language), said(mark))
}

fn icon(what: &MarkOf) -> &'static str {
    match what {
        MarkOf::Case { .. } => "triangle-alert",
        MarkOf::TopUp { .. } => "wallet",
        MarkOf::OtherPrice => "banknote",
        MarkOf::OtherMeter => "gauge",
        MarkOf::Tip { .. } => "lightbulb",
    }
}

fn said(mark: &UsageMark) -> String {
    match &mark.what {
        MarkOf::Case { cause } => tr(case::title_key(*cause)),
        MarkOf::TopUp { amount, times: 1 } => tra("mark-top-up", &[("amount", amount.to_string())]),
        MarkOf::TopUp { amount, times } => tra("mark-top-ups", &[("amount", amount.to_string()), ("n", times.to_string())]),
        MarkOf::OtherPrice => tr("mark-price"),
        MarkOf::OtherMeter => tr("mark-meter"),
        MarkOf::Tip { tip } if domain::tips::find(tip.as_str()).is_some() => {
            tra("mark-tip", &[("tip", tr(&format!("tip-{}", tip.as_str())))])
        }
        // A newer version knows what it is called.
        MarkOf::Tip { .. } => tr("mark-tip-other"),
    }
}
