//! The two languages of the pages that simulators show.

use serde::Deserialize;

/// The language of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// Bahasa Indonesia.
    #[default]
    #[serde(rename = "id")]
    Indonesian,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The text of this language.
    pub fn say<'t>(self, indonesian: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Indonesian => indonesian,
            Self::English => english,
        }
    }

    /// What stands behind the address of a page in this language.
    pub fn query(self) -> &'static str {
        self.say("?lang=id", "?lang=en")
    }
}
