//! Acts that are sent once: the latch is on the handler itself, and set before anything is drawn anew, so that a second press in the same
//! moment finds it closed. The identity of an act is made with its form: what is sent again from one form is the same act.

use crate::bridge::new_id;
use dioxus::prelude::*;
use std::future::Future;
use uuid::Uuid;

/// The latch of one form.
#[derive(Clone, Copy, PartialEq)]
pub struct Sending {
    is_on_its_way: Signal<bool>,
    id: Signal<Uuid>,
}

/// A latch, and the identity of what the form sends.
pub fn use_sending() -> Sending {
    Sending { is_on_its_way: use_signal(|| false), id: use_signal(new_id) }
}

impl Sending {
    /// Whether something is on its way; for what shows it.
    pub fn is_busy(self) -> bool {
        (self.is_on_its_way)()
    }

    /// The identity of the act.
    pub fn id(self) -> Uuid {
        *self.id.peek()
    }

    /// Another act begins in the same form.
    pub fn begin_anew(self) {
        let mut id = self.id;
        id.set(new_id());
    }

    /// Sends, unless something is on its way.
    pub fn once(self, act: impl Future<Output = ()> + 'static) {
        let mut is_on_its_way = self.is_on_its_way;
        if *is_on_its_way.peek() {
            return;
        }
        is_on_its_way.set(true);
        spawn(async move {
            act.await;
            is_on_its_way.set(false);
        });
    }
}
