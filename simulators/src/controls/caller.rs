//! The command line's way to the controls of the running simulator.

use super::Problem;
use crate::faults::asked::Asked;
use crate::faults::fleet::MeterView;
use crate::faults::kind::Kind;
use crate::plan::{Controls, Plan};
use domain::Serial;
use std::io::Error;

/// Where the controls of a plan's simulator are.
///
/// # Errors
/// It was started without controls, or never.
pub fn find(plan: Plan) -> std::io::Result<Controls> {
    plan.controls.ok_or_else(|| Error::other("no simulator with controls runs this demo: start it by `cargo xtask run`"))
}

/// Gives a meter a fault; returns what the meter does then.
///
/// # Errors
/// The simulator does not run, or refuses it.
pub async fn begin(controls: &Controls, asked: &Asked) -> std::io::Result<MeterView> {
    let request = reqwest::Client::new().post(format!("http://{}/faults", controls.address)).json(asked);
    answer(controls, request).await
}

/// Ends a meter's fault, if it is of this kind or none is said; returns what the meter does then.
///
/// # Errors
/// As [`begin`].
pub async fn end(controls: &Controls, meter: &Serial, kind: Option<Kind>) -> std::io::Result<MeterView> {
    let request = reqwest::Client::new().delete(format!("http://{}/faults/{meter}", controls.address));
    let kind = kind.map(|kind| ("kind", kind.as_str()));
    answer(controls, request.query(kind.as_slice())).await
}

async fn answer(controls: &Controls, request: reqwest::RequestBuilder) -> std::io::Result<MeterView> {
    let gone = |_| Error::other(format!("the simulator that was at {} does not run any more", controls.address));
    let response = request.bearer_auth(&controls.token).send().await.map_err(gone)?;
    let status = response.status();
    let body = response.bytes().await.map_err(Error::other)?;
    if status.is_success() {
        return Ok(serde_json::from_slice(&body)?);
    }
    let refused = serde_json::from_slice::<Problem>(&body);
    Err(Error::other(
        refused.map_or_else(|_| format!("something else answers at {}: {status}", controls.address), |why| why.error),
    ))
}
