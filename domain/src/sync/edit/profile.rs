//! A user's own profile, which is edited like any other record, by its user alone.

use crate::core::text::{is_phone, phone, phone_key, visible};
use crate::people::Language;
use crate::sync::edit::fields::line;
use crate::sync::edit::{Editable, Invalid};
use serde::{Deserialize, Serialize};

/// Fields of a profile that its user can edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are the record's own")]
pub enum ProfileField {
    Name,
    Phone,
    Language,
}

impl ProfileField {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Name, Self::Phone, Self::Language];

    /// The field as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Language => "language",
        }
    }
}

/// What a user says of himself or herself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRecord {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// Language of the screens.
    pub language: Language,
}

impl Editable for ProfileRecord {
    type Field = ProfileField;

    fn value(&self, field: ProfileField) -> String {
        match field {
            ProfileField::Name => self.name.clone(),
            ProfileField::Phone => self.phone.clone(),
            ProfileField::Language => self.language.as_str().to_owned(),
        }
    }

    fn set(&mut self, field: ProfileField, value: &str) {
        match field {
            ProfileField::Name => value.clone_into(&mut self.name),
            ProfileField::Phone => value.clone_into(&mut self.phone),
            ProfileField::Language => self.language = Language::from_word(value).unwrap_or(self.language),
        }
    }

    fn clean(field: ProfileField, text: &str) -> Result<String, Invalid> {
        let text = if field == ProfileField::Phone { line(&phone(text))? } else { line(text)? };
        let fits = match field {
            ProfileField::Name if text.is_empty() => return Err(Invalid::Empty),
            ProfileField::Name => true,
            ProfileField::Phone => text.is_empty() || is_phone(&text),
            ProfileField::Language => Language::from_word(&text).is_some(),
        };
        if fits { Ok(text) } else { Err(Invalid::Malformed) }
    }

    fn key(field: ProfileField, text: &str) -> String {
        match field {
            ProfileField::Phone => phone_key(text),
            ProfileField::Name | ProfileField::Language => visible(text).trim().to_owned(),
        }
    }

    fn is_guarded(field: ProfileField) -> bool {
        field == ProfileField::Phone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_needs_a_name_a_real_number_and_a_language_that_the_screens_have() {
        let takes = ProfileRecord::clean;
        assert_eq!(takes(ProfileField::Name, " Made "), Ok("Made".into()));
        assert_eq!(takes(ProfileField::Name, " "), Err(Invalid::Empty));
        assert_eq!(takes(ProfileField::Phone, ""), Ok(String::new()));
        assert_eq!(takes(ProfileField::Phone, "08x"), Err(Invalid::Malformed));
        assert_eq!(takes(ProfileField::Language, "en"), Ok("en".into()));
        assert_eq!(takes(ProfileField::Language, "fr"), Err(Invalid::Malformed));
    }
}
