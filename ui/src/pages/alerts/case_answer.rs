//! One's own answer to a case: at once on this device, and sent when it can be.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, use_sending};
use crate::i18n::tr;
use crate::pages::alerts::case_words::{meaning, of_answer};
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::alerts::case::{CaseAnswer, LONGEST_REMARK};
use domain::people::Role;
use protocol::sync::push::Operation;
use protocol::sync::rows::MeterCase;
use protocol::ui::{CaseRow, Request};

/// What somebody of a role can say to a case now.
fn answers(role: Role, case: &MeterCase, now: UtcMillis) -> Vec<CaseAnswer> {
    let is_normal = case.normal_until.is_some_and(|until| until > now);
    let fits = |answer: &CaseAnswer| match answer {
        CaseAnswer::NotNormal => is_normal,
        // Said once more, it holds longer.
        CaseAnswer::Normal => case.status.is_open() || is_normal,
        CaseAnswer::NeedsTechnician => role == Role::Customer && case.status.is_open(),
        answer => case.status.is_open() && answer.status() != case.status,
    };
    CaseAnswer::ALL.iter().copied().filter(|answer| answer.is_allowed(role, case.about())).filter(fits).collect()
}

const fn picture(answer: CaseAnswer) -> &'static str {
    match answer {
        CaseAnswer::Normal | CaseAnswer::Confirmed | CaseAnswer::Repaired => "check",
        CaseAnswer::NeedsTechnician => "phone",
        CaseAnswer::Investigating => "search",
        CaseAnswer::FalsePositive => "x",
        CaseAnswer::NotNormal => "undo-2",
    }
}

/// The answers, and the question before one is given.
#[component]
pub fn Answers(row: CaseRow) -> Element {
    let shared = shared();
    let role = shared.role();
    let mut asking = use_signal(|| None::<CaseAnswer>);
    let choices = role.map(|role| answers(role, &row.case, (shared.now)())).unwrap_or_default();
    if choices.is_empty() {
        return rsx! {};
    }
    rsx! {
        Card {
            h2 { {tr("case-answer")} }
            div { class: "row wrap case-answers",
                for answer in choices {
                    Button { key: "{answer.as_str()}", label: of_answer(answer), icon: picture(answer), onclick: move |_| asking.set(Some(answer)) }
                }
            }
        }
        if let Some(answer) = asking() {
            Question { answer, case: row.case.clone(), onclose: move |()| asking.set(None) }
        }
    }
}

#[component]
fn Question(answer: CaseAnswer, case: MeterCase, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let mut remark = use_signal(String::new);
    let (connection, no) = (case.connection, case.no);
    let send = move |event: FormEvent| {
        event.prevent_default();
        sending.once(async move {
            let command = Operation::AnswerCase { connection, no, answer, remark: remark.peek().trim().to_owned() };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    shared.toast(tr("case-answered"));
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        Dialog { title: of_answer(answer), sheet: true, onclose,
            form { class: "stack wide", onsubmit: send,
                p { {meaning(answer, case.about())} }
                div { class: "field",
                    label { r#for: "case-remark", {tr("case-remark")} }
                    div { class: "input tall",
                        textarea { id: "case-remark", rows: "3", maxlength: "{LONGEST_REMARK}", value: "{remark}",
                            oninput: move |event| remark.set(event.value()) }
                    }
                }
                Button { label: of_answer(answer), kind: "primary", icon: picture(answer), r#type: "submit", busy: sending.is_busy(), full: true }
                Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
            }
        }
    }
}
