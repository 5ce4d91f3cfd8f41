//! The button under which a customer saves a paper: the statement of a year, or the letter about a month.

use crate::bridge;
use crate::components::shell::language;
use crate::components::{Button, use_sending};
use crate::i18n::tr;
use crate::pages::exports::{deliver, refusal};
use crate::pages::reports::looking::ask;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ConnectionId;
use protocol::ui::reports::{CustomerPaper, PaperAsked};
use protocol::ui::{ReportsRequest, ReportsResponse};

/// Makes a customer's paper and saves it.
#[component]
pub fn PaperButton(connection: ConnectionId, paper: CustomerPaper, label: String) -> Element {
    let (shared, language) = (shared(), language());
    let sending = use_sending();
    let save = move |_| {
        sending.once(async move {
            let file = bridge::new_id();
            let said = match ask(ReportsRequest::Paper(PaperAsked { file, connection, paper })).await {
                Ok(ReportsResponse::Made(made)) => deliver(file, &made, shared, language).await,
                Ok(_) => Err(tr("export-not-made")),
                Err(problem) => Err(refusal(&problem)),
            };
            shared.toast(said.unwrap_or_else(|why| why));
        });
    };
    rsx! {
        Button { label, icon: "download", kind: "quiet", busy: sending.is_busy(), onclick: save }
    }
}
