//! One customer: what two people changed, the record and its connections, each to be edited in place.

use crate::bridge;
use crate::components::form::{EditForm, Edits, FormField};
use crate::components::shell::device_zone;
use crate::components::states::explain;
use crate::components::status::judge;
use crate::components::{
    Button, CloseButton, ConflictCard, Connected, Empty, Failed, FullButton, Icon, Since, Skeleton, StatusChip, use_sending,
};
use crate::i18n::tr;
use crate::pages::admin::ask::is_away;
use crate::pages::metering::changes::{Change, ChangeDialog};
use crate::pages::metering::fleet::MeterView;
use crate::pages::people::customers::merge::MergeDialog;
use crate::pages::people::customers::standing;
use crate::pages::people::records::{connection_field, connection_key, customer_field, customer_key, patch, wrong};
use crate::pages::sales::counter::Balance;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::CustomerId;
use domain::people::Customer;
use domain::sync::edit::{ConnectionField, ConnectionRecord, CustomerField, Editable};
use protocol::sync::push::Operation;
use protocol::sync::rows::Connection;
use protocol::ui::{Answer, CustomerDetail, CustomerMeter, Keeping, Phase, Request};

/// One customer.
#[component]
pub fn Panel(
    customer: CustomerId,
    #[props(default)] full: bool,
    /// Gives it the whole width, or takes that away again; where there is room for it.
    #[props(default)]
    onfull: Option<EventHandler<()>>,
    /// Another record with which this one is to be merged: the dialog is open from the beginning.
    #[props(default)]
    merge_with: Option<CustomerId>,
    /// That dialog was closed.
    #[props(default)]
    onmerged: Option<EventHandler<()>>,
) -> Element {
    let load = use_answer(
        move || Request::Customer { customer },
        |answer| match answer {
            Answer::Customer(detail) => Some(detail),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![40, 64, 200] } },
        Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
        Load::Ready(None) => rsx! { Empty { icon: "search", title: tr("error-not_found"), next: String::new() } },
        Load::Ready(Some(detail)) => rsx! { Content { detail: (**detail).clone(), full, onfull, merge_with, onmerged } },
    }
}

/// What is being edited.
#[derive(Clone, Copy, PartialEq)]
enum Editing {
    Nothing,
    Customer,
    Connection(domain::ConnectionId),
}

#[component]
fn Content(
    detail: CustomerDetail,
    full: bool,
    onfull: Option<EventHandler<()>>,
    merge_with: Option<CustomerId>,
    onmerged: Option<EventHandler<()>>,
) -> Element {
    let shared = shared();
    let mut editing = use_signal(|| Editing::Nothing);
    let mut merging = use_signal(|| merge_with.is_some());
    // The balance of one connection is requested at a time: a landlord has many.
    let opened = use_signal(|| detail.connections.first().map(|connection| connection.id));
    let customer = detail.customer.clone();
    // Without a keyring nothing can wait on this device: that is shown before the first edit.
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    let locked = keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live;
    let sending = use_sending();
    let submit = move |command: Operation| {
        sending.once(async move {
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    sending.begin_anew();
                    editing.set(Editing::Nothing);
                    let live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if live { "saved" } else { "saved-offline" }));
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    let id = customer.id;
    rsx! {
        Head { customer: customer.clone(), waiting: detail.waiting, full, onfull }
        Merging { detail: detail.clone(), open: merging, with: merge_with, onmerged }
        for conflict in detail.conflicts.iter() {
            ConflictCard { key: "{conflict.id}", conflict: conflict.clone() }
        }
        if locked {
            div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
        }
        div { class: if full { "detail full" } else { "detail" },
            div { class: "stack wide",
                if editing() == Editing::Customer {
                    EditForm { id: "customer", fields: customer_fields(&customer),
                        check: move |(name, text): (&'static str, String)| wrong::<Customer>(customer_key(name)?, &text),
                        oncancel: move |()| editing.set(Editing::Nothing),
                        onsave: move |edits: Edits| submit(Operation::EditCustomer { customer: id, patch: patch(edits, customer_key) }) }
                } else {
                    FieldRecords { customer: customer.clone() }
                    div { class: "row wrap",
                        Button { label: tr("edit"), icon: "pencil", disabled: locked, onclick: move |_| editing.set(Editing::Customer) }
                        Button { label: tr("merge-open"), kind: "quiet", icon: "users", disabled: locked, onclick: move |_| merging.set(true) }
                    }
                }
            }
            div { class: "stack wide",
                h2 { {tr("connections")} }
                for connection in detail.connections.iter().cloned() {
                    if editing() == Editing::Connection(connection.id) {
                        EditForm { key: "{connection.id}", id: "connection", fields: connection_fields(&connection),
                            check: move |(name, text): (&'static str, String)| wrong::<ConnectionRecord>(connection_key(name)?, &text),
                            oncancel: move |()| editing.set(Editing::Nothing),
                            onsave: move |edits: Edits| submit(Operation::EditConnection { connection: connection.id, patch: patch(edits, connection_key) }) }
                    } else {
                        div { key: "{connection.id}", class: "stack",
                            Supply { connection: connection.clone(), locked,
                                meter: detail.meters.iter().find(|meter| meter.connection == connection.id).cloned(),
                                onedit: { let id = connection.id; move |()| editing.set(Editing::Connection(id)) } }
                            Balance { customer: detail.customer.clone(), connection, open: opened }
                        }
                    }
                }
            }
        }
    }
}

/// The dialog in which the record is merged with another one, while it is open.
#[component]
fn Merging(detail: CustomerDetail, open: Signal<bool>, with: Option<CustomerId>, onmerged: Option<EventHandler<()>>) -> Element {
    let mut open = open;
    let close = move |()| {
        open.set(false);
        if let Some(onmerged) = onmerged {
            onmerged.call(());
        }
    };
    rsx! {
        if open() {
            MergeDialog { detail, with, onclose: close }
        }
    }
}

/// Who it is, and whether that takes the whole width.
#[component]
fn Head(customer: Customer, waiting: bool, full: bool, onfull: Option<EventHandler<()>>) -> Element {
    rsx! {
        div { class: "row between top edge",
            div { class: "grow",
                h2 { "{customer.name}" }
                p { class: "muted small", "{customer.number}" }
            }
            if let Some(onfull) = onfull {
                FullButton { full, onfull }
            }
            CloseButton {}
        }
        div { class: "row wrap",
            {standing(customer.status)}
            if waiting {
                StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
            }
        }
    }
}

#[component]
fn FieldRecords(customer: Customer) -> Element {
    let shown = CustomerField::ALL.into_iter().filter(|field| !matches!(field, CustomerField::Name | CustomerField::Status));
    rsx! {
        dl { class: "facts pair",
            for field in shown {
                div { key: "{field.as_str()}",
                    dt { {tr(&format!("field-{}", field.as_str()))} }
                    dd {
                        match customer.value(field) {
                            value if value.is_empty() => "–".to_owned(),
                            // Enough to compare with a card, not enough to copy one.
                            value if field == CustomerField::Nik => domain::people::nik::mask(&value),
                            value => value,
                        }
                    }
                }
            }
        }
    }
}

#[component]
fn Supply(connection: Connection, locked: bool, meter: Option<CustomerMeter>, onedit: EventHandler<()>) -> Element {
    let mut registering = use_signal(|| false);
    let (id, has_none) = (connection.id, connection.meter.is_none());
    rsx! {
        div { class: "supply row between",
            div { class: "grow",
                p { class: "number", "{connection.label}" }
                p { class: "muted small", "{connection.address}" }
                p { class: "muted tiny",
                    {tr(&format!("kind-{}", connection.kind.as_str()))} " · "
                    {tr(&format!("class-{}", connection.tariff_class.as_str()))}
                }
                if let Some(CustomerMeter { serial, now: latest, .. }) = meter {
                    div { class: "row wrap meter-at",
                        Link { class: "link number", to: MeterView::address_of(latest.id), Icon { name: "gauge", size: "s" } "{serial}" }
                        Connected { state: judge(&latest, shared().server_now()), small: true }
                        Since { now: latest }
                    }
                } else {
                    p { class: "muted tiny", {tr("meter-none-here")} }
                    // The row says so, not only that this device does not hold its meter.
                    if has_none {
                        Button { label: tr("meter-register"), kind: "quiet", icon: "plus", disabled: is_away(), onclick: move |_| registering.set(true) }
                        if is_away() {
                            p { class: "muted tiny", {tr("meter-away")} }
                        }
                    }
                }
            }
            button { class: "button quiet icon-only", r#type: "button", disabled: locked, "aria-label": "{tr(\"edit\")} {connection.address}",
                onclick: move |_| onedit.call(()), Icon { name: "pencil" }
            }
        }
        if registering() {
            ChangeDialog { change: Change::Register(id), about: connection.address.clone(), register: None, zone: device_zone(),
                onclose: move |()| registering.set(false) }
        }
    }
}

fn customer_fields(customer: &Customer) -> Vec<FormField> {
    CustomerField::ALL.map(|field| customer_field(field, customer.value(field))).to_vec()
}

fn connection_fields(connection: &Connection) -> Vec<FormField> {
    let record = ConnectionRecord {
        label: connection.label.clone(),
        address: connection.address.clone(),
        kind: connection.kind,
        tariff_class: connection.tariff_class,
        position: connection.position,
    };
    ConnectionField::ALL.map(|field| connection_field(field, record.value(field))).to_vec()
}
