//! For whoever runs the server. To be kept from the outside by the proxy in front.

use crate::error::Error;
use crate::state::App;
use axum::extract::State;
use protocol::core::problem::Code;

/// The process runs.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "It runs")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The store reads and writes.
#[utoipa::path(get, path = "/readyz", responses((status = 200, description = "Ready"), (status = 503, description = "Not ready")))]
pub async fn readyz(State(app): State<App>) -> Result<&'static str, Error> {
    if app.store.is_readable().await && app.store.writer.is_alive() && !*app.stopping.borrow() {
        Ok("ready\n")
    } else {
        Err(Error::problem(Code::Busy, "not ready"))
    }
}

/// Metrics in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", responses((status = 200, description = "Metrics", content_type = "text/plain")))]
pub async fn metrics(State(app): State<App>) -> String {
    metrics::gauge!("indowater_writer_queue").set(app.store.writer.queued() as f64);
    app.metrics.render()
}
