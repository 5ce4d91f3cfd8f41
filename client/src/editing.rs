//! What a person does here: it is kept and shown at once, and sent when it can be.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::queries;
use crate::store::{Store, outbox};
use protocol::problem::{Code, Problem};
use protocol::push::Command;
use protocol::ui::{Answer, Event, Keeping, Phase};
use uuid::Uuid;

impl Inner {
    /// Keeps a command and shows its effect.
    pub(crate) async fn submit(&self, command: Command) -> Result<Answer, Error> {
        // Where no key outlives this run, what waits would be lost with it: that is said before, not after.
        if self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        let row = command.meter().map_or_else(|| command.row().1, |meter| meter.to_string());
        let title = self.store.read(move |db| queries::title(db, &row)).await?;
        let op = Uuid::now_v7();
        self.store.off(move |store| store.submit(op, &command, &title, now())).await?;
        self.follow_profile().await?;
        self.tell(Event::Changed);
        self.tell_outbox().await;
        self.wake_outbox();
        Ok(Answer::Submitted(op))
    }

    /// Sends a refused operation again, or drops it.
    pub(crate) async fn decide_parked(&self, op: Uuid, again: bool) -> Result<Answer, Error> {
        let decide = move |store: &Store| if again { store.retry_parked(op, Uuid::now_v7()) } else { store.drop_parked(op) };
        self.store.off(decide).await?;
        self.follow_profile().await?;
        self.tell(Event::Changed);
        self.tell_outbox().await;
        self.wake_outbox();
        Ok(Answer::Done)
    }

    /// Refuses to sign out while something of this account is on this device only.
    pub(crate) async fn nothing_waits(&self) -> Result<(), Error> {
        let counts = self.store.read(outbox::counts).await?;
        if counts.waiting + counts.parked == 0 {
            return Ok(());
        }
        Err(Problem::new(Code::UnsentChanges, "changes on this device have not been sent").into())
    }

    /// Tells the screens how much waits.
    pub(crate) async fn tell_outbox(&self) {
        match self.store.read(outbox::counts).await {
            Ok(counts) => self.set_counts(counts),
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
    }
}
