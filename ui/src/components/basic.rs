//! Buttons, fields, cards, and the row of choices.

use crate::components::Icon;
use crate::components::icon::icon as picture;
use dioxus::prelude::*;

/// A surface that holds things that belong together.
#[component]
pub fn Card(#[props(default)] class: &'static str, children: Element) -> Element {
    rsx! {
        section { class: "card stack {class}", {children} }
    }
}

/// Something to press. `kind` is `primary`, `secondary`, `quiet` or `danger`; while `busy` it cannot be pressed again.
#[component]
pub fn Button(
    label: String,
    #[props(default = "secondary")] kind: &'static str,
    icon: Option<&'static str>,
    #[props(default)] busy: bool,
    #[props(default)] disabled: bool,
    #[props(default)] full: bool,
    #[props(default = "button")] r#type: &'static str,
    /// The identifier of what says more, such as why it cannot be pressed.
    #[props(default)]
    described: Option<&'static str>,
    onclick: Option<EventHandler<MouseEvent>>,
) -> Element {
    let width = if full { "full" } else { "" };
    rsx! {
        button {
            class: "button {kind} {width}",
            r#type,
            disabled: disabled || busy,
            "aria-busy": if busy { "true" },
            "aria-describedby": described,
            onclick: move |event| {
                if let Some(onclick) = onclick {
                    onclick.call(event);
                }
            },
            if busy {
                span { class: "spin row", Icon { name: "refresh-cw" } }
            } else if let Some(name) = icon {
                {picture(name, "")}
            }
            "{label}"
        }
    }
}

/// A line to fill in, with its label and its error.
#[component]
pub fn Field(
    id: &'static str,
    label: String,
    value: Signal<String>,
    #[props(default = "text")] r#type: &'static str,
    #[props(default)] autocomplete: &'static str,
    error: Option<String>,
    /// Something at its end, such as a button.
    #[props(default = rsx! {})]
    end: Element,
) -> Element {
    let bad = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: id, "{label}" }
            div { class: if bad { "input bad" } else { "input" },
                input {
                    id,
                    r#type,
                    autocomplete,
                    autocapitalize: "none",
                    spellcheck: "false",
                    value: "{value}",
                    "aria-invalid": if bad { "true" },
                    "aria-describedby": if bad { "{id}-error" },
                    oninput: move |event| value.set(event.value()),
                }
                {end}
            }
            if let Some(error) = error {
                span { id: "{id}-error", class: "error",
                    Icon { name: "circle-alert", size: "s" }
                    "{error}"
                }
            }
        }
    }
}

/// One of a few, all of them in sight.
#[component]
pub fn Segmented<T: Clone + PartialEq + 'static>(
    label: String,
    choices: Vec<(T, String)>,
    chosen: T,
    #[props(default)] full: bool,
    onchoose: EventHandler<T>,
) -> Element {
    let width = if full { "segmented full" } else { "segmented" };
    rsx! {
        div { class: width, role: "group", "aria-label": label,
            for (value , word) in choices {
                button {
                    r#type: "button",
                    "aria-pressed": if value == chosen { "true" } else { "false" },
                    onclick: move |_| onchoose.call(value.clone()),
                    "{word}"
                }
            }
        }
    }
}

/// One of several, out of a list.
#[component]
pub fn Select(label: String, choices: Vec<(String, String)>, chosen: String, onchoose: EventHandler<String>) -> Element {
    rsx! {
        div { class: "input compact",
            select {
                "aria-label": label,
                onchange: move |event| onchoose.call(event.value()),
                for (value , word) in choices {
                    option { value: "{value}", selected: value == chosen, "{word}" }
                }
            }
            Icon { name: "chevron-down", size: "s" }
        }
    }
}
