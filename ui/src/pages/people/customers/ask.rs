//! Requests of Pelanggan for many at once.

use crate::bridge;
use crate::state::{Load, use_answer_of};
use dioxus::prelude::*;
use domain::ZoneId;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::bulk::ZoneChoice;
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

/// The zones into which connections can be moved, by name; none until they were read.
pub fn use_zones() -> Vec<ZoneChoice> {
    let load = use_answer_of(
        || Request::Bulk(BulkRequest::Zones),
        |answer| match response(answer)? {
            BulkResponse::Zones(zones) => Some(zones),
            _ => None,
        },
    );
    let load = load.read();
    if let Load::Ready(zones) = &*load { zones.clone() } else { Vec::new() }
}

/// The name of one of them.
pub fn zone_name(zones: &[ZoneChoice], id: ZoneId) -> String {
    zones.iter().find(|zone| zone.id == id).map_or_else(|| "…".to_owned(), |zone| zone.name.clone())
}
