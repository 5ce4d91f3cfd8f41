//! Numbers, times and ages as each language writes them (design.md, Formats). A number and its unit are never broken apart.

use crate::i18n::tra;
use domain::people::Language;
use domain::{Flow, LocalDay, LocalMonth, Millilitres, TimeZone, UtcMillis};

const MONTHS_ID: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS_ID: [&str; 7] = ["Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn separators(language: Language) -> (char, char) {
    match language {
        Language::Id => (',', '.'),
        Language::En => ('.', ','),
    }
}

fn grouped(value: u64, separator: char) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A whole number.
pub fn whole(value: i64, language: Language) -> String {
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(value.unsigned_abs(), separators(language).1))
}

/// `value` of `1/unit`, rounded to so many decimals.
fn decimal(value: i64, unit: i64, decimals: u32, language: Language) -> String {
    let (point, group) = separators(language);
    let scale = 10_i128.pow(decimals);
    let scaled = (i128::from(value.unsigned_abs()) * scale * 2 + i128::from(unit)) / (i128::from(unit) * 2);
    let sign = if value < 0 && scaled > 0 { "−" } else { "" };
    let whole = grouped((scaled / scale) as u64, group);
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}{point}{:0width$}", scaled % scale, width = decimals as usize)
}

/// `614 L`, or `12,35 m³` from ten cubic metres on.
pub fn volume(volume: Millilitres, language: Language) -> String {
    if volume.0.abs() >= 10_000_000 {
        format!("{}\u{a0}m³", decimal(volume.0, 1_000_000, 2, language))
    } else if volume.0.abs() >= 1_000_000 {
        format!("{}\u{a0}L", decimal(volume.0, 1_000, 0, language))
    } else {
        format!("{}\u{a0}L", decimal(volume.0, 1_000, u32::from(volume.0.abs() < 10_000), language))
    }
}

/// `12,5 %`, of thousandths; no decimal where there is none.
pub fn percent(per_mille: i64, language: Language) -> String {
    format!("{}\u{a0}%", bare_percent(per_mille, language))
}

/// The same of a part: `< 0,1 %` of one that is there, and less than a thousandth.
pub fn share(per_mille: i64, language: Language) -> String {
    if per_mille == 0 { format!("<\u{a0}{}", percent(1, language)) } else { percent(per_mille, language) }
}

/// `12,5`: the same where the unit stands beside it, as in a field.
pub fn bare_percent(per_mille: i64, language: Language) -> String {
    decimal(per_mille, 10, u32::from(per_mille % 10 != 0), language)
}

/// `2,6`, of tenths; no decimal where there is none.
pub fn tenths(value: i64, language: Language) -> String {
    decimal(value, 10, u32::from(value % 10 != 0), language)
}

/// `18,5 m³`: as many decimals as there are, to the millilitre.
pub fn exact_volume(volume: Millilitres, language: Language) -> String {
    format!("{}\u{a0}m³", bare_volume(volume, language))
}

/// `18,5`: the same where the unit stands beside it.
pub fn bare_volume(volume: Millilitres, language: Language) -> String {
    let decimals = (0..=6).find(|decimals| volume.0 % 10_i64.pow(6 - decimals) == 0).unwrap_or(6);
    decimal(volume.0, 1_000_000, decimals, language)
}

/// `3,6`: a number of whole thousandths, without zeros at its end.
pub fn thousandths(value: i64, language: Language) -> String {
    let decimals = (0..=3).find(|decimals| value % 10_i64.pow(3 - decimals) == 0).unwrap_or(3);
    decimal(value, 1_000, decimals, language)
}

/// `12,4 MB`, of a file; of one that is not empty, 1 kB at least.
pub fn bytes(bytes: u64, language: Language) -> String {
    let least = if bytes > 0 { 1_000 } else { 0 };
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX).max(least);
    match bytes {
        ..1_000_000 => format!("{}\u{a0}kB", decimal(bytes, 1_000, 0, language)),
        _ => format!("{}\u{a0}MB", decimal(bytes, 1_000_000, 1, language)),
    }
}

/// `350 m`, or `1,2 km` from a kilometre on.
pub fn way(metres: u32, language: Language) -> String {
    match i64::from(metres) {
        metres @ ..1_000 => format!("{}\u{a0}m", whole(metres, language)),
        metres => format!("{}\u{a0}km", decimal(metres, 1_000, 1, language)),
    }
}

/// `22 Nov`, for an axis.
pub fn day_month(day: LocalDay, language: Language) -> String {
    let (_, month, number) = day.ymd();
    format!("{number} {}", month_name(month, language))
}

/// `12,345 m³`, as admins read a register.
pub fn register(register: Millilitres, language: Language) -> String {
    format!("{}\u{a0}m³", decimal(register.0, 1_000_000, 3, language))
}

/// `1,8`, in litres a minute.
pub fn flow(flow: Flow, language: Language) -> String {
    decimal(flow.0, 1_000, 1, language)
}

/// `14.05`.
pub fn clock(t: UtcMillis, zone: TimeZone, language: Language) -> String {
    let (hour, minute) = zone.clock_of(t);
    let point = if language == Language::Id { '.' } else { ':' };
    format!("{hour:02}{point}{minute:02}")
}

/// `14.05`, or `14.05 WITA` where a property's clock is not the reader's.
pub fn clock_for(t: UtcMillis, zone: TimeZone, reader: TimeZone, language: Language) -> String {
    let time = clock(t, zone, language);
    if zone == reader { time } else { format!("{time} {}", zone.abbreviation()) }
}

/// `22 Nov 2026`.
pub fn date(day: LocalDay, language: Language) -> String {
    let (year, month, day) = day.ymd();
    let months = if language == Language::Id { MONTHS_ID } else { MONTHS_EN };
    format!("{day} {} {year}", months[month as usize - 1])
}

/// `Sen 22`, for an axis.
pub fn weekday(day: LocalDay, language: Language) -> String {
    let days = if language == Language::Id { DAYS_ID } else { DAYS_EN };
    format!("{} {}", days[day.weekday()], day.ymd().2)
}

/// `Sel, 1 Des`.
pub fn near_date(day: LocalDay, language: Language) -> String {
    let days = if language == Language::Id { DAYS_ID } else { DAYS_EN };
    let (_, month, number) = day.ymd();
    format!("{}, {number} {}", days[day.weekday()], month_name(month, language))
}

/// `Sel`: a day of the week by its number, from Monday.
pub fn weekday_name(number: usize, language: Language) -> &'static str {
    let days = if language == Language::Id { DAYS_ID } else { DAYS_EN };
    days[number % days.len()]
}

/// `7,5 m³`, as customers read a volume that money buys.
pub fn cubic_metres(volume: Millilitres, language: Language) -> String {
    format!("{}\u{a0}m³", decimal(volume.0, 1_000_000, 1, language))
}

/// `14.05` if it is today, `22 Nov 14.05` otherwise.
pub fn short_moment(t: UtcMillis, now: UtcMillis, zone: TimeZone, language: Language) -> String {
    let time = clock(t, zone, language);
    let day = zone.day_of(t);
    if day == zone.day_of(now) {
        return time;
    }
    let (_, month, number) = day.ymd();
    format!("{number} {} {time}", month_name(month, language))
}

/// `14:05`, of what is left of a while; `23:14:05` of more than an hour.
pub fn countdown(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `Nov 2026`.
pub fn month(month: LocalMonth, language: Language) -> String {
    let (year, number) = month.ym();
    format!("{} {year}", month_name(number, language))
}

/// `Nov`.
pub fn month_name(number: i8, language: Language) -> &'static str {
    let months = if language == Language::Id { MONTHS_ID } else { MONTHS_EN };
    months[number as usize - 1]
}

/// `14.05` if it is today, `22 Nov 2026 14.05 WIB` otherwise.
pub fn moment(t: UtcMillis, now: UtcMillis, zone: TimeZone, language: Language) -> String {
    let time = clock(t, zone, language);
    if zone.day_of(t) == zone.day_of(now) {
        return time;
    }
    format!("{} {time} {}", date(zone.day_of(t), language), zone.abbreviation())
}

/// `14.05 WIB` if it is today, `22 Nov 2026 14.05 WIB` otherwise: for an instant by a property's clock, which is not always the reader's.
pub fn zoned_moment(t: UtcMillis, now: UtcMillis, zone: TimeZone, language: Language) -> String {
    let moment = moment(t, now, zone, language);
    if zone.day_of(t) == zone.day_of(now) { format!("{moment} {}", zone.abbreviation()) } else { moment }
}

fn age_parts(t: UtcMillis, now: UtcMillis) -> (&'static str, i64) {
    let seconds = now.since(t).max(0) / 1_000;
    match seconds {
        ..=59 => ("seconds", seconds),
        60..=3_599 => ("minutes", seconds / 60),
        3_600..=172_799 => ("hours", seconds / 3_600),
        _ => ("days", seconds / 86_400),
    }
}

/// `2 detik lalu`.
pub fn age(t: UtcMillis, now: UtcMillis) -> String {
    let (unit, n) = age_parts(t, now);
    if unit == "seconds" && n < 2 {
        return crate::i18n::tr("ago-now");
    }
    tra(&format!("ago-{unit}"), &[("n", n.to_string())])
}

/// `2 dtk`, for tables.
pub fn age_short(t: UtcMillis, now: UtcMillis) -> String {
    let (unit, n) = age_parts(t, now);
    tra(&format!("short-{unit}"), &[("n", n.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_point() {
        assert_eq!(flow(Flow(6_249), Language::Id), "6,2");
        assert_eq!(flow(Flow(12_000), Language::En), "12.0");
        assert_eq!(volume(Millilitres(614_400), Language::Id), "614\u{a0}L");
        assert_eq!(
            (share(0, Language::Id), share(1, Language::En), share(125, Language::Id)),
            ("<\u{a0}0,1\u{a0}%".into(), "0.1\u{a0}%".into(), "12,5\u{a0}%".into())
        );
        assert_eq!(volume(Millilitres(2_950), Language::Id), "3,0\u{a0}L");
        assert_eq!(volume(Millilitres(12_345_678), Language::Id), "12,35\u{a0}m³");
        assert_eq!(register(Millilitres(12_345_678), Language::En), "12.346\u{a0}m³");
        assert_eq!(whole(-1_234_567, Language::Id), "−1.234.567");
        assert_eq!((percent(125, Language::Id), percent(100, Language::En)), ("12,5\u{a0}%".into(), "10\u{a0}%".into()));
        assert_eq!(
            (bare_percent(125, Language::Id), bare_volume(Millilitres(18_500_000), Language::En)),
            ("12,5".into(), "18.5".into())
        );
        assert_eq!(exact_volume(Millilitres(18_500_000), Language::Id), "18,5\u{a0}m³");
        assert_eq!(thousandths(i64::MIN, Language::En), "−9,223,372,036,854,775.808", "as a record of work may have it");
        assert_eq!((bytes(12_449_999, Language::Id), bytes(40_500, Language::En)), ("12,4\u{a0}MB".into(), "41\u{a0}kB".into()));
        assert_eq!((bytes(120, Language::Id), bytes(0, Language::Id)), ("1\u{a0}kB".into(), "0\u{a0}kB".into()));
        assert_eq!(exact_volume(Millilitres(1_250_000_001), Language::En), "1,250.000001\u{a0}m³");
    }

    #[test]
    fn an_age_is_said_in_the_largest_unit_of_which_there_is_one() {
        assert_eq!((countdown(59 * 60_000 + 5_000), countdown(86_399_000)), ("59:05".into(), "23:59:59".into()));
        let ago = |minutes: i64| age_parts(UtcMillis(0), UtcMillis(minutes * 60_000));
        assert_eq!((ago(59), ago(60), ago(49 * 60)), (("minutes", 59), ("hours", 1), ("days", 2)));
        let seconds = |n: i64| age_parts(UtcMillis(0), UtcMillis(n * 1_000));
        assert_eq!((seconds(59), seconds(60), seconds(111)), (("seconds", 59), ("minutes", 1), ("minutes", 1)));
    }

    #[test]
    fn a_time_of_another_day_has_its_date_and_zone() {
        let zone = TimeZone::Makassar;
        let t = zone.start_of(LocalDay::from_ymd(2026, 11, 22).unwrap()).plus(14 * 3_600_000 + 5 * 60_000);
        assert_eq!(moment(t, t.plus(1_000), zone, Language::Id), "14.05");
        assert_eq!(moment(t, t.plus(86_400_000), zone, Language::Id), "22 Nov 2026 14.05 WITA");
        assert_eq!(zoned_moment(t, t.plus(1_000), zone, Language::En), "14:05 WITA");
        assert_eq!(clock_for(t, zone, zone, Language::Id), "14.05");
        assert_eq!(clock_for(t, zone, TimeZone::Jakarta, Language::Id), "14.05 WITA");
        assert_eq!(zoned_moment(t, t.plus(86_400_000), zone, Language::En), "22 Nov 2026 14:05 WITA");
    }
}
