//! A checklist as a technician sees it, to be read.

use crate::components::StatusChip;
use crate::components::shell::language;
use crate::i18n::tr;
use crate::pages::maintenance::words::{ask_of, limits, of_photo, of_template};
use dioxus::prelude::*;
use domain::maintenance::template::{StepKind, Template};

/// The steps.
#[component]
pub fn Preview(template: Template) -> Element {
    let language = language();
    let hint = |what: &StepKind| match what {
        StepKind::Photo { when } => Some(of_photo(*when)),
        StepKind::Choice { options } => Some(options.iter().map(|option| of_template(option)).collect::<Vec<_>>().join(" · ")),
        other => limits(other, language),
    };
    rsx! {
        ol { class: "list job-steps preview-steps", "aria-label": tr("template-preview"),
            for step in template.steps.iter() {
                li { key: "{step.no.0}", class: "step", "data-ask": ask_of(&step.what),
                    div { class: "grow",
                        p { class: "number", {of_template(&step.label)} }
                        p { class: "muted small",
                            {tr(&format!("work-ask-{}", ask_of(&step.what)))}
                            if let Some(hint) = hint(&step.what) {
                                " · {hint}"
                            }
                        }
                    }
                    if step.optional {
                        StatusChip { tone: "", icon: "minus", label: tr("work-step-is-optional"), small: true }
                    }
                }
            }
        }
    }
}
