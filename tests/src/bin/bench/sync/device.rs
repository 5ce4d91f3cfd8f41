//! A headless device in a process of its own, so that it can be killed in the middle and starts with cold caches: `bench device WORK URL FOLDER`.

use super::super::Outcome;
use super::utility::person;
use client::core::vault::{Secrets, Vault};
use client::error::Error;
use client::{Client, Config};
use domain::CustomerId;
use domain::sync::edit::{Change, CustomerField, Patch};
use protocol::sync::push::Operation as Edit;
use protocol::ui::{Answer, CustomerQuery, Event, Keeping, Phase, Request, SyncState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tests::memory::memory_mb;
use tests::world::{PASSWORD, email};

/// A device gives up after this.
const WITHIN: Duration = Duration::from_secs(300);

/// Every so many edits one is poison: its postal code is none, which only the server says.
pub const POISON: usize = 100;

/// What a device did.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Milliseconds that it took.
    pub ms: f64,
    /// Customers in its cache.
    pub customers: u32,
    /// Operations refused.
    pub parked: u32,
    /// The most memory it had, in MB.
    pub memory_mb: f64,
}

/// A keyring of one file, which outlives a kill as a platform's does.
struct Kept(PathBuf);

impl Vault for Kept {
    fn keeping(&self) -> Keeping {
        Keeping::Keyring
    }

    fn read(&self) -> Result<Option<Secrets>, Error> {
        if !self.0.exists() {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&std::fs::read(&self.0)?)?))
    }

    fn write(&self, secrets: &Secrets) -> Result<(), Error> {
        let fresh = self.0.with_extension("new");
        std::fs::write(&fresh, serde_json::to_vec(secrets)?)?;
        Ok(std::fs::rename(&fresh, &self.0)?)
    }
}

/// A client of a folder.
pub async fn open(url: &str, folder: &Path) -> Outcome<Client> {
    std::fs::create_dir_all(folder)?;
    let vault = Box::new(Kept(folder.join("secrets.json")));
    Ok(Client::start(Config { data: folder.to_owned(), server: url.into(), vault, device: "bench".into() }).await?)
}

/// Starts a device.
pub fn spawn(work: &str, url: &str, folder: &Path, count: usize) -> Outcome<Child> {
    let mut device = Command::new(std::env::current_exe()?);
    device.args(["device", work, url]).arg(folder).arg(count.to_string());
    Ok(device.env("RUST_LOG", "error").stdout(Stdio::piped()).spawn()?)
}

/// Lets a device do its work to the end.
pub fn run(work: &str, url: &str, folder: &Path, count: usize) -> Outcome<Done> {
    let output = spawn(work, url, folder, count)?.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("the device ended with {} at {work}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The device's own program.
pub async fn main(arguments: &[String]) -> Outcome {
    let [work, url, folder, count] = arguments else { return Err("bench device WORK URL FOLDER COUNT".into()) };
    let client = open(url, Path::new(folder)).await?;
    let started = Instant::now();
    match work.as_str() {
        "fill" => {
            client.sign_in_as(&format!("{}:{PASSWORD}", email("admin"))).await.map_err(|problem| problem.detail)?;
            until(&client, |state| state.phase == Phase::Live).await?;
        }
        "edit" => edit(&client, count.parse()?).await?,
        "drain" => {
            let poison = count.parse::<u32>()? / POISON as u32;
            until(&client, |state| state.waiting == 0 && state.parked == poison).await?;
        }
        other => return Err(format!("a device cannot {other}").into()),
    }
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    let customers = window(&client, 0, 1).await?.0;
    let Answer::Sync(SyncState { parked, .. }) = ask(&client, Request::SyncState).await? else {
        return Err("no state of sync".into());
    };
    let memory_mb = memory_mb(std::process::id()).unwrap_or_default();
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&Done { ms, customers, parked, memory_mb })?)?;
    Ok(())
}

/// Asks a client.
pub async fn ask(client: &Client, request: Request) -> Outcome<Answer> {
    client.call(request).await.map_err(|problem| problem.detail.into())
}

/// Waits, from event to event, until sync is in a state.
pub async fn until(client: &Client, reached: impl Fn(&SyncState) -> bool) -> Outcome {
    let mut events = client.events();
    let waiting = async {
        loop {
            if matches!(ask(client, Request::SyncState).await?, Answer::Sync(state) if reached(&state)) {
                return Outcome::Ok(());
            }
            // Whoever is too slow for the events reads the state again all the same.
            while !matches!(events.recv().await, Ok(Event::Sync(_)) | Err(_)) {}
        }
    };
    tokio::time::timeout(WITHIN, waiting).await.map_err(|_| "the device did not get there in time")?
}

async fn window(client: &Client, offset: u32, limit: u32) -> Outcome<(u32, Vec<CustomerId>)> {
    let asked = CustomerQuery { offset, limit, ..CustomerQuery::default() };
    let Answer::Customers(found) = ask(client, Request::Customers(asked)).await? else { return Err("no customers".into()) };
    Ok((found.total, found.rows.into_iter().map(|row| row.id).collect()))
}

/// One edit of a customer: its city, or, as poison, a postal code that is none.
pub fn command(customer: CustomerId, place: usize) -> Edit {
    let change = |from: &str, to: String| Change { from: from.into(), to };
    let (field, change) = if place % POISON == POISON - 1 {
        (CustomerField::PostalCode, change("", "kode".into()))
    } else {
        (CustomerField::City, change(&person(customer, 0).city, format!("Kota {place}")))
    };
    Edit::EditCustomer { customer, patch: Patch(BTreeMap::from([(field, change)])) }
}

/// Edits so many customers, with the server out of reach.
async fn edit(client: &Client, count: usize) -> Outcome {
    let mut ids = Vec::with_capacity(count);
    while ids.len() < count {
        let (_, found) = window(client, ids.len() as u32, 200).await?;
        if found.is_empty() {
            return Err("there are not so many customers".into());
        }
        ids.extend(found);
    }
    for (place, customer) in ids.into_iter().take(count).enumerate() {
        ask(client, Request::Submit(command(customer, place))).await?;
    }
    Ok(())
}
