//! A reading for a step: the same form and the same comparison as on the meter's page. The reading is a row of its own, which the server judges; the
//! answer names it.

use crate::components::{Failed, Skeleton};
use crate::i18n::tr;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::metering::meter::{Draft, Kept, RecordForm, use_facts};
use crate::state::Load;
use dioxus::prelude::*;
use domain::maintenance::record::{RecordContent, StepValue};
use domain::maintenance::template::StepNo;
use protocol::ui::WorkRow;

/// The form.
#[component]
pub fn ReadingForm(row: WorkRow, step: StepNo, onclose: EventHandler<()>) -> Element {
    let meter = row.order.meter;
    let adding = use_adding(&row);
    let draft = Draft::new();
    let facts = use_facts(meter);
    let kept = move |kept: Kept| {
        let value = StepValue::Reading { register: kept.register, reading: Some(kept.reading) };
        adding.add_at(kept.at, RecordContent::Answer { step, value });
    };
    match &*facts.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![96, 56] } },
        Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
        Load::Ready(None) => rsx! { p { {tr("meter-gone")} } },
        Load::Ready(Some(found)) => rsx! {
            RecordForm { meter, field_records: (**found).clone(), draft, onkept: kept, onclose }
        },
    }
}
