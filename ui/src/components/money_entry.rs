//! A field of money: says what it takes before something is typed, groups digits as they are typed, and says what is wrong with them.

use crate::bridge;
use crate::components::Icon;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::core::typed_groups::{Edit, FieldText, bare, edited};
use domain::core::typed_money::{AmountRange, WrongAmount, parse_rupiah};

/// What is wrong with a typed amount, in a sentence.
pub fn say_amount(wrong: WrongAmount) -> String {
    match wrong {
        WrongAmount::Empty => tr("amount-empty"),
        WrongAmount::NotANumber => tr("amount-not-a-number"),
        WrongAmount::ShortForm => tr("amount-short-form"),
        WrongAmount::Sen => tr("amount-sen"),
        WrongAmount::Unclear => tr("amount-unclear"),
        WrongAmount::TooLong => tr("amount-too-long"),
        WrongAmount::Below(least) => tra("amount-below", &[("amount", least.to_string())]),
        WrongAmount::Above(most) => tra("amount-above", &[("amount", most.to_string())]),
    }
}

/// What a field takes: `Rp10.000 sampai Rp50.000.000.`
fn say_range(range: AmountRange) -> String {
    tra("amount-range", &[("least", range.least.to_string()), ("most", range.most.to_string())])
}

/// Whether an amount may become right by typing on: then it is not marked as wrong before the field is left.
const fn is_unfinished(wrong: WrongAmount) -> bool {
    matches!(wrong, WrongAmount::Empty | WrongAmount::Unclear | WrongAmount::Below(_))
}

/// A line to type rupiah into.
#[component]
pub fn MoneyEntry(
    id: String,
    label: String,
    value: String,
    /// What it takes; stated at the field.
    range: AmountRange,
    /// What stands behind the amount, such as `/m³`.
    #[props(default)]
    unit: String,
    /// What is stated besides the range.
    #[props(default)]
    hint: String,
    /// Nothing may be typed.
    #[props(default)]
    optional: bool,
    /// Somebody tried to go on: what is wrong is marked now.
    #[props(default)]
    tried: bool,
    /// What else is wrong with it.
    #[props(default)]
    error: Option<String>,
    oninput: EventHandler<String>,
) -> Element {
    let mut own_marks = use_signal(|| false);
    let mut left = use_signal(|| false);
    let wrong = range.parse(&value).err().filter(|wrong| !(*wrong == WrongAmount::Empty && (optional || !tried)));
    let is_marked = wrong.is_some_and(|wrong| tried || left() || !is_unfinished(wrong)) || (wrong.is_none() && error.is_some());
    let hint = if hint.is_empty() { say_range(range) } else { format!("{} {hint}", say_range(range)) };
    let key = id.clone();
    let before = value.clone();
    let input = move |event: FormEvent| {
        let text = event.value();
        let (caret, forward, pasted) = bridge::caret_in(&key);
        let held = FieldText { text: before.clone(), own_marks: own_marks() };
        let (shown, moved) = edited(&held, &Edit { text: &text, caret, forward, pasted });
        if let Some(caret) = moved {
            bridge::put_text(&key, &shown.text, caret);
        }
        own_marks.set(shown.own_marks);
        left.set(false);
        oninput.call(shown.text);
    };
    // Whatever fills a field without a key, or empties it, arrives here.
    let change = {
        let value = value.clone();
        move |event: FormEvent| {
            if event.value() != value {
                own_marks.set(false);
                oninput.call(event.value());
            }
        }
    };
    // What can be read is shown as fields show it, whatever marks it came with.
    let leave = {
        let value = value.clone();
        move |_: FocusEvent| {
            left.set(true);
            if let Ok(amount) = parse_rupiah(&value)
                && amount.0 >= 0
                && bare(amount) != value
            {
                own_marks.set(false);
                oninput.call(bare(amount));
            }
        }
    };
    rsx! {
        div { class: "field",
            label { r#for: "{id}", "{label}" }
            div { class: if is_marked { "input bad" } else { "input" },
                span { class: "muted", "aria-hidden": "true", "Rp" }
                input { id: "{id}", value: "{value}", autocomplete: "off", spellcheck: "false", inputmode: "numeric", "data-money": "true",
                    "aria-invalid": if is_marked { "true" },
                    "aria-describedby": "{id}-said",
                    oninput: input, onchange: change, onfocusout: leave }
                if !unit.is_empty() {
                    span { class: "muted small nowrap", "{unit}" }
                }
            }
            if let Some(wrong) = wrong {
                span { id: "{id}-said", class: if is_marked { "error" } else { "muted tiny" },
                    if is_marked { Icon { name: "circle-alert", size: "s" } }
                    {say_amount(wrong)}
                }
            } else if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            } else {
                span { id: "{id}-said", class: "muted tiny", "{hint}" }
            }
        }
    }
}

/// Why a button beside it cannot be pressed; the button's `aria-describedby` is its identifier.
#[component]
pub fn WhyNot(id: &'static str, why: Option<String>) -> Element {
    rsx! {
        if let Some(why) = why {
            p { id, class: "muted small row why-not", Icon { name: "info", size: "s" } span { "{why}" } }
        }
    }
}
