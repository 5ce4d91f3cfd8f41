//! A comparison in words: its periods, what it comes to, and what is not in it.

use crate::format;
use crate::i18n::{tr, tra};
use domain::LocalDay;
use domain::metering::compare::Window;
use domain::metering::usage_baseline::FLAT;
use domain::people::Language;
use protocol::ui::{CalendarDays, ComparedDays};

/// `1–28 Nov 2026`, `28 Nov 2026 – 3 Jan 2027`, or the day alone.
pub fn period(window: Window, language: Language) -> String {
    let Window { first, last } = window;
    if first == last {
        return format::date(first, language);
    }
    if first.month() == last.month() {
        return format!("{}–{}", first.ymd().2, format::date(last, language));
    }
    if first.ymd().0 == last.ymd().0 {
        return format!("{} – {}", format::day_month(first, language), format::date(last, language));
    }
    format!("{} – {}", format::date(first, language), format::date(last, language))
}

/// What stands below a bar.
pub fn label(day: LocalDay, days: &ComparedDays, language: Language) -> String {
    if days.by_month {
        format::month(day.month(), language)
    } else if days.bars.len() <= 7 {
        format::weekday(day, language)
    } else {
        format::day_month(day, language)
    }
}

/// What it comes to, in one sentence.
pub fn sentence(days: &ComparedDays, in_rupiah: bool, language: Language) -> String {
    let change = if in_rupiah { days.cost_change } else { days.change };
    let other = ("b", period(days.b.window, language));
    match change {
        None if in_rupiah && days.b.cost.is_none() => tr("compare-no-cost"),
        None => tra("compare-zero", &[other]),
        Some(percent) => tra(key_of(percent), &[("percent", percent.abs().to_string()), other]),
    }
}

/// The sentence of a difference: what the chip calls nearly the same is nearly the same here as well.
const fn key_of(percent: i64) -> &'static str {
    match percent {
        0 => "compare-same",
        ..0 if percent > -FLAT => "compare-nearly-less",
        ..0 => "compare-less",
        _ if percent < FLAT => "compare-nearly-more",
        _ => "compare-more",
    }
}

/// What is not in the sums, and what explains them.
pub fn notes(days: &ComparedDays, language: Language) -> Vec<String> {
    let count = |key: &str, n: u32| (n > 0).then(|| tra(key, &[("n", n.to_string())]));
    let unpaired = days.a.unpaired() + days.b.unpaired();
    let rest = days.rest.map(|rest| tra("compare-rest", &[("days", period(rest, language))]));
    let mut notes: Vec<String> = [
        count("compare-left-out", days.left_out),
        count("compare-partial", days.a.partial + days.b.partial),
        count("compare-daily", days.a.daily + days.b.daily),
        rest,
        count("compare-unpaired", unpaired),
    ]
    .into_iter()
    .flatten()
    .collect();
    notes.extend(days.calendars.iter().map(calendar));
    notes
}

/// A calendar of which one side has more days.
fn calendar(days: &CalendarDays) -> String {
    let name = tr(&format!("calendar-{}", days.calendar.as_str()));
    let counted = tra("compare-calendar", &[("name", name.clone()), ("a", days.a.to_string()), ("b", days.b.to_string())]);
    let Some(effect) = days.effect else { return counted };
    let percent = (effect.share - 1_000 + if effect.share < 1_000 { -5 } else { 5 }) / 10;
    let key = match percent {
        0 => "compare-effect-same",
        ..0 => "compare-effect-less",
        _ => "compare-effect-more",
    };
    format!("{counted} {}", tra(key, &[("name", name), ("percent", percent.abs().to_string())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millilitres;
    use domain::metering::usage_baseline::{Comparison, compare};

    #[test]
    fn the_sentence_and_the_chip_agree_on_what_is_nearly_the_same() {
        for percent in -20..=20 {
            let chip = compare(Millilitres::litres(100 + percent), Some(Millilitres::litres(100)));
            let is_near = key_of(percent) == "compare-same" || key_of(percent).contains("nearly");
            assert_eq!(chip == Comparison::Same, is_near, "{percent} %");
        }
        assert_eq!(
            [-5, -3, 0, 3, 5].map(key_of),
            ["compare-less", "compare-nearly-less", "compare-same", "compare-nearly-more", "compare-more"]
        );
    }
}
