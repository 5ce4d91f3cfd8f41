//! One edit on one device until another device's cache has it, in a small utility and in a large one.

use super::super::{Line, Outcome, figure, median};
use super::device::{self, ask, until};
use super::utility::{Utility, person};
use client::Client;
use domain::CustomerId;
use domain::sync::edit::{Change, CustomerField, Patch};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Event, Phase, Request};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Edits in each of the two.
const EDITS: usize = 100;

/// An edit that has not come after this will not come.
const WITHIN: Duration = Duration::from_secs(20);

/// A utility with two devices that hold all of it.
struct Pair {
    utility: Utility,
    author: Client,
    reader: Client,
    _folder: tempfile::TempDir,
}

impl Pair {
    async fn start(customers: usize) -> Outcome<Self> {
        let (utility, folder) = (Utility::start(customers, 0)?, tempfile::tempdir()?);
        let (one, other) = (folder.path().join("author"), folder.path().join("reader"));
        device::run("fill", &utility.url, &one, 0)?;
        copy(&one, &other)?;
        let (author, reader) = (device::open(&utility.url, &one).await?, device::open(&utility.url, &other).await?);
        for client in [&author, &reader] {
            until(client, |state| state.phase == Phase::Live).await?;
        }
        Ok(Self { utility, author, reader, _folder: folder })
    }

    /// Edits one customer; returns the milliseconds until the reader's cache has it.
    async fn edit(&self, round: usize) -> Outcome<f64> {
        let place = round * 97 % self.utility.customers.len();
        let customer = self.utility.customers[place];
        let wanted = format!("Kota {round}");
        let was = if round < self.utility.customers.len() {
            person(customer, place).city
        } else {
            city(&self.reader, customer).await?
        };
        let patch = Patch(BTreeMap::from([(CustomerField::City, Change { from: was, to: wanted.clone() })]));
        let mut events = self.reader.events();
        let started = Instant::now();
        ask(&self.author, Request::Submit(Operation::EditCustomer { customer, patch })).await?;
        let seen = async {
            while city(&self.reader, customer).await? != wanted {
                while !matches!(events.recv().await, Ok(Event::Changed) | Err(_)) {}
            }
            Outcome::Ok(started.elapsed().as_secs_f64() * 1_000.0)
        };
        tokio::time::timeout(WITHIN, seen).await.map_err(|_| "an edit did not come")?
    }
}

async fn city(client: &Client, customer: CustomerId) -> Outcome<String> {
    match ask(client, Request::Customer { customer }).await? {
        Answer::Customer(Some(found)) => Ok(found.customer.city),
        _ => Err("the customer is not there".into()),
    }
}

/// A device's folder, as a second device: both were filled once.
fn copy(from: &Path, to: &Path) -> Outcome {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

pub async fn run(few: usize, many: usize) -> Outcome<Vec<Line>> {
    let (small, large) = (Pair::start(few).await?, Pair::start(many).await?);
    let (mut in_small, mut in_large) = (vec![], vec![]);
    for round in 0..EDITS {
        in_small.push(small.edit(round).await?);
        in_large.push(large.edit(round).await?);
    }
    let durability = "server and outbox WAL + FULL, cache WAL + NORMAL";
    let ((small, small_spread), (large, large_spread)) = (median(in_small), median(in_large));
    Ok(vec![
        figure(&format!("one change, {} rows, edit to other cache", few * 2), small, small_spread, durability),
        figure(&format!("one change, {} rows, edit to other cache", many * 2), large, large_spread, durability),
        figure("what the rows cost: the difference", large - small, 0.0, durability),
    ])
}
