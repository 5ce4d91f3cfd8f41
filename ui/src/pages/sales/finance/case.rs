//! A case: what the gateway reported, why nobody could use it, and what an admin decides.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Entry, Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::text::compact;
use domain::sales::receipt::PurchaseNumber;
use protocol::sales::review::{CaseCandidate, CaseDecision, PaymentCase};
use protocol::ui::AdminRequest;
use uuid::Uuid;

/// What is to be decided.
#[derive(Clone, Copy, PartialEq)]
enum Deciding {
    Nothing,
    Assign(Uuid),
    Note(Uuid),
}

/// The case, with what can be done about it.
#[component]
pub fn CaseCard(case: PaymentCase, ondone: EventHandler<()>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let mut deciding = use_signal(|| Deciding::Nothing);
    let moment = |at| format::zoned_moment(at, now, device_zone(), language);
    let method = if case.method.is_empty() { String::new() } else { format!(" · {}", case.method) };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-case": "{case.kind}",
                StatusChip { tone: "warn", icon: "triangle-alert", label: tr(&format!("case-{}", case.kind)), small: true }
                span { class: "muted tiny", {moment(case.at)} }
            }
            p { class: "number big",
                if let Some(amount) = case.amount { "{amount}" } else { {tr("case-amount-unknown")} }
            }
            p { class: "small", {tr(&format!("case-{}-why", case.kind))} }
            if !case.whose.is_empty() {
                p { class: "small", "{case.whose}" }
            }
            Sums { rows: vec![(tr("case-payer"), payer(&case)), (tr("case-order"), case.order.clone()), (tr("case-reported"), format!("{}{method}", case.reported))] }
            if case.times > 1 {
                p { class: "muted tiny", {tra("case-times", &[("n", case.times.to_string()), ("time", moment(case.last_at))])} }
            }
            div { class: "row wrap actions",
                if case.can_assign {
                    Button { label: tr("case-assign"), kind: "primary", icon: "check", disabled: is_away(),
                        onclick: move |_| deciding.set(Deciding::Assign(bridge::new_id())) }
                }
                Button { label: tr("case-note"), icon: "sticky-note", disabled: is_away(),
                    onclick: move |_| deciding.set(Deciding::Note(bridge::new_id())) }
            }
        }
        match deciding() {
            Deciding::Nothing => rsx! {},
            Deciding::Assign(key) => rsx! {
                Decide { key: "{key}", id: key, case: case.clone(), assigns: true, ondone, onclose: move |()| deciding.set(Deciding::Nothing) }
            },
            Deciding::Note(key) => rsx! {
                Decide { key: "{key}", id: key, case: case.clone(), assigns: false, ondone, onclose: move |()| deciding.set(Deciding::Nothing) }
            },
        }
    }
}

/// Which purchase is meant, as far as that is known here.
#[derive(Clone, Default, PartialEq)]
struct Meant {
    purchase: Option<Uuid>,
    /// A number of which the server has to find the purchase.
    number: Option<PurchaseNumber>,
    /// Customer and connection.
    whose: String,
}

impl Meant {
    /// By what is typed: a number as it stands on receipts, or a whole identifier. `chosen` is what was pressed in the list.
    fn of(case: &PaymentCase, typed: &str, chosen: Option<Uuid>) -> Option<Self> {
        let own = case.purchase.map(|purchase| (purchase, case.whose.clone()));
        let listed = case.candidates.iter().map(|candidate| (candidate.purchase, candidate.whose.clone()));
        let mut known: Vec<(Uuid, String)> = listed.chain(own).collect();
        known.sort();
        known.dedup_by_key(|(purchase, _)| *purchase);
        let identifier = chosen.or_else(|| compact(typed).parse().ok());
        if let Some(purchase) = identifier {
            let whose = known.into_iter().find(|(known, _)| *known == purchase).map(|(_, whose)| whose);
            return Some(Self { purchase: Some(purchase), number: None, whose: whose.unwrap_or_default() });
        }
        let number: PurchaseNumber = typed.parse().ok()?;
        known.retain(|(purchase, _)| PurchaseNumber::of(*purchase) == number);
        Some(match known.pop() {
            Some((purchase, whose)) if known.is_empty() => Self { purchase: Some(purchase), number: None, whose },
            _ => Self { purchase: None, number: Some(number), whose: String::new() },
        })
    }
}

/// Whose money it is, and how much: said before anything is decided about it.
fn about(case: &PaymentCase, whose: &str) -> Vec<(String, String)> {
    let mut rows = vec![(tr("case-payer"), payer(case))];
    if !whose.is_empty() {
        rows.insert(0, (tr("customer"), whose.to_owned()));
    }
    rows.push((tr("money-amount"), case.amount.map_or_else(|| tr("case-amount-unknown"), |amount| amount.to_string())));
    rows
}

fn payer(case: &PaymentCase) -> String {
    if case.payer.is_empty() { tr("case-payer-unknown") } else { case.payer.clone() }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Decide(id: Uuid, case: PaymentCase, assigns: bool, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let of = case.id;
    let number = use_signal(|| case.purchase.map(|purchase| PurchaseNumber::of(purchase).to_string()).unwrap_or_default());
    let chosen = use_signal(|| case.purchase);
    let mut note = use_signal(String::new);
    let act = use_act();
    let mut tried = use_signal(|| false);
    let meant = if assigns { Meant::of(&case, &number.read(), chosen()) } else { Some(Meant::default()) };
    let whose = if assigns { meant.clone().unwrap_or_default().whose } else { case.whose.clone() };
    let no_purchase = meant.is_none().then(|| tr("case-purchase-wrong"));
    let no_reason = is_silent(&note.read()).then(|| tr("refused-reason"));
    let is_unlisted = meant.as_ref().is_some_and(|meant| meant.number.is_some());
    let wrong = misses(tried(), [("case-purchase", no_purchase.clone()), ("case-reason", no_reason.clone())]);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(Meant { purchase, number, .. }) = meant.clone().filter(|_| !is_silent(&note.read())) else { return };
        let body = CaseDecision { key: id, of, purchase, number, note: note.read().trim().to_owned() };
        act.send(AdminRequest::DecideCase(body), move |_| {
            shared.toast(tr(if assigns { "case-assigned" } else { "case-noted" }));
            ondone.call(());
            onclose.call(());
        });
    };
    rsx! {
        Dialog { title: tr(if assigns { "case-assign-title" } else { "case-note-title" }), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr(if assigns { "case-assign-lead" } else { "case-note-lead" })} }
            if assigns {
                Candidates { list: case.candidates.clone(), number, chosen }
            }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong }
                if assigns {
                    Number { number, chosen, is_unlisted, error: no_purchase.filter(|_| tried()) }
                }
                div { "data-whose": "{whose}", Sums { rows: about(&case, &whose) } }
                Reason { id: "case-reason", value: note(), hint: tr("office-reason-hint"), error: no_reason.filter(|_| tried()),
                    oninput: move |text| note.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(if assigns { "case-assign" } else { "case-note" }), kind: "primary", icon: "check", r#type: "submit",
                        busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The number of the purchase, as it stands on receipts.
#[component]
fn Number(number: Signal<String>, chosen: Signal<Option<Uuid>>, is_unlisted: bool, error: Option<String>) -> Element {
    let mut number = number;
    let mut chosen = chosen;
    let hint = tr(if is_unlisted { "case-purchase-unlisted" } else { "case-purchase-hint" });
    let typed = move |text: String| {
        chosen.set(None);
        number.set(text);
    };
    rsx! {
        Entry { id: "case-purchase", label: tr("case-purchase"), value: number(), hint, error, oninput: typed }
    }
}

/// Purchases that the money could be for, to choose one.
#[component]
fn Candidates(list: Vec<CaseCandidate>, number: Signal<String>, chosen: Signal<Option<Uuid>>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let mut number = number;
    let mut chosen = chosen;
    if list.is_empty() {
        return rsx! { p { class: "muted small", {tr("case-candidates-none")} } };
    }
    let mut choose = move |purchase: Uuid| {
        chosen.set(Some(purchase));
        number.set(PurchaseNumber::of(purchase).to_string());
    };
    let entered = chosen()
        .filter(|chosen| list.iter().any(|candidate| candidate.purchase == *chosen))
        .or(list.first().map(|first| first.purchase));
    rsx! {
        div { class: "methods", role: "radiogroup", "aria-label": tr("case-candidates"),
            for CaseCandidate { purchase , whose , to_pay , at , .. } in list {
                button { key: "{purchase}", r#type: "button", class: "method", role: "radio",
                    "aria-checked": if chosen() == Some(purchase) { "true" } else { "false" }, tabindex: if entered == Some(purchase) { "0" } else { "-1" },
                    onclick: move |_| choose(purchase),
                    span { class: "grow",
                        p { class: "number small", "{whose}" }
                        p { class: "muted tiny", "{PurchaseNumber::of(purchase)} · {to_pay} · " {format::zoned_moment(at, now, device_zone(), language)} }
                    }
                    if chosen() == Some(purchase) { Icon { name: "check" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(candidates: [u128; 2]) -> PaymentCase {
        let text = serde_json::json!({ "id": Uuid::nil(), "kind": "unknown_order", "order": "VA-1", "reported": "settlement", "method": "",
            "payer": "", "detail": "", "at": 0, "last_at": 0, "times": 1, "state": "open", "note": "", "can_assign": true,
            "candidates": candidates.map(|id| serde_json::json!({ "purchase": Uuid::from_u128(id), "whose": format!("Sari {id:x}"),
                "to_pay": 100_000, "at": 0, "state": "pending" })) });
        serde_json::from_value(text).expect("a case")
    }

    #[test]
    fn a_receipts_number_names_the_purchase_that_fits_and_the_server_finds_others() {
        let (one, other) = (0x1_1a2b_3c4d, 0x2_1a2b_3c4e);
        let case = case([one, other]);
        for typed in ["1A2B-3C4D", "1a2b 3c4d", &Uuid::from_u128(one).to_string()] {
            let meant = Meant::of(&case, typed, None).expect("a number");
            assert_eq!(
                (meant.purchase, meant.number, meant.whose.is_empty()),
                (Some(Uuid::from_u128(one)), None, false),
                "{typed}"
            );
        }
        let unlisted = Meant::of(&case, "00000001", None).expect("a number");
        assert_eq!((unlisted.purchase, unlisted.number), (None, Some(PurchaseNumber(1))));
        assert!(Meant::of(&case, "1A2B", None).is_none());
        assert_eq!(Meant::of(&case, "", Some(Uuid::from_u128(other))).expect("chosen").purchase, Some(Uuid::from_u128(other)));
    }

    #[test]
    fn a_number_of_two_purchases_is_left_to_the_server_unless_one_is_chosen() {
        let (one, other) = (0x1_1a2b_3c4d, 0x2_1a2b_3c4d);
        let case = case([one, other]);
        assert_eq!(Meant::of(&case, "1A2B-3C4D", None).expect("a number").purchase, None);
        assert_eq!(
            Meant::of(&case, "1A2B-3C4D", Some(Uuid::from_u128(other))).expect("chosen").purchase,
            Some(Uuid::from_u128(other))
        );
    }
}
