//! A case in words, as a page, a notification and a message say it. Which sentence it takes is decided here; the sentences are in
//! `assets/i18n`.

use domain::Millilitres;
use domain::alerts::case::Cause;
use domain::alerts::kinds::AlertKind;

/// The key of a case's title.
pub const fn title_key(cause: Cause) -> &'static str {
    match cause {
        Cause::ContinuousFlow => "case-continuous-flow",
        Cause::Burst => "case-burst",
        Cause::NightFlow => "case-night-flow",
        Cause::GradualRise => "case-gradual-rise",
        Cause::DayAboveNorm => "case-day-above-norm",
        Cause::ToiletRefills => "case-toilet-refills",
        Cause::ClosedValve => "case-closed-valve",
        Cause::StuckAtZero => "case-stuck-at-zero",
        Cause::CoverOpen => "case-cover-open",
        Cause::Tilt => "case-tilt",
        Cause::Magnet => "case-magnet",
        Cause::ReverseFlow => "case-reverse-flow",
        Cause::SensorLost => "case-sensor-lost",
        Cause::LowVoltage => "case-low-voltage",
        Cause::ValveFault => "case-valve-fault",
        Cause::LowBattery => "case-low-battery",
        Cause::Silent => "case-silent",
        Cause::ClockOff => "case-clock-off",
    }
}

/// The key of a notification's sentence about a case, of `{ $place }`, `{ $rate }` and `{ $loss }`.
pub const fn text_key(cause: Cause) -> &'static str {
    match cause.kind() {
        AlertKind::Leak => "case-text-leak",
        AlertKind::Tamper => "case-text-tamper",
        _ => "case-text-health",
    }
}

/// The values of that sentence, in whole litres an hour and whole litres. Thousands are set apart by a narrow space, which is no language's
/// decimal sign (SI brochure, 5.4.4).
pub fn values(place: &str, rate: u32, loss: Millilitres) -> [(&'static str, String); 3] {
    let litres = |millilitres: i64| {
        let digits = ((millilitres.max(0) + 500) / 1_000).to_string();
        let mut out = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && digits.len() > 4 && (digits.len() - place).is_multiple_of(3) {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        out
    };
    [("place", place.to_owned()), ("rate", litres(i64::from(rate))), ("loss", litres(loss.0))]
}
