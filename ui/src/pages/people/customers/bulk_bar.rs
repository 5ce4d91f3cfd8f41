//! What can be done with those who are ticked.

use crate::components::Button;
use crate::components::shell::language;
use crate::format;
use crate::i18n::tr;
use crate::i18n::tra;
use crate::pages::people::customers::change::ChangeDialog;
use crate::pages::people::customers::message::MessageDialog;
use crate::pages::people::customers::picking::{Picking, selection};
use dioxus::prelude::*;
use protocol::ui::CustomerQuery;
use protocol::ui::bulk::Selection;

/// The bar; `matching` rows are in the list.
#[component]
pub fn BulkBar(picking: Picking, matching: u32, query: Memo<CustomerQuery>) -> Element {
    // Those who are ticked when it is opened.
    let mut changed = use_signal(|| None::<Selection>);
    let mut addressed = use_signal(|| None::<Selection>);
    let count = picking.count();
    let whole = |count: u32| format::whole(i64::from(count), language());
    rsx! {
        div { class: "bulk-bar", role: "group", "aria-label": tr("bulk-bar"),
            span { class: "number", role: "status", "data-picked-count": "{count}", {tra("bulk-count", &[("n", whole(count))])} }
            if count < matching {
                Button { label: tra("bulk-all", &[("n", whole(matching))]), kind: "quiet", icon: "check",
                    onclick: move |_| picking.pick_all(query.peek().matching(), matching) }
            }
            if count > 0 {
                Button { label: tr("bulk-none"), kind: "quiet", icon: "x", onclick: move |_| picking.clear() }
            }
            Button { label: tr("announcement-title"), kind: "secondary", icon: "bell", disabled: count == 0,
                onclick: move |_| addressed.set(Some(selection(picking))) }
            Button { label: tr("bulk-change"), kind: "primary", icon: "pencil", disabled: count == 0,
                onclick: move |_| changed.set(Some(selection(picking))) }
        }
        if let Some(chosen) = changed() {
            ChangeDialog { selection: chosen, ondone: move |()| picking.turn(), onclose: move |()| changed.set(None) }
        }
        if let Some(chosen) = addressed() {
            MessageDialog { selection: chosen, ondone: move |()| picking.turn(), onclose: move |()| addressed.set(None) }
        }
    }
}
