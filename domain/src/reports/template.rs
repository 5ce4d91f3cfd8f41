//! Templates: reports that people have put together and named. Each is replaced as a whole, and what two people change of one goes together by
//! its fields, as edits of records do (adr/0004, adr/0046).

use crate::core::text::visible;
use crate::reports::Design;
use serde::{Deserialize, Serialize};

/// Letters of a name at most.
pub const LONGEST_NAME: usize = 80;

/// What somebody says of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateContent {
    /// What it is called.
    pub name: String,
    /// Whether all admins of the utility have it; otherwise whoever made it has it alone.
    #[serde(default)]
    pub shared: bool,
    /// The report.
    pub design: Design,
}

/// A part of a template that is changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateField {
    /// The name.
    Name,
    /// Who has it.
    Shared,
    /// The report.
    Design,
}

impl TemplateField {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Shared => "shared",
            Self::Design => "design",
        }
    }
}

impl TemplateContent {
    /// As it is kept.
    ///
    /// # Errors
    /// The field that cannot be kept.
    pub fn clean(self) -> Result<Self, TemplateField> {
        let name = visible(&self.name).trim().to_owned();
        let letters = name.chars().count();
        if letters == 0 || letters > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(TemplateField::Name);
        }
        let design = self.design.clean().map_err(|_| TemplateField::Design)?;
        Ok(Self { name, design, ..self })
    }

    /// What is stored with a change over it: `before` is what its author saw, `after` what the author wants.
    ///
    /// # Errors
    /// The first field that somebody else has changed meanwhile into something else.
    pub fn merged(&self, before: &Self, after: &Self) -> Result<Self, TemplateField> {
        let free = [
            (TemplateField::Name, is_free(&self.name, &before.name, &after.name)),
            (TemplateField::Shared, is_free(&self.shared, &before.shared, &after.shared)),
            (TemplateField::Design, is_free(&self.design, &before.design, &after.design)),
        ];
        if let Some((field, _)) = free.into_iter().find(|(_, is_free)| !is_free) {
            return Err(field);
        }
        Ok(Self {
            name: changed(&self.name, &before.name, &after.name).clone(),
            shared: *changed(&self.shared, &before.shared, &after.shared),
            design: changed(&self.design, &before.design, &after.design).clone(),
        })
    }
}

/// Whether a change fits what is stored: it changes nothing, what it changes is as its author saw it, or is so already.
fn is_free<T: PartialEq>(stored: &T, before: &T, after: &T) -> bool {
    before == after || stored == before || stored == after
}

/// What stands where a change fits.
fn changed<'t, T: PartialEq>(stored: &'t T, before: &T, after: &'t T) -> &'t T {
    if before == after { stored } else { after }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{Days, ReportKind};
    use proptest::prelude::*;

    fn content(name: &str, shared: bool, days: Days) -> TemplateContent {
        let design = Design { days, ..Design::of(ReportKind::Revenue) };
        TemplateContent { name: name.into(), shared, design }
    }

    #[test]
    fn what_two_people_change_of_a_template_goes_together_unless_it_is_the_same_field() {
        let before = content("Bulanan", false, Days::LastMonth);
        let renamed = content("Bulanan direksi", false, Days::LastMonth);
        let weekly = content("Bulanan", true, Days::LastWeek);
        assert_eq!(renamed.merged(&before, &weekly), Ok(content("Bulanan direksi", true, Days::LastWeek)));
        let other = content("Untuk rapat", false, Days::LastMonth);
        assert_eq!(renamed.merged(&before, &other), Err(TemplateField::Name));
        assert_eq!(weekly.merged(&before, &content("Bulanan", false, Days::Today)), Err(TemplateField::Design));
    }

    #[test]
    fn a_name_is_some_letters_in_one_line() {
        assert_eq!(content(" Rapat\u{200b} ", false, Days::Today).clean().map(|kept| kept.name), Ok("Rapat".into()));
        for name in ["", " \u{200b} ", "a\nb", &"x".repeat(LONGEST_NAME + 1)] {
            assert_eq!(content(name, false, Days::Today).clean().map(|kept| kept.name), Err(TemplateField::Name), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn a_change_of_what_its_author_saw_is_what_the_author_wants(names in prop::array::uniform3("[ab]"), flags in any::<[bool; 3]>()) {
            let [stored, before, after] = [0, 1, 2].map(|place| content(&names[place], flags[place], Days::Today));
            prop_assert_eq!(before.merged(&before, &after), Ok(after.clone()));
            prop_assert_eq!(stored.merged(&after, &after), Ok(stored.clone()), "who changes nothing changes nothing");
            if let Ok(merged) = stored.merged(&before, &after) {
                // Sent again, it is no other change.
                prop_assert_eq!(merged.merged(&before, &after), Ok(merged.clone()));
            }
        }
    }
}
