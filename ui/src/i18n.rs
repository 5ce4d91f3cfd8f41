//! Words: two Fluent catalogues, which come beside the program, and are switched at run time.

use dioxus::prelude::*;
use dioxus_i18n::fluent::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use dioxus_i18n::prelude::{i18n_bundle, use_init_i18n_from_bundle};
use domain::people::Language;
use unic_langid::langid;

fn bundle(language: Language, words: String) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![match language {
        Language::Id => langid!("id"),
        Language::En => langid!("en"),
    }]);
    // Both languages are written left to right: marks around a value would only be in the way of who copies it.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(words).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Provides the words, and follows the language.
pub fn use_words(language: Memo<Language>) {
    let fetched = |language: Language| bundle(language, crate::bridge::words(language.as_str()));
    let mut shown = use_hook(|| CopyValue::new(*language.peek()));
    use_init_i18n_from_bundle(|| fetched(shown()));
    use_effect(move || {
        let language = language();
        // To parse a catalogue takes a while.
        if shown() != language {
            shown.set(language);
            i18n_bundle().set_bundle(fetched(language));
        }
        crate::bridge::set_root("lang", language.as_str());
    });
}

/// A sentence.
pub fn tr(key: &str) -> String {
    i18n_bundle().try_translate(key).unwrap_or_else(|_| key.to_owned())
}

/// The highest number that a sentence may count by.
const MOST: i64 = 1_000_000;

/// A value of a sentence. A plain number is one, so that a language can count by it: *1 hour*, *2 hours*. What is grouped or has leading zeros
/// stays the text that it is.
fn value(text: &str) -> FluentValue<'_> {
    match text.parse::<i64>() {
        Ok(number) if number.abs() < MOST && number.to_string() == text => FluentValue::from(number),
        _ => FluentValue::from(text),
    }
}

/// A sentence with values in it.
pub fn tra(key: &str, values: &[(&'static str, String)]) -> String {
    let mut args = FluentArgs::new();
    for (name, text) in values {
        args.set(*name, value(text));
    }
    i18n_bundle().try_translate_with_args(key, Some(&args)).unwrap_or_else(|_| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = include_str!("../../assets/i18n/id.ftl");
    const EN: &str = include_str!("../../assets/i18n/en.ftl");

    fn said(language: Language, key: &str, text: &str) -> String {
        let words = match language {
            Language::Id => ID,
            Language::En => EN,
        };
        let bundle = bundle(language, words.to_owned());
        let mut args = FluentArgs::new();
        args.set("n", value(text));
        let pattern = bundle.get_message(key).and_then(|message| message.value()).expect("a sentence");
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    #[test]
    fn english_has_one_hour_and_two_hours_and_keeps_numbers_as_they_are_written() {
        let hours = |text| said(Language::En, "ago-hours", text);
        assert_eq!((hours("1"), hours("2"), hours("0")), ("1 hour ago".into(), "2 hours ago".into(), "0 hours ago".into()));
        assert_eq!(said(Language::En, "meters-total", "1,234"), "1,234 meters");
        assert_eq!(said(Language::En, "meters-total", "1234"), "1234 meters");
        assert_eq!(said(Language::Id, "ago-hours", "1"), "1 jam lalu");
    }

    #[test]
    fn who_has_not_bought_in_the_months_shown_is_not_said_to_have_stopped() {
        assert_eq!(said(Language::En, "revenue-habit-lapsed", ""), "Before, not in these months");
        assert_eq!(said(Language::Id, "revenue-habit-lapsed", ""), "Pernah, tidak di bulan-bulan ini");
    }

    #[test]
    fn both_catalogues_are_read_whole() {
        for words in [ID, EN] {
            let read = FluentResource::try_new(words.to_owned()).map_err(|(_, faults)| faults);
            assert!(read.is_ok(), "{:?}", read.err());
        }
    }

    #[test]
    fn english_has_one_of_what_can_be_one() {
        let sentences = [
            ("balance-silent-more", "and 1 other meter"),
            ("calendar-jobs", "1 job"),
            ("import-note-merges", "1 merged area: the value belongs to the first cell, the others are empty."),
            ("leave-days", "1 day"),
            ("map-not-installed", "1 meter is installed at no connection."),
            ("orders-do-close_valve", "Close 1 valve"),
            ("properties-cases", "1 open case"),
            ("schedule-by-age", "Every year since it was installed"),
            ("schedule-meters", "1 meter"),
            ("span-minutes", "1 minute"),
            ("tips-found", "1 tip"),
            ("work-minutes", "about 1 minute"),
            ("zone-connections", "1 connection"),
        ];
        for (key, one) in sentences {
            assert_eq!(said(Language::En, key, "1"), one);
        }
    }
}
