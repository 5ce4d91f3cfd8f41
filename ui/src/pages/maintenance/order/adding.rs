//! What is recorded under an order, once: its name is made with its form, so that the same form records the same.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Sending, use_sending};
use crate::pages::maintenance::step::send;
use crate::pages::metering::meter::say_kept;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::maintenance::record::RecordContent;
use domain::maintenance::template::StepNo;
use domain::{MeterId, UtcMillis, WorkOrderId, WorkRecordId};
use protocol::Problem;
use protocol::sync::push::Operation;
use protocol::sync::work::NewWorkRecord;
use protocol::ui::{Answer, Request, WorkRow};

/// A record that a form makes.
#[derive(Clone, Copy, PartialEq)]
pub struct Adding {
    record: WorkRecordId,
    order: WorkOrderId,
    meter: MeterId,
    sending: Sending,
    shared: Shared,
}

/// A record of an order that is yet to be made.
pub fn use_adding(row: &WorkRow) -> Adding {
    let record = use_hook(|| WorkRecordId(bridge::new_id()));
    Adding { record, order: row.order.id, meter: row.order.meter, sending: use_sending(), shared: shared() }
}

impl Adding {
    /// Whether it is on its way.
    pub fn is_busy(self) -> bool {
        self.sending.is_busy()
    }

    fn operation(self, at: UtcMillis, content: RecordContent) -> Operation {
        let Self { record, order, meter, .. } = self;
        Operation::AddWorkRecord(NewWorkRecord { record, order, meter, at, content })
    }

    /// Records something, and closes the form.
    pub fn add(self, content: RecordContent, onclose: EventHandler<()>) {
        send(self.sending, self.operation(bridge::now(), content), onclose);
    }

    /// Records a picture: it is kept on this device first, and sent before the record is.
    pub fn add_photo(self, base64: String, (step, taken_at): (Option<StepNo>, UtcMillis), onclose: EventHandler<()>) {
        let shared = self.shared;
        self.sending.once(async move {
            match self.keep_photo(base64, step, taken_at).await {
                Ok(()) => {
                    say_kept();
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    }

    async fn keep_photo(self, base64: String, step: Option<StepNo>, taken_at: UtcMillis) -> Result<(), Problem> {
        let Answer::Attached(blob) = bridge::call(Request::Attach { base64 }).await? else { return Ok(()) };
        let content = RecordContent::Photo { step, blob, taken_at, position: None };
        let command = self.operation(taken_at, content);
        bridge::call(Request::SubmitAs { op: self.sending.id(), command }).await.map(drop)
    }

    /// Records something at an instant, also when the form is closed meanwhile.
    pub fn add_at(self, at: UtcMillis, content: RecordContent) {
        let (op, command, shared) = (self.sending.id(), self.operation(at, content), self.shared);
        dioxus::core::spawn_forever(async move {
            if let Err(problem) = bridge::call(Request::SubmitAs { op, command }).await {
                shared.toast(explain(&problem));
            }
        });
    }
}
