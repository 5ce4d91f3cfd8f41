//! Operations of this device's user: kept and shown at once, and sent when the server can be reached.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::store::outbox::amend::{Amended, follow_up};
use crate::store::{Store, outbox};
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Event, Keeping, Phase};
use std::time::Duration;
use uuid::Uuid;

/// How long an amendment waits for the answer to an operation that is being sent.
const ANSWER_WAIT: Duration = Duration::from_secs(2);

fn already_sent() -> Problem {
    Problem::new(Code::AlreadySent, "it may have reached the server")
}

impl Shared {
    /// Keeps an operation and shows its effect.
    pub(crate) async fn submit(&self, operation: Operation) -> Result<Answer, Error> {
        self.submit_as(Uuid::now_v7(), operation).await
    }

    /// The same under an identity of the author's; an operation that is kept under it already is this one.
    pub(crate) async fn submit_as(&self, op: Uuid, operation: Operation) -> Result<Answer, Error> {
        // Without a keyring the outbox is lost when the app ends, so nothing may wait in it: that is refused beforehand.
        if self.keeping() == Keeping::ThisRun && self.phase() != Phase::Live {
            return Err(Problem::new(Code::NoKeyring, "without a keyring nothing can wait for the server on this device").into());
        }
        let row = match &operation {
            // The rows of an advice and of a notification have no name; what they are about is the connection.
            Operation::MarkTip { connection, .. } => connection.to_string(),
            Operation::MoveVisit(visit) => visit.connection.to_string(),
            other => other.meter().map_or_else(|| other.row().1, |meter| meter.to_string()),
        };
        let title = match &operation {
            // A new one has no row yet that says what it is called.
            Operation::PutReportTemplate { after, .. } => after.name.clone(),
            Operation::PutWorkTemplate(new) => new.template.name.clone(),
            _ => self.store.read(move |db| queries::title(db, &row)).await?,
        };
        self.keep_operation(op, operation, title).await
    }

    /// Keeps an operation under what people call its row, and without asking whether it outlives the app: what has happened is said as long as
    /// it can be.
    pub(crate) async fn keep_operation(&self, op: Uuid, operation: Operation, title: String) -> Result<Answer, Error> {
        let made = self.stamp();
        self.store.blocking(move |store| store.submit(op, &operation, &title, made)).await?;
        self.outbox_changed().await?;
        Ok(Answer::Submitted(op))
    }

    /// Replaces an operation by another. If it may have reached the server, the difference follows it as an edit of its own.
    pub(crate) async fn amend(&self, op: Uuid, operation: Operation) -> Result<Answer, Error> {
        let (new, wanted) = (Uuid::now_v7(), operation.clone());
        let made = self.stamp();
        match self.try_amend(move |store| store.amend(op, new, &wanted, made)).await? {
            Amended::Done => {}
            Amended::Sent(before) | Amended::Inflight(before) => {
                return self.submit(follow_up(&before, operation).ok_or_else(already_sent)?).await;
            }
        }
        self.outbox_changed().await?;
        Ok(Answer::Submitted(new))
    }

    /// Withdraws an operation that has not left this device, or was refused.
    pub(crate) async fn discard(&self, op: Uuid) -> Result<Answer, Error> {
        match self.try_amend(move |store| store.withdraw(op)).await? {
            Amended::Done => {}
            Amended::Sent(_) | Amended::Inflight(_) => return Err(already_sent().into()),
        }
        self.outbox_changed().await?;
        Ok(Answer::Done)
    }

    /// Amends or withdraws. Whether an operation that is being sent has left this device is known in a moment, so that is waited for.
    async fn try_amend(&self, job: impl Fn(&Store) -> Result<Amended, Error> + Clone + Send + 'static) -> Result<Amended, Error> {
        let mut events = self.events();
        let until = tokio::time::Instant::now() + ANSWER_WAIT;
        loop {
            let amended = self.store.blocking(job.clone()).await?;
            let is_final = !matches!(amended, Amended::Inflight(_));
            if is_final || tokio::time::timeout_at(until, events.recv()).await.is_err() {
                return Ok(amended);
            }
        }
    }

    /// Notifies the screens and the task that sends, after a change of the outbox.
    pub(crate) async fn outbox_changed(&self) -> Result<(), Error> {
        self.apply_profile_row().await?;
        self.emit(Event::Changed);
        self.refresh_counts().await;
        self.request_push();
        Ok(())
    }

    /// Sends a refused operation again.
    pub(crate) async fn retry(&self, op: Uuid) -> Result<Answer, Error> {
        self.store.blocking(move |store| store.retry_parked(op, Uuid::now_v7())).await?;
        self.outbox_changed().await?;
        Ok(Answer::Done)
    }

    /// Refuses to sign out while operations of this user are on this device only.
    pub(crate) async fn refuse_unsent(&self) -> Result<(), Error> {
        let counts = self.store.read(outbox::counts).await?;
        if counts.waiting + counts.parked == 0 {
            return Ok(());
        }
        Err(Problem::new(Code::UnsentChanges, "changes on this device have not been sent").into())
    }
}
