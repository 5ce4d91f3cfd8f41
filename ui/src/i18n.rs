//! Words: two Fluent catalogues, switched at run time.

use dioxus::prelude::*;
use dioxus_i18n::fluent::{FluentArgs, FluentBundle, FluentResource};
use dioxus_i18n::prelude::{i18n_bundle, use_init_i18n_from_bundle};
use domain::people::Language;
use unic_langid::langid;

const ID: &str = include_str!("../../assets/i18n/id.ftl");
const EN: &str = include_str!("../../assets/i18n/en.ftl");

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let (id, words) = match language {
        Language::Id => (langid!("id"), ID),
        Language::En => (langid!("en"), EN),
    };
    let mut bundle = FluentBundle::new(vec![id]);
    // Both languages are written left to right: marks around a value would only be in the way of who copies it.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(words.to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Provides the words, and follows the language.
pub fn use_words(language: Memo<Language>) {
    use_init_i18n_from_bundle(|| bundle(Language::Id));
    use_effect(move || {
        let language = language();
        i18n_bundle().set_bundle(bundle(language));
        crate::bridge::set_root("lang", if language == Language::En { "en" } else { "id" });
    });
}

/// A sentence.
pub fn tr(key: &str) -> String {
    i18n_bundle().try_translate(key).unwrap_or_else(|_| key.to_owned())
}

/// A sentence with values in it.
pub fn tra(key: &str, values: &[(&'static str, String)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(*name, value.as_str());
    }
    i18n_bundle().try_translate_with_args(key, Some(&args)).unwrap_or_else(|_| key.to_owned())
}
