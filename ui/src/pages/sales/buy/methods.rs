//! The ways to pay: those that take an amount are offered, and no other.

use crate::components::{Card, Icon};
use crate::i18n::{tr, tra};
use crate::money;
use crate::state::{Load, use_answer};
use dioxus::prelude::*;
use domain::Rupiah;
use domain::sales::payment::{Method, MethodLimit, default_limit};
use protocol::ui::{Answer, MoneyRequest, MoneyResponse, Request};

/// The limits of all methods: the utility's, as they were received last, and the schemes' own until then.
pub fn use_limits() -> Memo<Vec<MethodLimit>> {
    let load = use_answer(
        || Request::Money(MoneyRequest::Methods),
        |answer| match answer {
            Answer::Money(response) => match *response {
                MoneyResponse::Methods(limits) => Some(limits),
                _ => None,
            },
            _ => None,
        },
    );
    use_memo(move || match &*load.read() {
        Load::Ready(all) => all.limits.clone(),
        _ => Method::ALL.map(default_limit).to_vec(),
    })
}

/// The methods that take an amount; all of them while there is none.
pub fn offered(limits: &[MethodLimit], amount: Option<Rupiah>) -> Vec<Method> {
    limits.iter().filter(|limit| amount.is_none_or(|amount| limit.takes(amount))).map(|limit| limit.method).collect()
}

/// The choice between them: what is chosen comes first, the others are folded away. `chosen` is shown as chosen only if it is offered.
#[component]
pub fn Methods(
    offered: Vec<Method>,
    chosen: Option<Method>,
    #[props(default)] disabled: bool,
    onchoose: EventHandler<Method>,
) -> Element {
    let first = chosen.filter(|chosen| offered.contains(chosen));
    let others: Vec<Method> = offered.iter().copied().filter(|choice| Some(*choice) != first).collect();
    let shown = first.map_or("", Method::as_str);
    // The one that the Tab key comes to: the arrows lead to the others.
    let entered = first.or_else(|| others.first().copied());
    let way = move |choice: Method| {
        rsx! {
            Way { key: "{choice.as_str()}", choice, is_chosen: first == Some(choice), is_entered: entered == Some(choice), disabled, onchoose }
        }
    };
    rsx! {
        Card { class: "wide",
            h2 { id: "pay-how", {tr("pay-how")} }
            if offered.is_empty() {
                p { class: "small warn-text", {tr("pay-none-takes")} }
            }
            div { class: "stack wide", role: "radiogroup", "aria-labelledby": "pay-how",
                if let Some(choice) = first {
                    div { class: "methods", {way(choice)} }
                }
                if !others.is_empty() {
                    // Another choice folds them away again.
                    details { key: "{shown}", class: "other-ways", open: first.is_none(),
                        summary { {tra(title_of_others(first), &[("n", others.len().to_string())])} }
                        div { class: "methods",
                            for choice in others {
                                {way(choice)}
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What those are called that are not chosen: where none is, they are no others.
const fn title_of_others(chosen: Option<Method>) -> &'static str {
    if chosen.is_some() { "pay-others" } else { "pay-ways" }
}

#[component]
fn Way(choice: Method, is_chosen: bool, is_entered: bool, disabled: bool, onchoose: EventHandler<Method>) -> Element {
    rsx! {
        button { r#type: "button", class: "method", role: "radio", "data-method": "{choice.as_str()}", disabled,
            "aria-checked": if is_chosen { "true" } else { "false" }, tabindex: if is_entered { "0" } else { "-1" },
            onclick: move |_| onchoose.call(choice),
            span { class: "round", Icon { name: picture(choice) } }
            span { class: "grow", {money::method(Some(choice.as_str()), "gateway")} }
            if is_chosen { Icon { name: "check" } }
        }
    }
}

const fn picture(method: Method) -> &'static str {
    match method {
        Method::Qris => "qr-code",
        Method::Gopay => "smartphone",
        Method::VirtualAccount(_) => "landmark",
        Method::Page => "external-link",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_other_ways_only_beside_a_chosen_one() {
        assert_eq!((title_of_others(Some(Method::Qris)), title_of_others(None)), ("pay-others", "pay-ways"));
        for catalogue in [include_str!("../../../../../assets/i18n/id.ftl"), include_str!("../../../../../assets/i18n/en.ftl")] {
            assert!(catalogue.lines().any(|line| line.starts_with("pay-ways = ")));
        }
    }
}
