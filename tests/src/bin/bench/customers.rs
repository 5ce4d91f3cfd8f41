//! What a device answers of 100,000 customers, and what a change of all of them costs: filters, searches and facets, the preview, and an edit of
//! somebody else while the change is being sent.
//!
//! `bench customers 20000` does it with so many.

use super::sync::device::{self, ask, until};
use super::sync::utility::{Utility, hire, person};
use super::{Line, Outcome, figure, median};
use client::Client;
use domain::people::CustomerStatus;
use domain::people::batch::BatchChange;
use domain::sync::edit::{Change, CustomerField, Patch};
use domain::{CustomerId, Rupiah, ZoneId};
use protocol::sync::push::Operation;
use protocol::ui::bulk::{
    BalanceLevel, BatchStage, BulkRequest, BulkResponse, Considered, CustomerFacets, CustomerMatch, MeterPresence, NewBatch,
    Selection,
};
use protocol::ui::{Answer, CustomerQuery, CustomerSort, Phase, Request};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tests::world::{PASSWORD, email};
use uuid::Uuid;

/// Customers.
const CUSTOMERS: usize = 100_000;

/// Times each question is asked, and a preview.
const ASKED: usize = 50;
const PREVIEWS: usize = 10;

/// Changes of the cache after each of which the first answer is timed.
const CHANGES: usize = 10;

/// The pause between two edits of somebody else.
const BETWEEN: Duration = Duration::from_millis(500);

/// A change of all that is not over after this will not be.
const WITHIN: Duration = Duration::from_secs(1_200);

/// Goals, in milliseconds.
const ANSWER_MS: f64 = 50.0;
const PREVIEW_MS: f64 = 1_000.0;
const EDIT_MS: f64 = 1_000.0;

const CACHE: &str = "cache: encrypted, WAL, synchronous = NORMAL";
const BOTH: &str = "server and outbox WAL + FULL, cache WAL + NORMAL";

/// Milliseconds beside a goal.
fn against(work: &str, goal: f64, ours: f64, durability: &str) -> Line {
    Line { peer: "goal".into(), theirs: Some(goal), ..figure(work, ours, 0.0, durability) }
}

/// What 95 of 100 stay under.
fn p95(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took.get((took.len() * 95 / 100).min(took.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let count = arguments.first().map_or(Ok(CUSTOMERS), |text| text.parse())?;
    let utility = Utility::start_with(count, 0, |tx, utility| hire(tx, utility, "other"))?;
    let folder = tempfile::tempdir()?;
    let [author, other] = ["author", "other"].map(|name| folder.path().join(name));
    device::run("fill", &utility.url, &author, 0)?;
    let (author, other) = (device::open(&utility.url, &author).await?, device::open(&utility.url, &other).await?);
    other.sign_in_as(&format!("{}:{PASSWORD}", email("other"))).await.map_err(|problem| problem.detail)?;
    for client in [&author, &other] {
        until(client, |state| state.phase == Phase::Live).await?;
    }
    let mut lines = answers(&author, &utility.customers).await?;
    lines.push(after_changes(&author, &utility.customers).await?);
    lines.push(preview(&author, count).await?);
    lines.extend(change_of_all(&author, &other, &utility.customers).await?);
    Ok(lines)
}

/// A question of the list: the `at`-th of its kind, with a zone where one is needed.
type Question = fn(usize, ZoneId) -> CustomerQuery;

const STATUSES: [CustomerStatus; 3] = [CustomerStatus::Active, CustomerStatus::Inactive, CustomerStatus::Suspended];
const NAMES: [&str; 4] = ["agus", "wulan santoso", "putu s", "nur"];

/// What the list is asked for.
const QUESTIONS: [(&str, Question); 10] = [
    ("everybody", |at, _| CustomerQuery { offset: at as u32 * 100, ..faceted(CustomerFacets::default()) }),
    ("filter, status", |at, _| faceted(CustomerFacets { status: vec![STATUSES[at % 3]], ..CustomerFacets::default() })),
    ("filter, zone", |_, zone| faceted(CustomerFacets { zones: vec![zone], ..CustomerFacets::default() })),
    ("filter, balance and level", |at, _| {
        let (levels, balance_from) = (vec![BalanceLevel::ALL[at % 5]], Some(Rupiah(0)));
        faceted(CustomerFacets { levels, balance_from, ..CustomerFacets::default() })
    }),
    ("filter, meter, sorted by zone", |at, _| {
        let facets = CustomerFacets { meters: vec![MeterPresence::ALL[at % 2]], ..CustomerFacets::default() };
        CustomerQuery { sort: CustomerSort::Zone, descending: at % 2 == 1, ..faceted(facets) }
    }),
    ("search, a name", |at, _| searched(NAMES[at % 4].into())),
    ("search, a number", |at, _| searched(format!("{}", 1_000_001 + at * 1_999))),
    ("search, a telephone", |at, _| searched(format!("0812{}", 1_000 + at * 37))),
    ("search, an address", |at, _| searched(format!("melati {}", 1 + at))),
    ("search, nothing found", |at, _| searched(format!("zzz{at}"))),
];

fn faceted(facets: CustomerFacets) -> CustomerQuery {
    CustomerQuery { facets, limit: 100, ..CustomerQuery::default() }
}

fn searched(search: String) -> CustomerQuery {
    CustomerQuery { search, limit: 100, ..CustomerQuery::default() }
}

/// Each question some times, warm, and the facets of the same customers.
async fn answers(client: &Client, customers: &[CustomerId]) -> Outcome<Vec<Line>> {
    let zone = match bulk(client, BulkRequest::Facets(CustomerMatch::default())).await? {
        BulkResponse::Facets(counts) => counts.zones.first().map(|zone| zone.id).ok_or("there is no zone")?,
        _ => return Err("no facets".into()),
    };
    let mut lines = Vec::new();
    let mut facets = Vec::new();
    for (name, question) in QUESTIONS {
        let mut took = Vec::with_capacity(ASKED);
        for at in 0..ASKED {
            let asked = question(at, zone);
            let matching = asked.matching();
            let started = Instant::now();
            let answer = ask(client, Request::Customers(asked)).await?;
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            if !matches!(&answer, Answer::Customers(found) if found.total as usize == customers.len()) {
                return Err("the list is not whole".into());
            }
            let started = Instant::now();
            bulk(client, BulkRequest::Facets(matching)).await?;
            facets.push(started.elapsed().as_secs_f64() * 1_000.0);
        }
        lines.push(against(&format!("{name}: p95 of {ASKED}"), ANSWER_MS, p95(took), CACHE));
    }
    lines.push(against(&format!("facets: p95 of {}", facets.len()), ANSWER_MS, p95(facets), CACHE));
    Ok(lines)
}

/// The first answer after one customer has changed, and nobody else: whatever follows that change is in it.
async fn after_changes(client: &Client, customers: &[CustomerId]) -> Outcome<Line> {
    let mut took = Vec::with_capacity(CHANGES);
    for round in 0..CHANGES {
        let place = (round * 7_919 + 13) % customers.len();
        edit(client, (customers[place], place), &format!("Kota {round}")).await?;
        until(client, |state| state.waiting == 0).await?;
        let started = Instant::now();
        ask(client, Request::Customers(searched("agus".into()))).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(against(&format!("the first search after a change of one row: p95 of {CHANGES}"), ANSWER_MS, p95(took), CACHE))
}

fn all_suspended() -> Considered {
    let selection = Selection::Matching { matching: Box::default(), except: Vec::new() };
    Considered { selection, change: BatchChange::Status(CustomerStatus::Suspended) }
}

async fn bulk(client: &Client, request: BulkRequest) -> Outcome<BulkResponse> {
    match ask(client, Request::Bulk(request)).await? {
        Answer::Bulk(response) => Ok(*response),
        _ => Err("another answer".into()),
    }
}

async fn preview(client: &Client, count: usize) -> Outcome<Line> {
    let mut took = Vec::with_capacity(PREVIEWS);
    for _ in 0..PREVIEWS {
        let started = Instant::now();
        let response = bulk(client, BulkRequest::Preview(all_suspended())).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
        if !matches!(&response, BulkResponse::Preview(preview) if preview.changes as usize == count) {
            return Err("the preview is not about everybody".into());
        }
    }
    Ok(against(&format!("preview of a change of {count}: p95 of {PREVIEWS}"), PREVIEW_MS, p95(took), CACHE))
}

/// Edits one customer, whose city nobody else has changed since it was made.
async fn edit(client: &Client, (customer, place): (CustomerId, usize), city: &str) -> Outcome {
    let change = Change { from: person(customer, place).city, to: city.to_owned() };
    let patch = Patch(BTreeMap::from([(CustomerField::City, change)]));
    ask(client, Request::Submit(Operation::EditCustomer { customer, patch })).await.map(drop)
}

/// Changes all customers on one device. Until the server has all of it somebody else edits one after another on another device.
async fn change_of_all(author: &Client, other: &Client, customers: &[CustomerId]) -> Outcome<Vec<Line>> {
    let id = Uuid::now_v7();
    let began = Instant::now();
    bulk(author, BulkRequest::Begin(Box::new(NewBatch { id, batch: all_suspended() }))).await?;
    let mut took = Vec::new();
    loop {
        let BulkResponse::Batches(batches) = bulk(author, BulkRequest::List).await? else { return Err("no batches".into()) };
        let batch = batches.into_iter().find(|batch| batch.id == id).ok_or("the batch is not there")?;
        if batch.stage == BatchStage::Done && batch.sent.waiting == 0 {
            if batch.sent.applied as usize != customers.len() || batch.sent.refused > 0 {
                return Err(format!("of the batch the server has {:?}", batch.sent).into());
            }
            break;
        }
        if began.elapsed() > WITHIN {
            return Err(format!("the batch is not over: {:?}", batch.sent).into());
        }
        let place = (took.len() * 6_007 + 29) % customers.len();
        let started = Instant::now();
        edit(other, (customers[place], place), "Kota lain").await?;
        until(other, |state| state.waiting == 0).await?;
        took.push(started.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(BETWEEN).await;
    }
    let whole = began.elapsed().as_secs_f64();
    if took.is_empty() {
        return Err("the batch was over before somebody else could edit".into());
    }
    let longest = took.iter().copied().fold(0.0, f64::max);
    let (count, (middle, _)) = (took.len(), median(took));
    let rate = customers.len() as f64 / whole;
    Ok(vec![
        Line {
            unit: "customers/s",
            better: "higher",
            ..figure(&format!("a change of {}, until the server has it", customers.len()), rate, 0.0, BOTH)
        },
        figure(&format!("somebody else's edit meanwhile: median of {count}"), middle, 0.0, BOTH),
        against(&format!("somebody else's edit meanwhile: longest of {count}"), EDIT_MS, longest, BOTH),
    ])
}
