//! What is said of work besides what, when and by whom: how pressing it is, its checklist, and how long it takes.

use crate::components::Select;
use crate::i18n::tr;
use crate::pages::admin::parts::Entry;
use crate::pages::maintenance::templates::{offered, use_templates};
use crate::pages::maintenance::words::of_priority;
use crate::state::Load;
use dioxus::prelude::*;
use domain::maintenance::priority::Priority;
use domain::maintenance::template::TemplateVersion;
use domain::maintenance::work_order::WorkKind;
use std::ops::RangeInclusive;

/// Minutes that work may be expected to take.
const MINUTES: RangeInclusive<u16> = 5..=720;

/// What is chosen and typed.
#[derive(Clone, Copy, PartialEq)]
pub struct Extras {
    priority: Signal<Priority>,
    template: Signal<Option<TemplateVersion>>,
    minutes: Signal<String>,
    /// Checklists that fit the kind of work that is chosen now.
    lists: Memo<Vec<(TemplateVersion, String)>>,
}

/// Nothing chosen yet.
pub fn use_extras(work: Signal<WorkKind>) -> Extras {
    let templates = use_templates();
    let lists = use_memo(move || match &*templates.read() {
        Load::Ready(rows) => offered(rows, work()),
        Load::Waiting | Load::Failed(_) => Vec::new(),
    });
    let (priority, template) = (use_signal(Priority::default), use_signal(|| None));
    Extras { priority, template, minutes: use_signal(String::new), lists }
}

/// Minutes as they are typed; none where nothing is.
fn read(text: &str) -> Result<Option<u16>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().ok().filter(|minutes| MINUTES.contains(minutes)).map(Some).ok_or(()),
    }
}

impl Extras {
    /// Whether something typed is no number of minutes.
    pub fn is_wrong(self) -> bool {
        read(&self.minutes.read()).is_err()
    }

    /// The checklist that is chosen. One that does not fit the kind of work any more is none.
    fn listed(self) -> Option<TemplateVersion> {
        (self.template)().filter(|of| self.lists.read().iter().any(|(known, _)| known == of))
    }

    /// What is to be sent.
    pub fn wanted(self) -> (Priority, Option<TemplateVersion>, Option<u16>) {
        ((self.priority)(), self.listed(), read(&self.minutes.read()).unwrap_or_default())
    }
}

/// The fields.
#[component]
pub fn ExtraFields(extras: Extras, tried: bool) -> Element {
    let Extras { mut priority, mut template, mut minutes, lists } = extras;
    let built_in = (String::new(), tr("work-template-built-in"));
    let own = lists.read().iter().map(|(of, name)| (of.id.to_string(), name.clone())).collect::<Vec<_>>();
    let names: Vec<_> = std::iter::once(built_in).chain(own).collect();
    let priorities: Vec<_> = Priority::ALL.iter().map(|of| (of.as_str().to_owned(), of_priority(*of))).collect();
    let choose = move |word: String| {
        let found = lists.read().iter().find(|(of, _)| of.id.to_string() == word).map(|(of, _)| *of);
        template.set(found);
    };
    let error = (tried && extras.is_wrong()).then(|| tr("work-minutes-wrong"));
    rsx! {
        div { class: "form-grid",
            div { class: "field", "data-of": "priority",
                span { class: "label", "aria-hidden": "true", {tr("work-priority")} }
                Select { label: tr("work-priority"), choices: priorities, chosen: priority().as_str().to_owned(),
                    onchoose: move |word: String| if let Some(of) = Priority::from_word(&word) { priority.set(of) } }
            }
            div { class: "field", "data-of": "template",
                span { class: "label", "aria-hidden": "true", {tr("work-template")} }
                Select { label: tr("work-template"), choices: names, chosen: extras.listed().map(|of| of.id.to_string()).unwrap_or_default(), onchoose: choose }
            }
        }
        Entry { id: "work-minutes", label: tr("work-minutes-label"), hint: tr("work-minutes-hint"), kind: "numeric", value: minutes(), error,
            oninput: move |typed| minutes.set(typed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_five_to_twelve_hours_or_nothing() {
        assert_eq!([read(""), read(" 45 "), read("720")], [Ok(None), Ok(Some(45)), Ok(Some(720))]);
        assert!(["4", "721", "-5", "satu", "1,5"].iter().all(|text| read(text).is_err()));
    }
}
