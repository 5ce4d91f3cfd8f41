//! Advice in words: what it is about, what it takes and saves, what calls for it, and what came of it.

use crate::format;
use crate::i18n::{tr, tra};
use domain::Millilitres;
use domain::patterns::Evidence;
use domain::people::Language;
use domain::tips::{Category, Effect, Measured, Saving, Sureness, Tip};
use protocol::ui::Saved;

/// What it is called.
pub fn title(name: &str) -> String {
    tr(&format!("tip-{name}"))
}

/// What there is to do.
pub fn how(name: &str) -> String {
    tr(&format!("tip-{name}-how"))
}

/// What it is about.
pub fn category(category: Category) -> String {
    tr(&format!("tip-category-{}", category.as_str()))
}

/// The picture of what it is about.
pub const fn picture(category: Category) -> &'static str {
    match category {
        Category::Leak => "droplets",
        Category::Shower => "shower-head",
        Category::Toilet => "toilet",
        Category::Tap => "droplet",
        Category::Laundry => "washing-machine",
        Category::Garden => "sprout",
        Category::Storage => "cylinder",
        Category::Cleaning => "car",
        Category::Habit => "users",
    }
}

/// How much effort it takes.
pub fn effort(tip: &Tip) -> String {
    tr(&format!("tip-effort-{}", tip.effort))
}

/// What it costs.
pub fn cost(tip: &Tip) -> String {
    tr(&format!("tip-cost-{}", tip.cost.as_str()))
}

/// `10–30 % dari air mandi`.
pub fn saving(saving: Saving, language: Language) -> String {
    let percent = |per_mille: u16| format::percent(i64::from(per_mille), language);
    let of = tr(&format!("tip-share-{}", saving.of.as_str()));
    match (saving.low, saving.high) {
        (0, high) => tra("tip-saves-up-to", &[("percent", percent(high)), ("of", of)]),
        (low, high) if low == high => tra("tip-saves-about", &[("percent", percent(low)), ("of", of)]),
        (low, high) => {
            let low = format::bare_percent(i64::from(low), language);
            tra("tip-saves-range", &[("low", low), ("high", percent(high)), ("of", of)])
        }
    }
}

/// Who says so.
pub fn source(saving: Saving) -> String {
    match saving.source.name().zip(saving.source.address()) {
        Some((name, address)) => tra("tip-source", &[("name", name.to_owned()), ("address", address.to_owned())]),
        None => tr("tip-source-estimate"),
    }
}

/// `06.00`.
pub fn hour(hour: u8) -> String {
    tra("hour-of-day", &[("hour", format!("{hour:02}"))])
}

/// What was seen.
pub fn evidence(evidence: &Evidence, language: Language) -> String {
    let volume = |volume: Millilitres| format::volume(volume, language);
    let days = |days: u8, among: u8| [("days", days.to_string()), ("among", among.to_string())];
    match *evidence {
        Evidence::NightFills { fills, each, days: on, among } => {
            let month = format::volume(Millilitres(evidence.at_stake().0 * 30), language);
            let [on, among] = days(on, among);
            tra("tip-seen-night-fills", &[("fills", fills.to_string()), ("each", volume(each)), on, among, ("month", month)])
        }
        Evidence::GardenAtNight { volume: used, days: on, among } => {
            let [on, among] = days(on, among);
            tra("tip-seen-garden-at-night", &[("volume", volume(used)), on, among])
        }
        Evidence::LongerShowers { since, before, after, showers, volume: used } => {
            let values = [
                ("since", format::date(since, language)),
                ("before", before.to_string()),
                ("after", after.to_string()),
                ("showers", showers.to_string()),
                ("volume", volume(used)),
            ];
            tra("tip-seen-longer-showers", &values)
        }
        Evidence::MachineOften { cycles, days: on, each } => {
            tra("tip-seen-machine-often", &[("cycles", cycles.to_string()), ("days", on.to_string()), ("each", volume(each))])
        }
        Evidence::SteadyFlow { rate, days: on, among } => {
            let month = format::volume(Millilitres(evidence.at_stake().0 * 30), language);
            let [on, among] = days(on, among);
            tra("tip-seen-steady-flow", &[("rate", volume(rate)), on, among, ("month", month)])
        }
        Evidence::NightUse { volume: used, days: on, among } => {
            let [on, among] = days(on, among);
            tra("tip-seen-night-use", &[("volume", volume(used)), on, among])
        }
        Evidence::MiddayUse { volume: used, days: on, among } => {
            let [on, among] = days(on, among);
            tra("tip-seen-midday-use", &[("volume", volume(used)), on, among])
        }
        Evidence::BathsRisen { shift } | Evidence::Risen { shift } => {
            let key = if matches!(evidence, Evidence::Risen { .. }) { "tip-seen-risen" } else { "tip-seen-baths-risen" };
            let since = format::date(shift.since, language);
            tra(key, &[("since", since), ("before", volume(shift.before)), ("after", volume(shift.after))])
        }
        Evidence::WeekendUse { weekday, weekend } => {
            tra("tip-seen-weekend-use", &[("weekday", volume(weekday)), ("weekend", volume(weekend))])
        }
        Evidence::PeakHour { hour: at, volume: used, share } => {
            let percent = format::percent(i64::from(share) / 10 * 10, language);
            tra("tip-seen-peak-hour", &[("hour", hour(at)), ("volume", volume(used)), ("percent", percent)])
        }
        Evidence::PerPerson { volume: used, persons } => {
            tra("tip-seen-per-person", &[("volume", volume(used)), ("n", persons.to_string())])
        }
    }
}

/// What came of it in a word, with its colour and picture.
pub fn outcome(effect: &Effect) -> (&'static str, &'static str, String) {
    match effect {
        Effect::Early { .. } | Effect::TooFew { .. } => ("", "hourglass", tr("tip-result-waits")),
        Effect::Measured(measured) => match measured.sureness() {
            Sureness::Saved => ("ok", "arrow-down", tr("tip-result-saved")),
            Sureness::Unclear => ("info", "minus", tr("tip-result-unclear")),
            Sureness::More => ("warn", "arrow-up", tr("tip-result-more")),
        },
    }
}

/// The same in sentences.
pub fn explained(effect: &Effect, language: Language) -> String {
    let volume = |volume: Millilitres| format::volume(volume, language);
    match effect {
        Effect::Early { from } => tra("tip-result-early", &[("date", format::date(*from, language))]),
        Effect::TooFew { before, after } => {
            tra("tip-result-too-few", &[("before", before.to_string()), ("after", after.to_string())])
        }
        Effect::Measured(measured) => {
            let Measured { window, before, after, margin, .. } = *measured;
            let values = [
                ("before", volume(before)),
                ("after", volume(after)),
                ("change", volume(Millilitres(measured.saved().0.abs()))),
                ("margin", volume(margin)),
                ("window", window.to_string()),
            ];
            let key = match measured.sureness() {
                Sureness::Saved => "tip-result-saved-how",
                Sureness::Unclear => "tip-result-unclear-how",
                Sureness::More => "tip-result-more-how",
            };
            tra(key, &values)
        }
    }
}

/// What was saved since: `1,2 m³ · Rp4.800`; nothing where no less was used.
pub fn total(saved: Saved, language: Language) -> Option<String> {
    if saved.volume <= Millilitres::ZERO {
        return None;
    }
    let volume = format::cubic_metres(saved.volume, language);
    Some(match saved.worth {
        Some(worth) => format!("{volume} · {worth}"),
        None => volume,
    })
}

#[cfg(test)]
mod tests {
    use domain::tips::{CATALOGUE, Category, Cost, Share};

    const CATALOGUES: [&str; 2] =
        [include_str!("../../../../assets/i18n/id.ftl"), include_str!("../../../../assets/i18n/en.ftl")];

    #[test]
    fn all_advice_has_its_words_in_both_languages() {
        let mut keys: Vec<String> = Vec::new();
        keys.extend(CATALOGUE.iter().flat_map(|tip| [format!("tip-{}", tip.name), format!("tip-{}-how", tip.name)]));
        keys.extend(Category::ALL.iter().map(|category| format!("tip-category-{}", category.as_str())));
        keys.extend(Cost::ALL.iter().map(|cost| format!("tip-cost-{}", cost.as_str())));
        keys.extend(Share::ALL.iter().map(|share| format!("tip-share-{}", share.as_str())));
        keys.extend((1..=3).map(|effort| format!("tip-effort-{effort}")));
        for catalogue in CATALOGUES {
            let has = |key: &str| catalogue.lines().any(|line| line.starts_with(&format!("{key} =")));
            let missing: Vec<_> = keys.iter().filter(|key| !has(key)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    }
}
