//! Opening balances of imports that wait for a second admin: all of an import at once, or one by one.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::CustomersView;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use protocol::sales::openings::{OpeningDecision, WaitingOpening, WaitingOpenings};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// What is about to be decided: one of them, or all of the import.
#[derive(Clone, PartialEq)]
struct Question {
    /// Makes it happen once, however often it is pressed.
    key: Uuid,
    of: Option<WaitingOpening>,
    approve: bool,
}

/// The opening balances of an import, with what can be done about them. Who imported them cannot approve them.
#[component]
pub fn OpeningsCard(openings: WaitingOpenings, ondone: EventHandler<()>) -> Element {
    let shared = shared();
    let (now, language) = ((shared.now)(), language());
    let mut question = use_signal(|| None::<Question>);
    let ask = use_callback(move |(of, approve): (Option<WaitingOpening>, bool)| {
        question.set(Some(Question { key: bridge::new_id(), of, approve }));
    });
    let me = shared.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.id);
    let is_own = me == Some(openings.asked_by);
    let left_out = openings.count.saturating_sub(openings.rows.len() as i64);
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-openings": "{openings.import}",
                p { class: "number", {name(&openings)} }
                span { class: "muted tiny", {format::zoned_moment(openings.asked_at, now, device_zone(), language)} }
            }
            Sums { rows: sums(&openings) }
            if is_own {
                p { class: "muted small row", Icon { name: "hourglass", size: "s" } {tr("opening-own")} }
            } else {
                div { class: "row wrap actions",
                    Button { label: tr("opening-approve-all"), kind: "primary", icon: "check", disabled: is_away(), onclick: move |_| ask.call((None, true)) }
                    Button { label: tr("opening-decline-all"), kind: "danger", icon: "x", disabled: is_away(), onclick: move |_| ask.call((None, false)) }
                }
            }
            ul { class: "money-lines", "aria-label": tr("opening-largest"),
                for opening in openings.rows.clone() {
                    Line { key: "{opening.id}", opening, is_own, onask: move |(of, approve)| ask.call((Some(of), approve)) }
                }
            }
            if left_out > 0 {
                p { class: "muted small", {tra("opening-left-out", &[("n", format::whole(left_out, language))])} }
            }
        }
        if let Some(asked) = question() {
            Decide { key: "{asked.key}", question: asked, openings: openings.clone(), ondone, onclose: move |()| question.set(None) }
        }
    }
}

/// One of them.
#[component]
fn Line(opening: WaitingOpening, is_own: bool, onask: EventHandler<(WaitingOpening, bool)>) -> Element {
    let WaitingOpening { customer, whose, amount, row, .. } = opening.clone();
    let label = |key: &str| tra(key, &[("whose", whose.clone()), ("amount", amount.to_string())]);
    let (approve, decline) = (label("opening-approve-one"), label("opening-decline-one"));
    let (one, other) = (opening.clone(), opening);
    rsx! {
        li { "data-opening": "{row}",
            div { class: "grow",
                Link { class: "link", to: CustomersView::address_of(customer), "{whose}" }
                p { class: "muted tiny", {tra("opening-row", &[("row", row.to_string())])} }
            }
            span { class: "number nowrap", "{amount}" }
            if !is_own {
                div { class: "row",
                    button { r#type: "button", class: "button quiet icon-only", "aria-label": approve.clone(), title: approve, disabled: is_away(),
                        onclick: move |_| onask.call((one.clone(), true)), Icon { name: "check" } }
                    button { r#type: "button", class: "button quiet icon-only", "aria-label": decline.clone(), title: decline, disabled: is_away(),
                        onclick: move |_| onask.call((other.clone(), false)), Icon { name: "x" } }
                }
            }
        }
    }
}

/// What the import is called.
fn name(openings: &WaitingOpenings) -> String {
    if openings.source.is_empty() { tr("opening-unnamed") } else { openings.source.clone() }
}

/// Who imported them, how many, and how much.
fn sums(openings: &WaitingOpenings) -> Vec<(String, String)> {
    let mut rows = vec![
        (tr("opening-asked-by"), openings.asked_by_name.clone()),
        (tr("opening-count"), format::whole(openings.count, language())),
    ];
    if openings.given.0 > 0 && openings.owed.0 < 0 {
        rows.push((tr("opening-given"), openings.given.to_string()));
        rows.push((tr("opening-owed"), openings.owed.to_string()));
    }
    rows.push((tr("opening-sum"), sum(openings).to_string()));
    rows
}

const fn sum(openings: &WaitingOpenings) -> Rupiah {
    Rupiah(openings.given.0.saturating_add(openings.owed.0))
}

/// The dialog.
#[component]
fn Decide(question: Question, openings: WaitingOpenings, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut note = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let Question { key, of, approve } = question;
    let (whose, amount, count) = match &of {
        Some(one) => (one.whose.clone(), one.amount, 1),
        None => (name(&openings), sum(&openings), openings.count),
    };
    let (import, up_to, of, tongue) = (openings.import, openings.up_to, of.map(|one| one.id), language());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_silent(&note.read()) {
            return;
        }
        let body = OpeningDecision { key, import, of, up_to, approve, note: note.read().trim().to_owned() };
        act.send(AdminRequest::DecideOpenings(body), move |answer| {
            if let AdminResponse::OpeningsDecided(decided) = answer {
                let said = if approve { "opening-approved" } else { "opening-declined" };
                shared.toast(tra(said, &[("n", format::whole(decided.decided, tongue))]));
            }
            ondone.call(());
            onclose.call(());
        });
    };
    let (kind, word) = if approve { ("primary", "approve") } else { ("danger", "decline") };
    let no_reason = is_silent(&note.read()).then(|| tr("refused-reason"));
    let values = [("amount", amount.to_string()), ("n", format::whole(count, tongue))];
    rsx! {
        Dialog { title: tr(&format!("opening-{word}-title")), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "number", "data-whose": "{whose}", "{whose}" }
            p { class: "muted small", {tra(&format!("opening-{word}-lead"), &values)} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("opening-reason", no_reason.clone())]) }
                Reason { id: "opening-reason", value: note(), hint: tr("office-reason-hint"), error: no_reason.filter(|_| tried()),
                    oninput: move |text| note.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(&format!("opening-{word}")), kind, icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
