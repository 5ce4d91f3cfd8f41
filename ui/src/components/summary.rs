//! What is wrong with a form, in one place: each fault with its field, and a way to it.

use crate::bridge::focus;
use crate::components::Icon;
use crate::i18n::tra;
use dioxus::prelude::*;

/// A fault: the field's id, its name, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The id of the field.
    pub id: String,
    /// What the field is called.
    pub field: String,
    /// What is wrong.
    pub what: String,
}

/// The faults; nothing where there are none.
#[component]
pub fn Faults(faults: Vec<Fault>) -> Element {
    if faults.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "banner danger faults", role: "alert", "data-summary": "true",
            Icon { name: "circle-alert" }
            div {
                p { class: "number", {tra("form-wrong", &[("n", faults.len().to_string())])} }
                ul {
                    for Fault { id , field , what } in faults {
                        li { key: "{id}",
                            a { class: "small", href: "#{id}",
                                onclick: move |event: MouseEvent| {
                                    event.prevent_default();
                                    focus(&id);
                                },
                                if field.is_empty() { "{what}" } else { "{field}: {what}" }
                            }
                        }
                    }
                }
            }
        }
    }
}
