//! Peringatan: cases of meters, what somebody was notified of, what they want to be notified of, and for admins the delivery queue and what a
//! utility sets about cases.

pub mod case;
mod case_answer;
mod case_assign;
mod case_chart;
pub mod case_words;
mod cases;
mod cases_together;
mod class_rules;
mod class_rules_edit;
mod dead_letters;
mod inbox;
mod limits;
mod line;
pub mod list;
mod matrix;
pub mod policy;
mod queue;
mod quiet;
pub mod settings;
mod view;
mod webhook;
mod words;

pub use view::AlertsView;

use crate::bridge;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{AlertsRequest, AlertsResponse, Answer, Request};

/// Asks about notifications.
async fn ask(request: AlertsRequest) -> Result<AlertsResponse, Problem> {
    let other = || Problem::new(Code::Internal, "another answer came");
    response(bridge::call(Request::Alerts(request)).await?).ok_or_else(other)
}

/// What an answer about notifications says.
fn response(answer: Answer) -> Option<AlertsResponse> {
    match answer {
        Answer::Alerts(response) => Some(*response),
        _ => None,
    }
}
