//! Requests of Pelanggan for many at once.

use crate::bridge;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Answer, BulkRequest, BulkResponse, Request};

/// Sends one request.
pub async fn ask(request: BulkRequest) -> Result<BulkResponse, Problem> {
    let answer = bridge::call(Request::Bulk(request)).await?;
    response(answer).ok_or_else(|| Problem::new(Code::Internal, "another answer"))
}

/// The response in an answer.
pub fn response(answer: Answer) -> Option<BulkResponse> {
    if let Answer::Bulk(response) = answer { Some(*response) } else { None }
}
