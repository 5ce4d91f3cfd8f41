//! Where the payment gateway says how payments go.

use crate::error::Error;
use crate::payments::{self, Notification};
use crate::state::App;
use crate::store::payments::Verdict;
use axum::extract::State;
use axum::http::StatusCode;
use protocol::problem::{Code, Problem};

/// Bytes of a notification at most.
pub const NOTIFICATION: usize = 16 * 1024;

/// Say how a payment goes. Signed; in any order and as often as one likes. What was taken, or known, is answered 200.
#[utoipa::path(post, path = "/payments/v1/midtrans", request_body = Notification, responses(
    (status = 200, description = "Taken, or known"), (status = 400, description = "Not a notification, or another amount", body = Problem),
    (status = 401, description = "A wrong signature", body = Problem), (status = 404, description = "No such order", body = Problem)))]
pub async fn midtrans(State(app): State<App>, body: String) -> Result<StatusCode, Error> {
    let refused = |code, detail| Err(Error::problem(code, detail));
    match payments::of(&app)?.hear(&app, &body).await? {
        // A word that we do not know is written down for a person; saying it again would not help.
        Verdict::Applied | Verdict::Known | Verdict::UnknownStatus => Ok(StatusCode::OK),
        Verdict::BadSignature => refused(Code::Unauthenticated, "the signature is wrong"),
        Verdict::Unreadable => refused(Code::BadRequest, "this is no notification"),
        Verdict::WrongAmount => refused(Code::BadRequest, "another amount was agreed on"),
        Verdict::UnknownOrder => refused(Code::NotFound, "there is no such order"),
    }
}
