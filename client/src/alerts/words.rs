//! The words of a notification, which the operating system shows: from the screens' own catalogues, so that no sentence exists twice.

use domain::ConnectionId;
use domain::alerts::content::Content;
use domain::alerts::notice::Now;
use domain::alerts::schedule::Expected;
use domain::people::Language;
use domain::reports::RunState;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use protocol::alerts::{work, zone_loss};
use protocol::ui::{AlertRow, Notice, case};
use unic_langid::LanguageIdentifier;

const ID: &str = include_str!("../../../assets/i18n/id.ftl");
const EN: &str = include_str!("../../../assets/i18n/en.ftl");

/// A notification's title and text.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
}

/// Sentences of a language.
pub(crate) struct Sentences(FluentBundle<FluentResource>);

impl Sentences {
    pub(crate) fn of(language: Language) -> Self {
        let catalogue = match language {
            Language::Id => ID,
            Language::En => EN,
        };
        let mut bundle = FluentBundle::new(vec![language.as_str().parse::<LanguageIdentifier>().unwrap_or_default()]);
        // A notification would show the marks that isolate a value.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(catalogue.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
        Self(bundle)
    }

    pub(crate) fn say<const N: usize>(&self, key: &str, values: [(&'static str, String); N]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(name, value);
        }
        let pattern = self.0.get_message(key).and_then(|message| message.value());
        pattern
            .map_or_else(|| key.to_owned(), |pattern| self.0.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }
}

/// A notice in a language.
pub fn of_notice(notice: &Notice, language: Language) -> Words {
    let sentences = Sentences::of(language);
    let text: Vec<String> = [Some(notice.text_key()), notice.basis_key()]
        .into_iter()
        .flatten()
        .map(|key| sentences.say(key, notice.values()))
        .collect();
    Words { title: sentences.say(notice.title_key(), []), text: text.join(" ") }
}

/// A notice that is shown while the app does not run, in a language: what is expected, and that it is no more than that.
pub fn of_expected(connection: ConnectionId, label: String, expected: &Expected, language: Language) -> Words {
    let sentences = Sentences::of(language);
    let Now { standing, level, basis, limit } = expected.now;
    let (balance, tenths_of_days) = (standing.balance, standing.tenths_of_days_left);
    let notice = Notice { connection, label, level, balance, tenths_of_days, limit, basis, at: expected.at };
    let text = [sentences.say(notice.text_key(), notice.values()), sentences.say("notice-expected", [])].join(" ");
    Words { title: sentences.say(notice.title_key(), []), text }
}

/// A notification in a language.
pub fn of_alert(row: &AlertRow, language: Language) -> Words {
    let sentences = Sentences::of(language);
    let place = row.place.clone().unwrap_or_else(|| sentences.say("alerts-no-place", []));
    match &row.notification.content {
        Content::Case { cause, rate, loss, .. } => Words {
            title: sentences.say(case::title_key(*cause), []),
            text: sentences.say(case::text_key(*cause), case::values(&place, *rate, *loss)),
        },
        Content::ZoneLoss { name, per_mille, per_day, .. } => {
            let values = || zone_loss::values(name, *per_mille, *per_day);
            Words { title: sentences.say(zone_loss::TITLE, values()), text: sentences.say(zone_loss::TEXT, values()) }
        }
        Content::InflowSilent { name, serial, .. } => {
            let values = || zone_loss::silent_values(name, serial);
            Words {
                title: sentences.say(zone_loss::SILENT_TITLE, values()),
                text: sentences.say(zone_loss::SILENT_TEXT, values()),
            }
        }
        Content::Announcement(words) => {
            let words = words.in_language(language);
            Words { title: words.title.clone(), text: words.text.clone() }
        }
        Content::Report { name, period, state, .. } => {
            let title = if *state == RunState::Made { "report-run-ready" } else { "report-run-failed" };
            let values = [("name", name.clone()), ("period", period.text(language))];
            Words {
                title: sentences.say(title, [("name", name.clone())]),
                text: sentences.say(&format!("report-run-{}", state.as_str()), values),
            }
        }
        content => match work::sentences(content, &place, language, |key| sentences.say(key, [])) {
            Some(of) => Words { title: sentences.say(of.title, of.values.clone()), text: sentences.say(of.text, of.values) },
            None => {
                Words { title: sentences.say("alert-unknown", []), text: sentences.say("alert-unknown-text", [("place", place)]) }
            }
        },
    }
}

/// A text for a notification server that understands markup, as most on Linux do: what people have named is text there as well, and no tag.
pub fn as_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::alerts::notice::Basis;
    use domain::billing::balance::Level;
    use domain::billing::balance::Standing;
    use domain::{Rupiah, UtcMillis};

    fn notice(level: Level, balance: i64, tenths_of_days: Option<i64>, basis: Basis) -> Notice {
        let connection = ConnectionId(uuid::Uuid::nil());
        let (balance, at) = (Rupiah(balance), UtcMillis(0));
        Notice { connection, label: "Rumah".into(), level, balance, tenths_of_days, limit: None, basis, at }
    }

    #[test]
    fn text_is_text_where_markup_is_understood() {
        assert_eq!(as_markup("Kos & Warung <Blok B>"), "Kos &amp; Warung &lt;Blok B&gt;");
        assert_eq!(as_markup("sisa Rp49.750, \u{b1} 8 hari"), "sisa Rp49.750, \u{b1} 8 hari");
        assert_eq!(as_markup("&amp; <b>"), "&amp;amp; &lt;b&gt;");
    }

    #[test]
    fn a_notice_has_its_words_in_both_languages() {
        let warning = of_notice(&notice(Level::Warning, 49_750, Some(86), Basis::Known), Language::Id);
        assert_eq!(warning.title, "Saldo air menipis");
        assert_eq!(warning.text, "Rumah: sisa Rp49.750, cukup untuk ± 8 hari.");
        let empty = of_notice(&notice(Level::Empty, 0, Some(0), Basis::Reckoned), Language::En);
        assert_eq!(empty.title, "Water credit has probably run out");
        assert!(empty.text.ends_with("This is an estimate: the latest data has not come yet."), "{}", empty.text);
    }

    #[test]
    fn a_notice_of_water_for_months_names_the_limit_that_was_crossed() {
        let of = |balance, language| {
            let notice = Notice { limit: Some(Rupiah(75_000)), ..notice(Level::Warning, balance, Some(1_214), Basis::Known) };
            of_notice(&notice, language).text
        };
        let below = of(60_000, Language::Id);
        assert_eq!(below, "Rumah: sisa Rp60.000, di bawah batas Anda Rp75.000; cukup untuk ± 121 hari.");
        assert!(of(80_000, Language::Id).contains("mendekati batas Anda Rp75.000"), "not yet well above it");
        assert!(of(60_000, Language::En).contains("below your limit of Rp75.000"));
    }

    #[test]
    fn an_expected_notice_says_that_it_is_an_estimate_in_both_languages() {
        let standing = Standing { balance: Rupiah(50_000), tenths_of_days_left: Some(48) };
        let now = Now { standing, level: Level::Warning, basis: Basis::Reckoned, limit: None };
        let words = |language| {
            of_expected(ConnectionId(uuid::Uuid::nil()), "Rumah".into(), &Expected { at: UtcMillis(0), now }, language)
        };
        let id = words(Language::Id);
        assert_eq!(id.title, "Saldo air menipis");
        assert!(id.text.starts_with("Rumah: sisa Rp50.000, cukup untuk ± 4 hari. Perkiraan "), "{}", id.text);
        assert!(words(Language::En).text.contains("days. An estimate "), "{}", words(Language::En).text);
    }

    #[test]
    fn every_notice_has_a_sentence_with_its_values() {
        for language in Language::ALL {
            for level in [Level::Warning, Level::Critical, Level::Empty] {
                for days in [None, Some(0), Some(9), Some(10), Some(19), Some(20), Some(900)] {
                    for basis in [Basis::Known, Basis::Reckoned] {
                        let words = of_notice(&notice(level, -1_500, days, basis), language);
                        assert!(!words.title.contains("notice-") && words.text.contains("Rumah: "), "{words:?}");
                        assert!(words.text.contains("−Rp1.500") && !words.text.contains("notice-"), "{words:?}");
                    }
                }
            }
        }
    }
}
