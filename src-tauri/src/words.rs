//! The words of what the system shows for us: out of the screens' own catalogues, so that no sentence is written twice.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use protocol::ui::{Notice, Preferences};
use unic_langid::LanguageIdentifier;

const ID: &str = include_str!("../../assets/i18n/id.ftl");
const EN: &str = include_str!("../../assets/i18n/en.ftl");

/// A notification's title and text.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    pub title: String,
    pub text: String,
}

/// A notice in the language that the screens have.
pub fn of_notice(notice: &Notice, preferences: Preferences) -> Words {
    let language = preferences.language.as_str();
    let catalogue = if language == "en" { EN } else { ID };
    let mut bundle = FluentBundle::new(vec![language.parse::<LanguageIdentifier>().unwrap_or_default()]);
    // A notification shows the marks that would isolate a value.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(catalogue.to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    let mut args = FluentArgs::new();
    for (name, value) in notice.values() {
        args.set(name, value);
    }
    let sentence = |key: &str| {
        let pattern = bundle.get_message(key).and_then(|message| message.value());
        pattern
            .map_or_else(|| key.to_owned(), |pattern| bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    };
    let text: Vec<String> = [Some(notice.text_key()), notice.basis_key()].into_iter().flatten().map(sentence).collect();
    Words { title: sentence(notice.title_key()), text: text.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(more: serde_json::Value, language: &str) -> Words {
        let mut notice = serde_json::json!({ "connection": "0199b2a0-0000-7000-8000-000000000001", "label": "Rumah", "level": "warning",
            "balance": 49_750, "tenths_of_days": 86, "basis": "known", "at": 0 });
        for (name, value) in more.as_object().into_iter().flatten() {
            notice[name] = value.clone();
        }
        let preferences = serde_json::json!({ "language": language, "theme": "system", "motion": "system" });
        let read = (serde_json::from_value(notice), serde_json::from_value(preferences));
        of_notice(&read.0.expect("a notice"), read.1.expect("preferences"))
    }

    #[test]
    fn a_notification_has_its_words_in_the_language_of_the_screens() {
        let warning = words(serde_json::json!({}), "id");
        assert_eq!(warning.title, "Saldo air menipis");
        assert_eq!(warning.text, "Rumah: sisa Rp49.750, cukup untuk ± 8 hari.");
        let empty = words(serde_json::json!({ "level": "empty", "balance": 0, "basis": "reckoned" }), "en");
        assert_eq!(empty.title, "Water credit has probably run out");
        assert!(empty.text.ends_with("This is an estimate: the latest data has not come yet."), "{}", empty.text);
        let critical = words(serde_json::json!({ "level": "critical", "tenths_of_days": 9 }), "id");
        assert_eq!(critical.text, "Rumah: sisa Rp49.750, kurang dari satu hari.");
    }
}
