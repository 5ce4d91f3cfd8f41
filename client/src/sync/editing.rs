//! What a person does here: it is kept and shown at once, and sent when it can be.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::queries;
use crate::store::outbox::amend::{Amended, follow_up};
use crate::store::{Store, outbox};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Event, Keeping, Phase};
use std::time::Duration;
use uuid::Uuid;

/// Until it is known whether what is on its way has left this device.
const SETTLES: Duration = Duration::from_secs(2);

fn already_sent() -> Problem {
    Problem::new(Code::AlreadySent, "it may have reached the server")
}

impl Inner {
    /// Keeps a command and shows its effect.
    pub(crate) async fn submit(&self, command: Operation) -> Result<Answer, Error> {
        // Where no key outlives this run, what waits would be lost with it: that is said before, not after.
        if self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        let row = command.meter().map_or_else(|| command.row().1, |meter| meter.to_string());
        let title = self.store.read(move |db| queries::title(db, &row)).await?;
        let op = Uuid::now_v7();
        self.store.off(move |store| store.submit(op, &command, &title, now())).await?;
        self.outbox_changed().await?;
        Ok(Answer::Submitted(op))
    }

    /// Puts a command in the place of an operation. Where that may have reached the server, what differs follows it as an edit of its own.
    pub(crate) async fn amend(&self, op: Uuid, command: Operation) -> Result<Answer, Error> {
        let (new, wanted) = (Uuid::now_v7(), command.clone());
        match self.second_thought(move |store| store.amend(op, new, &wanted, now())).await? {
            Amended::Done => {}
            Amended::Sent(before) | Amended::OnItsWay(before) => {
                return self.submit(follow_up(&before, command).ok_or_else(already_sent)?).await;
            }
        }
        self.outbox_changed().await?;
        Ok(Answer::Submitted(new))
    }

    /// Drops an operation that has not left this device, or was refused.
    pub(crate) async fn discard(&self, op: Uuid) -> Result<Answer, Error> {
        match self.second_thought(move |store| store.withdraw(op)).await? {
            Amended::Done => {}
            Amended::Sent(_) | Amended::OnItsWay(_) => return Err(already_sent().into()),
        }
        self.outbox_changed().await?;
        Ok(Answer::Done)
    }

    /// What is on its way is known to have left this device, or not, in a moment: that is waited for.
    async fn second_thought(
        &self,
        job: impl Fn(&Store) -> Result<Amended, Error> + Clone + Send + 'static,
    ) -> Result<Amended, Error> {
        let mut events = self.heard();
        let until = tokio::time::Instant::now() + SETTLES;
        loop {
            let amended = self.store.off(job.clone()).await?;
            let is_final = !matches!(amended, Amended::OnItsWay(_));
            if is_final || tokio::time::timeout_at(until, events.recv()).await.is_err() {
                return Ok(amended);
            }
        }
    }

    /// Tells whoever shows or sends what is in the outbox.
    async fn outbox_changed(&self) -> Result<(), Error> {
        self.follow_profile().await?;
        self.tell(Event::Changed);
        self.tell_outbox().await;
        self.wake_outbox();
        Ok(())
    }

    /// Sends a refused operation again.
    pub(crate) async fn retry(&self, op: Uuid) -> Result<Answer, Error> {
        self.store.off(move |store| store.retry_parked(op, Uuid::now_v7())).await?;
        self.outbox_changed().await?;
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
