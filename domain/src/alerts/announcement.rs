//! A message that an admin writes to many customers, in words of the utility's own: plain text, in Indonesian, and in English where somebody
//! has translated it.

use crate::core::local_time::DAY_MS;
use crate::core::text::visible;
use crate::people::Language;
use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 80;

/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 500;

/// Messages that a utility may send in 24 hours: more of them nobody reads.
pub const MOST_A_DAY: usize = 10;

/// How long after it was written a message is still sent, in milliseconds: what it says of tomorrow is no news later.
pub const LATE_MS: i64 = 3 * DAY_MS;

/// Customers whom one operation names at most.
pub const TOGETHER: usize = 200;

/// A message in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Wording {
    /// One line; 1 to [`LONGEST_TITLE`] characters.
    pub title: String,
    /// 1 to [`LONGEST_TEXT`] characters; may have several lines.
    pub text: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Announcement {
    /// In Indonesian.
    pub id: Wording,
    /// In English; whoever reads English sees the Indonesian words where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<Wording>,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A title is empty, too long, or of several lines.
    Title,
    /// A text is empty or too long, or no text.
    Text,
}

impl Wrong {
    /// The field as it is named in refusals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "message",
        }
    }
}

impl Wording {
    /// As it is kept: without what cannot be seen and what surrounds it.
    ///
    /// # Errors
    /// Title or text cannot be one.
    pub fn clean(&self) -> Result<Self, Wrong> {
        let title = visible(&self.title).trim().to_owned();
        let is_title = (1..=LONGEST_TITLE).contains(&title.chars().count()) && !title.chars().any(char::is_control);
        if !is_title {
            return Err(Wrong::Title);
        }
        let text = visible(&self.text).replace("\r\n", "\n").trim().to_owned();
        let is_text = (1..=LONGEST_TEXT).contains(&text.chars().count())
            && !text.chars().any(|letter| letter.is_control() && letter != '\n');
        if is_text { Ok(Self { title, text }) } else { Err(Wrong::Text) }
    }
}

impl Announcement {
    /// As it is kept.
    ///
    /// # Errors
    /// A title or text cannot be one.
    pub fn clean(&self) -> Result<Self, Wrong> {
        Ok(Self { id: self.id.clean()?, en: self.en.as_ref().map(Wording::clean).transpose()? })
    }

    /// Its words for whoever reads a language.
    pub fn in_language(&self, language: Language) -> &Wording {
        match (language, &self.en) {
            (Language::En, Some(en)) => en,
            (Language::Id | Language::En, _) => &self.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wording(title: &str, text: &str) -> Wording {
        Wording { title: title.into(), text: text.into() }
    }

    #[test]
    fn a_message_has_a_line_as_title_and_a_text_and_neither_is_longer_than_its_limit() {
        let clean = wording(" Air\u{a0}mati\u{200b} ", "Besok\r\n08.00–12.00\n").clean();
        assert_eq!(clean, Ok(wording("Air mati", "Besok\n08.00–12.00")));
        let fits = wording(&"á".repeat(LONGEST_TITLE), &"水".repeat(LONGEST_TEXT));
        assert_eq!(fits.clean(), Ok(fits.clone()));
        for title in ["", " ", "dua\nbaris", &"a".repeat(LONGEST_TITLE + 1)] {
            assert_eq!(wording(title, "x").clean(), Err(Wrong::Title), "{title:?}");
        }
        for text in ["", "\n", "bel\u{7}", &"a".repeat(LONGEST_TEXT + 1)] {
            assert_eq!(wording("x", text).clean(), Err(Wrong::Text), "{text:?}");
        }
    }

    #[test]
    fn who_reads_english_sees_the_indonesian_words_where_nobody_has_translated_them() {
        let id = wording("Air mati", "Besok");
        let both = Announcement { id: id.clone(), en: Some(wording("No water", "Tomorrow")) };
        assert_eq!((both.in_language(Language::En).title.as_str(), both.in_language(Language::Id)), ("No water", &id));
        let one = Announcement { id: id.clone(), en: None };
        assert_eq!(one.in_language(Language::En), &id);
        assert!(Announcement { en: Some(wording("", "x")), ..one }.clean().is_err());
    }

    proptest! {
        #[test]
        fn what_was_cleaned_is_clean(title in ".{0,90}", text in "(?s).{0,510}") {
            if let Ok(clean) = wording(&title, &text).clean() {
                prop_assert_eq!(clean.clean(), Ok(clean.clone()));
            }
        }
    }
}
