//! The pages behind the first one of a list that the server holds.

use crate::components::Button;
use crate::i18n::tr;
use crate::pages::admin::ask::request;
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::alerts::DeadLetters;
use protocol::sales::admin::PurchasePage;
use protocol::sales::money::Statement;
use protocol::ui::{AdminRequest, AdminResponse};

/// A page with the cursor of the next one.
pub trait Page: Clone + PartialEq + 'static {
    /// Where to go on; `None` on the last page.
    fn next(&self) -> Option<i64>;
    /// The page in a response.
    fn of(response: AdminResponse) -> Option<Self>;
}

impl Page for Statement {
    fn next(&self) -> Option<i64> {
        self.next
    }

    fn of(response: AdminResponse) -> Option<Self> {
        if let AdminResponse::Statement(page) = response { Some(page) } else { None }
    }
}

impl Page for PurchasePage {
    fn next(&self) -> Option<i64> {
        self.next
    }

    fn of(response: AdminResponse) -> Option<Self> {
        if let AdminResponse::Purchases(page) = response { Some(page) } else { None }
    }
}

impl Page for DeadLetters {
    fn next(&self) -> Option<i64> {
        self.next
    }

    fn of(response: AdminResponse) -> Option<Self> {
        if let AdminResponse::DeadLetters(page) = response { Some(page) } else { None }
    }
}

/// What was loaded behind the first page. It goes when that changes: it may not follow on any more.
pub fn use_later<P: Page>(first: P) -> Signal<Vec<P>> {
    let mut later = use_signal(Vec::<P>::new);
    use_effect(use_reactive!(|first| {
        let _ = first;
        later.write().clear();
    }));
    later
}

/// A button for the page behind the last one, if there is one; `ask` makes the request that goes on from there.
#[component]
pub fn More<P: Page>(first: P, later: Signal<Vec<P>>, ask: Callback<i64, AdminRequest>) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let Some(next) = later.read().last().map_or_else(|| first.next(), Page::next) else { return rsx! {} };
    let more = move |_| {
        if busy.replace(true) {
            return;
        }
        spawn(async move {
            match request(ask.call(next)).await {
                Ok(response) => later.write().extend(P::of(response)),
                Err(problem) => shared.toast(say(&problem)),
            }
            busy.set(false);
        });
    };
    rsx! {
        Button { label: tr("audit-more"), kind: "quiet", icon: "chevron-down", busy: busy(), onclick: more }
    }
}
