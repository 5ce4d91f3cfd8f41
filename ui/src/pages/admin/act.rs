//! Something that an admin does: sent once, its refusal said beside the button.

use crate::money::is_about_voucher;
use crate::pages::admin::ask::request;
use crate::pages::admin::words::say;
use dioxus::prelude::*;
use protocol::Problem;
use protocol::ui::{AdminRequest, AdminResponse};

/// How far it is.
#[derive(Clone, Copy, PartialEq)]
pub struct Act {
    busy: Signal<bool>,
    refused: Signal<Option<Problem>>,
}

/// Nothing was done yet.
pub fn use_act() -> Act {
    Act { busy: use_signal(|| false), refused: use_signal(|| None) }
}

impl Act {
    /// Whether an answer is waited for: the button is not pressed twice, and the dialog stays.
    pub fn is_busy(self) -> bool {
        (self.busy)()
    }

    /// Why it was refused, or that nobody knows whether it was done.
    pub fn refused(self) -> Option<String> {
        self.refused.read().as_ref().map(say)
    }

    /// Whether it was refused because of a voucher.
    pub fn is_about_voucher(self) -> bool {
        self.refused.read().as_ref().is_some_and(is_about_voucher)
    }

    /// Something else is to be done: what was said is about the act before.
    pub fn forget(self) {
        let mut refused = self.refused;
        refused.set(None);
    }

    /// Sends a request; `done` is called with what the server answered. Nothing is sent while an answer is waited for.
    pub fn send(self, body: AdminRequest, done: impl FnOnce(AdminResponse) + 'static) {
        let Self { mut busy, mut refused } = self;
        if *busy.peek() {
            return;
        }
        busy.set(true);
        refused.set(None);
        spawn(async move {
            let outcome = request(body).await;
            busy.set(false);
            match outcome {
                Ok(answer) => done(answer),
                Err(problem) => refused.set(Some(problem)),
            }
        });
    }
}
