//! Settlement files of the payment gateway: each row is compared with the payment that it names, what is missing on either side is a list to be
//! decided, and what the gateway keeps is a cost, once for each order.

use crate::billing::ledger;
use crate::billing::ledger::TransferContext;
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit, scope};
use crate::error::Error;
use crate::sales::cases::NewCase;
use crate::sales::payments;
use crate::sales::rows::settlement_lists as lists;
use crate::sales::rows::settlements as rows;
use crate::sales::rows::settlements::{File, Named, NewLine, Stored};
use crate::sales::unnamed::STEP;
use crate::sales::{cases, counter, unnamed};
use crate::state::App;
use domain::UtcMillis;
use domain::billing::ledger::Event;
use domain::sales::payment::OrderId;
use domain::sales::reconciliation::{
    Because, Known, LineState, LineVerdict, MOST_ROWS, Others, SettlementRow, WENT_BACK, is_mostly, is_off, judge,
};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::settlements::{
    LineDecision, LineDeed, ROWS_TOGETHER, SettlementDetail, SettlementLine, SettlementPart, SettlementProgress, Settlements,
    SettlementsAsked,
};
use std::time::Instant;
use uuid::Uuid;

/// Characters of a file's name that are kept, and of the words of a row at most.
const LONGEST: usize = 120;

/// Rows that are handed to one transaction at most. It takes as many of them as fit into a [`STEP`], so that the writer is free again soon, however
/// slowly the disk finds what they name.
const ROWS_AT_ONCE: usize = 50;

/// The times that a transaction can have: from 1970 until 2200.
const TIMES: std::ops::Range<UtcMillis> = UtcMillis(0)..UtcMillis(7_258_118_400_000);

/// The first amount that no payment can be.
const TOO_LARGE: u64 = 1_000_000_000_000;

/// Files that were brought, and one of them with a page of its lines.
///
/// # Errors
/// No such file of the utility, or the database.
pub fn shown(db: &Db, utility: i64, asked: &SettlementsAsked) -> Result<Settlements, Error> {
    let files = lists::files(db, utility)?;
    let Some(id) = asked.file.or_else(|| files.first().map(|newest| newest.file)) else {
        return Ok(Settlements { files, shown: None });
    };
    let file = rows::file(db, utility, id)?;
    let file = file.ok_or_else(|| Error::problem(Code::NotFound, "there is no such settlement file"))?;
    let (lines, next) = lists::lines(db, file.num, asked.verdict, asked.after.unwrap_or(0))?;
    let shown = SettlementDetail { file: id, is_compared: file.is_compared, sums: lists::sums(db, file.num)?, lines, next };
    Ok(Settlements { files, shown: Some(shown) })
}

/// Takes a part of a file, compares its rows, and with the last of them looks for payments that no row names: some at a time, each in a transaction of
/// its own. The same part again changes nothing, and goes on where it ended.
///
/// # Errors
/// A row or the number of rows is none (`settlement_rows`); most rows are outside of the times that the file names (`settlement_range`), or of other days
/// than their payments here (`settlement_dates`); or the database.
pub async fn bring(app: &App, admin: &Caller, mut part: SettlementPart) -> Result<SettlementProgress, Error> {
    check(&part)?;
    let (utility, asked) = (admin.utility, part.clone());
    app.store.read_of(admin.source(), move |db| check_times(db, utility, &asked)).await?;
    let (lines, file) = (std::mem::take(&mut part.lines), part.file);
    let writer = app.store.writer.by(admin);
    let mut left = lines.as_slice();
    loop {
        let now = &left[..left.len().min(ROWS_AT_ONCE)];
        let (by, step) = (admin.clone(), SettlementPart { lines: now.to_vec(), ..part.clone() });
        let taken = writer.work(move |tx| take(tx, &by, &step)).await?;
        left = &left[taken..];
        if left.is_empty() {
            break;
        }
    }
    loop {
        let by = admin.clone();
        let progress = writer.work(move |tx| look_on(tx, &by, file)).await?;
        if progress.is_compared || progress.received < part.rows {
            return Ok(progress);
        }
    }
}

/// Takes rows of a file: as many as fit into a [`STEP`], and one at least where there is one. Returns how many of them are here now, from the first on.
fn take(tx: &mut Tx<'_>, admin: &Caller, part: &SettlementPart) -> Result<usize, Error> {
    let started = Instant::now();
    let file = match rows::file(tx, admin.utility, part.file)? {
        Some(known) => known,
        None => begin(tx, admin, part)?,
    };
    if file.rows != part.rows {
        return Err(refused("settlement_rows: the file has another number of rows"));
    }
    if file.is_compared {
        return Ok(part.lines.len());
    }
    let (mut taken, mut came) = (0, 0);
    for row in &part.lines {
        if taken > 0 && started.elapsed() >= STEP {
            break;
        }
        taken += 1;
        if !rows::has_row(tx, file.num, row.row)? {
            compare(tx, admin, &file, row)?;
            came += 1;
        }
    }
    if file.received + came > file.rows {
        return Err(refused("settlement_rows: the file has more rows than were named"));
    }
    rows::add_received(tx, file.num, came)?;
    Ok(taken)
}

/// Goes on to look for payments that no row names, once all rows are there; says how far the file is.
fn look_on(tx: &mut Tx<'_>, admin: &Caller, id: Uuid) -> Result<SettlementProgress, Error> {
    let file = existing_file(tx, admin, id)?;
    if file.received == file.rows && !file.is_compared {
        unnamed::look(tx, admin.utility, &file)?;
    }
    let now = existing_file(tx, admin, id)?;
    Ok(SettlementProgress { file: id, received: now.received, is_compared: now.is_compared })
}

fn check(part: &SettlementPart) -> Result<(), Error> {
    let is_short = |text: &str, least: usize| (least..=LONGEST).contains(&text.chars().count());
    let is_sound = |row: &SettlementRow| {
        let amounts = [row.gross, row.fee, row.net.unwrap_or_default()];
        let is_small = amounts.iter().all(|amount| amount.0.unsigned_abs() < TOO_LARGE);
        let words = [&row.transaction, &row.method, &row.status];
        let is_named = is_short(&row.order, 1) && words.iter().all(|word| is_short(word, 0));
        row.row > 0 && is_named && is_small && TIMES.contains(&row.at)
    };
    let is_of_time = part.first_at <= part.last_at && TIMES.contains(&part.first_at) && TIMES.contains(&part.last_at);
    let is_file = (1..=MOST_ROWS).contains(&part.rows) && is_of_time;
    if is_file && part.lines.len() <= ROWS_TOGETHER && part.lines.iter().all(is_sound) {
        return Ok(());
    }
    Err(refused("settlement_rows: a file has 1 to 20,000 rows, each with an order, amounts and a time, and 500 come at once"))
}

/// Refuses rows of which most cannot be of this file and these days: days that a wrong date names would seem to have no payment at the gateway.
fn check_times(db: &Db, utility: i64, part: &SettlementPart) -> Result<(), Error> {
    let stretch = part.first_at..=part.last_at;
    let outside = part.lines.iter().filter(|row| !stretch.contains(&row.at)).count();
    if is_mostly(outside, part.lines.len()) {
        return Err(refused("settlement_range: most rows are outside of the times that the file names"));
    }
    let (mut off, mut known) = (0, 0);
    for row in &part.lines {
        let found = rows::named(db, &row.order, &row.transaction)?;
        if let Some(named) = found.filter(|named| named.utility == utility) {
            known += 1;
            off += usize::from(is_off(row.at, named.ours.started_at));
        }
    }
    if is_mostly(off, known) {
        return Err(refused("settlement_dates: most rows are of other days than their payments here"));
    }
    Ok(())
}

fn begin(tx: &mut Tx<'_>, admin: &Caller, part: &SettlementPart) -> Result<File, Error> {
    // A name says nothing that a file is refused for.
    let name: String = part.name.chars().take(LONGEST).collect();
    rows::add_file(tx, (admin.utility, admin.num), (part, &name))?;
    let changes = [("file", String::new(), name), ("rows", String::new(), part.rows.to_string())];
    audit::record(tx, &audit::Entry::by(admin, ("bring_settlement", part.file), (Office::Payments as u8, part.file)), changes)?;
    existing_file(tx, admin, part.file)
}

/// What a row comes to, by what is known of its order. `of` are the keys of its file and of its line; a new one comes after all others.
fn verdict_of(
    db: &Db,
    utility: i64,
    of: (i64, i64),
    row: &SettlementRow,
) -> Result<(Option<Named>, LineVerdict, Option<Because>), Error> {
    let found = rows::named(db, &row.order, &row.transaction)?;
    let (known, others) = match &found {
        None => (Known::Nobodys, Others::Silent),
        Some(named) if named.utility != utility => (Known::AnotherUtilitys, Others::Silent),
        Some(named) => (Known::Ours(named.ours), others(db, named.payment, of, row)?),
    };
    let (verdict, because) = judge(row, known, others);
    Ok((found.filter(|named| named.utility == utility), verdict, because))
}

/// What other rows say of a payment.
fn others(db: &Db, payment: i64, (file, line): (i64, i64), row: &SettlementRow) -> Result<Others, Error> {
    if rows::is_repeated(db, (file, payment), row)? {
        return Ok(Others::Repeated);
    }
    let earlier = rows::earlier(db, (file, payment), (row, line))?;
    Ok(earlier.map_or(Others::Silent, |(gross, fee)| Others::Earlier { gross, fee }))
}

/// Writes what a row comes to. A fee of what matches is a cost.
fn compare(tx: &mut Tx<'_>, admin: &Caller, file: &File, row: &SettlementRow) -> Result<(), Error> {
    let (named, verdict, because) = verdict_of(tx, admin.utility, (file.num, i64::MAX), row)?;
    let (of, place) = ((file.num, admin.utility), i64::from(row.row));
    let payment = named.as_ref().map(|named| named.payment);
    rows::insert(tx, &NewLine { of, place, row, payment, verdict, because })?;
    match named {
        Some(named) if verdict != LineVerdict::NotCompared => settle(tx, admin.num, &named, (verdict, row)),
        // What went back is at the gateway all the same.
        Some(named) if WENT_BACK.contains(&row.status.as_str()) => rows::found_at_gateway(tx, named.payment),
        _ => Ok(()),
    }
}

/// What follows once a row names a payment: it is not missing any more, and if both sides agree, the gateway's fee is a cost.
fn settle(tx: &mut Tx<'_>, by: i64, named: &Named, (verdict, row): (LineVerdict, &SettlementRow)) -> Result<(), Error> {
    rows::found_at_gateway(tx, named.payment)?;
    if verdict == LineVerdict::Matched { post_fee(tx, by, named, row) } else { Ok(()) }
}

/// Posts what the gateway keeps of an order, once: its fee, less what the payer paid of it on top.
fn post_fee(tx: &mut Tx<'_>, by: i64, named: &Named, row: &SettlementRow) -> Result<(), Error> {
    let fee = named.ours.cost(row);
    if fee.0 <= 0 {
        return Ok(());
    }
    let (purchase, _) = named.purchase;
    let context = TransferContext {
        connection: named.connection,
        at: tx.now,
        month: None,
        purchase: Some(purchase),
        who: Some(by),
        reason: "",
    };
    ledger::post_event(tx, &context, &Event::GatewayFee(fee), format!("gateway_fee:{}", named.order)).map(|_| ())
}

/// Decides about a line: it is accepted as it is, or goes on as a case. The same key again changes nothing.
///
/// # Errors
/// No such line of the utility; no reason (`reason`); another decision has the key (`key`); it is decided (`closed`); its money was decided about in a
/// case before (`case_decided`); or the database.
pub fn decide(tx: &mut Tx<'_>, admin: &Caller, asked: &LineDecision) -> Result<SettlementLine, Error> {
    counter::require_reason(&asked.note)?;
    let line = existing(tx, admin, asked.of)?;
    if let Some((of, state, note)) = rows::decided(tx, admin.utility, asked.key)? {
        let wanted = if asked.does == LineDeed::Case { LineState::Case } else { LineState::Accepted };
        let is_same = of == asked.of && state == wanted && note == asked.note.trim();
        return if is_same { shown_line(tx, admin, of) } else { Err(refused("key: this key is of another decision")) };
    }
    if line.state != LineState::Open {
        return Err(refused("closed: somebody has decided about it"));
    }
    let named = line.payment.map(|payment| rows::by_payment(tx, payment)).transpose()?.flatten();
    let (case, kind) = match asked.does {
        LineDeed::Case => (Some(open_case(tx, &line, named.as_ref())?), "case_settlement_line"),
        LineDeed::Accept => {
            if let Some(named) = named.as_ref().filter(|_| line.verdict == LineVerdict::Differs) {
                post_fee(tx, admin.num, named, &line.row)?;
            }
            (None, "accept_settlement_line")
        }
    };
    rows::decide(tx, line.num, admin.num, asked, case)?;
    let changes = [
        ("order", String::new(), line.row.order.clone()),
        ("amount", String::new(), line.row.gross.0.to_string()),
        ("verdict", String::new(), line.verdict.as_str().to_owned()),
        ("reason", String::new(), asked.note.trim().to_owned()),
    ];
    audit::record(tx, &audit::Entry::by(admin, (kind, asked.key), (Office::Payments as u8, line.id)), changes)?;
    shown_line(tx, admin, asked.of)
}

/// Opens a case of a line; returns its key. Money that nobody knows here is the same case that a notification of the gateway would have opened, so that
/// it is not given to a purchase twice.
fn open_case(tx: &mut Tx<'_>, line: &Stored, named: Option<&Named>) -> Result<i64, Error> {
    let row = &line.row;
    let is_unknown = line.verdict == LineVerdict::MissingWithUs;
    let same = match line.payment {
        _ if is_unknown => format!("unknown_order:{}:{}:settlement", row.order, row.gross.0),
        // A payment that several files of its day lack is one case.
        Some(payment) if line.verdict == LineVerdict::MissingAtGateway => format!("settlement_missing:{payment}"),
        _ => format!("settlement:{}", line.id),
    };
    if rows::state_of_case(tx, &same)?.is_some_and(|state| state != "open") {
        return Err(refused("case_decided: a case about this money was decided before; accept the line with a reason"));
    }
    let detail = format!("a settlement file of the gateway: {}", line.verdict.as_str());
    let new = NewCase {
        same: &same,
        kind: if is_unknown { "unknown_order" } else { "settlement" },
        order: &row.order,
        gateway_id: Some(row.transaction.as_str()).filter(|name| !name.is_empty()),
        purchase: named.map(|named| named.purchase.1),
        amount: Some(row.gross).filter(|gross| gross.0 > 0),
        reported: if is_unknown { "settlement" } else { &row.status },
        method: &row.method,
        detail: &detail,
        ..NewCase::default()
    };
    cases::open(tx, &new)
}

/// Has the gateway asked about the order of a line, and judges the line anew.
///
/// # Errors
/// No such line of the utility, no gateway, a name that is no order (`order_name`), it was asked often just now, or the database. That the gateway cannot
/// be reached is none: the line stays as it is.
pub async fn ask(app: &App, admin: Caller, of: Uuid) -> Result<SettlementLine, Error> {
    let asking = admin.clone();
    let order = app.store.read_of(admin.source(), move |db| {
        scope::require_unchanged(db, &asking)?;
        let line = existing(db, &asking, of)?;
        let named = line.payment.map(|payment| rows::by_payment(db, payment)).transpose()?.flatten();
        Ok(named.map_or(line.row.order, |named| named.order))
    });
    let order: OrderId = order.await?.parse().map_err(|_| refused("order_name: the gateway cannot be asked about this name"))?;
    let gateway = payments::of(app)?;
    gateway.may_ask(admin.id, of)?;
    gateway.ask_by_hand(app, &order).await?;
    // What the gateway has answered is judged, whatever has become of the admin meanwhile.
    app.store.writer.of(admin.source()).work(move |tx| judge_again(tx, &admin, of)).await
}

fn judge_again(tx: &mut Tx<'_>, admin: &Caller, of: Uuid) -> Result<SettlementLine, Error> {
    let line = existing(tx, admin, of)?;
    let can_change = matches!(line.verdict, LineVerdict::Differs | LineVerdict::MissingWithUs);
    if line.state == LineState::Open && can_change {
        let (named, verdict, because) = verdict_of(tx, admin.utility, (line.file, line.num), &line.row)?;
        rows::judge(tx, line.num, named.as_ref().map(|named| named.payment), (verdict, because))?;
        if let Some(named) = named.filter(|_| verdict != LineVerdict::NotCompared) {
            settle(tx, admin.num, &named, (verdict, &line.row))?;
        }
    }
    shown_line(tx, admin, of)
}

fn existing(db: &Db, admin: &Caller, id: Uuid) -> Result<Stored, Error> {
    rows::find(db, admin.utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such line"))
}

fn existing_file(db: &Db, admin: &Caller, id: Uuid) -> Result<File, Error> {
    rows::file(db, admin.utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such settlement file"))
}

fn shown_line(db: &Db, admin: &Caller, id: Uuid) -> Result<SettlementLine, Error> {
    lists::line(db, admin.utility, id)?.ok_or_else(|| Error::problem(Code::NotFound, "there is no such line"))
}

fn refused(detail: &str) -> Error {
    Error::problem(Code::BadRequest, detail)
}
