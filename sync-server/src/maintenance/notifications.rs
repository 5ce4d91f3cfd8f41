//! Who is notified of work: customers of visits, technicians of their day and of what they are given, admins of what is overdue. When that is due,
//! `domain::maintenance::notifications` says. What holds of a visit is what its customer was notified of and has not passed: it is found by the beginning
//! of its dedupe key, which names the order.

use crate::alerts::enqueue::{NewNotification, enqueue};
use crate::alerts::inbox;
use crate::alerts::rows::{notifications, outbound};
use crate::core::{Db, Tx};
use crate::error::Error;
use crate::maintenance::rows::NewOrder;
use crate::maintenance::rows::notifications as rows;
use crate::maintenance::rows::notifications::{Jobs, NoticedOrder, OrderAt};
use crate::metering::rows::installations;
use domain::alerts::content::Content;
use domain::alerts::kinds::AlertKind;
use domain::maintenance::notifications::{Standing, VISIT_AHEAD_MS, VisitDue, VisitState, is_soon, is_visit};
use domain::maintenance::work_order::{Progress, Window};
use domain::{LocalDay, TimeZone};
use uuid::Uuid;

/// What somebody was notified of about an order and has not passed: the keys, and what each says.
type Open = Vec<(i64, Content)>;

/// What the dedupe keys of an order begin with, whose notifications pass together.
#[derive(Clone, Copy)]
enum Keys {
    /// What its customer waits for.
    Visit,
    /// What its technician was given.
    Assigned,
}

impl Keys {
    /// As it is written, with what stands behind all of them in the order of text.
    fn of(self, id: [u8; 16]) -> (String, String) {
        let word = match self {
            Self::Visit => "visit",
            Self::Assigned => "assigned",
        };
        let id = Uuid::from_bytes(id).simple().to_string();
        (format!("{word}:{id}:"), format!("{word}:{id};"))
    }

    /// What was notified of with them.
    fn open(self, db: &Db, (id, meter): OrderAt) -> Result<Open, Error> {
        let Some(connection) = installations::last_connection(db, meter)? else { return Ok(Open::new()) };
        let (first, behind) = self.of(id);
        notifications::open(db, connection, AlertKind::Work, (first.as_str(), behind.as_str()))
    }
}

/// Marks what somebody was notified of as passed.
fn clear(tx: &mut Tx<'_>, open: &[(i64, Content)]) -> Result<(), Error> {
    for (num, _) in open {
        notifications::clear_one(tx, *num)?;
        inbox::publish(tx, *num)?;
    }
    Ok(())
}

/// The window that a customer was notified of last.
fn announced_window(open: &[(i64, Content)]) -> Option<Window> {
    open.iter().rev().find_map(|(_, content)| match content {
        Content::Visit { from, until, .. } => Some(Window { from: *from, until: *until }),
        _ => None,
    })
}

/// Notifies the customer of an order that was announced, where it is a visit and comes near enough.
///
/// # Errors
/// The database.
pub fn announced(tx: &mut Tx<'_>, new: &NewOrder<'_>) -> Result<(), Error> {
    let is_near = new.schedule.is_none() || new.window.from.since(tx.now) <= VISIT_AHEAD_MS;
    // Most of what a schedule announces is far.
    if !is_near || !is_visit(new.work) || new.window.from <= tx.now {
        return Ok(());
    }
    settle(tx, (*new.id.0.as_bytes(), new.meter))
}

/// Brings what the customer of an order was notified of into line with the order.
///
/// # Errors
/// The database.
pub fn settle(tx: &mut Tx<'_>, at: OrderAt) -> Result<(), Error> {
    let open = Keys::Visit.open(tx, at)?;
    let Some(order) = rows::order(tx, at.0)? else { return clear(tx, &open) };
    match order.visit.due(announced_window(&open), tx.now) {
        VisitDue::Nothing => Ok(()),
        VisitDue::Clear => clear(tx, &open),
        VisitDue::Notify(state) => {
            clear(tx, &open)?;
            notify_customer(tx, &order, state)
        }
    }
}

/// The same behind a turn or the end of an order: while it is to be begun still, nobody is notified again.
///
/// # Errors
/// The database.
pub fn followed(tx: &mut Tx<'_>, at: OrderAt, after: &Progress) -> Result<(), Error> {
    if Standing::of(after) == Standing::Waits { Ok(()) } else { ended(tx, at) }
}

/// Brings what was notified of an order that nobody waits for any more into line with it.
///
/// # Errors
/// The database.
pub fn ended(tx: &mut Tx<'_>, at: OrderAt) -> Result<(), Error> {
    settle(tx, at)?;
    let given = Keys::Assigned.open(tx, at)?;
    clear(tx, &given)
}

fn notify_customer(tx: &mut Tx<'_>, order: &NoticedOrder, state: VisitState) -> Result<(), Error> {
    let (visit, _) = Keys::Visit.of(order.id.0.into_bytes());
    let dedupe_key = match state {
        VisitState::Planned | VisitState::Moved => format!("{visit}{}", order.rev),
        VisitState::Reminder => format!("{visit}reminder:{}", order.visit.window.from.0),
        // Nobody waits for it any more.
        VisitState::Cancelled => format!("visit_cancelled:{}:{}", order.id.0.simple(), order.rev),
    };
    let content = Content::Visit {
        order: order.id,
        work: order.visit.work,
        from: order.visit.window.from,
        until: order.visit.window.until,
        time_zone: order.time_zone,
        state,
        choice: order.choice.clone(),
    };
    for user in outbound::users_of_connection(tx, order.connection)? {
        let (connection, dedupe_key, content) = (Some(order.connection), dedupe_key.clone(), content.clone());
        enqueue(tx, &NewNotification { user, connection, meter: None, dedupe_key, content })?;
    }
    Ok(())
}

/// Reminds the customer of an order whose visit is on the day behind this one.
///
/// # Errors
/// The database.
pub fn remind(tx: &mut Tx<'_>, at: OrderAt, day: LocalDay) -> Result<(), Error> {
    let open = Keys::Visit.open(tx, at)?;
    let Some(order) = rows::order(tx, at.0)? else { return Ok(()) };
    if order.visit.is_reminded(announced_window(&open), (order.time_zone, day)) {
        notify_customer(tx, &order, VisitState::Reminder)?;
    }
    Ok(())
}

/// Notifies whoever is to do an order, where somebody else (key) has given it to them or moved it and it is to be done soon.
///
/// # Errors
/// The database.
pub fn assigned(tx: &mut Tx<'_>, at: OrderAt, author: i64) -> Result<(), Error> {
    let given = Keys::Assigned.open(tx, at)?;
    clear(tx, &given)?;
    let Some(order) = rows::order(tx, at.0)? else { return Ok(()) };
    let Some(user) = order.technician.filter(|user| *user != author) else { return Ok(()) };
    let window = order.visit.window;
    if order.visit.standing != Standing::Waits || !is_soon(window, tx.now) {
        return Ok(());
    }
    let (key, _) = Keys::Assigned.of(at.0);
    let (order_id, work, serial) = (order.id, order.visit.work, order.serial);
    let content =
        Content::Assigned { order: order_id, work, serial, from: window.from, until: window.until, time_zone: order.time_zone };
    let (connection, dedupe_key) = (Some(order.connection), format!("{key}{}", order.rev));
    enqueue(tx, &NewNotification { user, connection, meter: None, dedupe_key, content })?;
    Ok(())
}

/// Notifies a technician of the jobs of a day, once for that day.
///
/// # Errors
/// The database.
pub fn workday(tx: &mut Tx<'_>, (day, time_zone): (LocalDay, TimeZone), of: Jobs) -> Result<(), Error> {
    let content = Content::Workday { day, jobs: of.jobs, first_at: of.first_at, time_zone };
    let (user, dedupe_key) = (of.technician, format!("workday:{}", day.0));
    enqueue(tx, &NewNotification { user, connection: None, meter: None, dedupe_key, content })?;
    Ok(())
}

/// Notifies the admins of a utility (key) of so many orders that are overdue on a day, once for that day.
///
/// # Errors
/// The database.
pub fn overdue(tx: &mut Tx<'_>, utility: i64, (day, orders): (LocalDay, u32)) -> Result<(), Error> {
    for user in outbound::admins(tx, utility)? {
        let (dedupe_key, content) = (format!("overdue:{}", day.0), Content::Overdue { day, orders });
        enqueue(tx, &NewNotification { user, connection: None, meter: None, dedupe_key, content })?;
    }
    Ok(())
}
