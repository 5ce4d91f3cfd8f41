//! What is wrong with a form, in one place: each fault with its field, and a way to it.

use crate::bridge::{focus, label_of};
use crate::components::{Icon, say_amount};
use crate::i18n::tra;
use dioxus::prelude::*;
use domain::core::typed_money::AmountRange;

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
                                if field.is_empty() { "{what}" } else if field.ends_with('?') { "{field} {what}" } else { "{field}: {what}" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The same by the id of each field on the screen, which knows what the field is called.
#[component]
pub fn Summary(wrong: Vec<(String, String)>) -> Element {
    let faults = wrong.into_iter().map(|(id, what)| Fault { field: label_of(&id), id, what }).collect::<Vec<_>>();
    rsx! { Faults { faults } }
}

/// The fields that are wrong, in their order, once somebody has tried to go on: for [`Summary`].
pub fn misses<const N: usize>(tried: bool, fields: [(&str, Option<String>); N]) -> Vec<(String, String)> {
    let wrong = |(id, what): (&str, Option<String>)| Some((id.to_owned(), what?));
    if tried { fields.into_iter().filter_map(wrong).collect() } else { Vec::new() }
}

/// What is wrong with a typed amount.
pub fn miss_amount(range: AmountRange, text: &str) -> Option<String> {
    range.parse(text).err().map(say_amount)
}
