//! What the sync machine asks of a device's store, each as one transaction.

use crate::error::Error;
use crate::store::sync::{apply, buckets, repair};
use crate::store::{Store, outbox};
use domain::{UserId, UtcMillis};
use engine::device::{self, PullEffect};
use engine::pull::Held;
use protocol::sync::pull::{Bucket, Manifest, Page, Pulled, Range};
use protocol::sync::push::{OperationResult, Push};

impl device::Store for Store {
    type Error = Error;

    fn held(&mut self) -> Result<Vec<Held>, Error> {
        self.read_now(buckets::held)
    }

    fn take_pulled(&mut self, pulled: &Pulled) -> Result<PullEffect, Error> {
        self.write_now(|db| apply::take_pulled(db, pulled))
    }

    fn take_page(&mut self, page: &Page, range: &Range) -> Result<(), Error> {
        self.write_now(|db| apply::take_page(db, page, range))
    }

    fn mend(&mut self, page: &Page, range: &Range) -> Result<(), Error> {
        self.write_now(|db| repair::mend(db, page, range))
    }

    fn compare(&mut self, bucket: &Bucket, after: Option<&str>, manifest: &Manifest) -> Result<Vec<Range>, Error> {
        self.read_now(|db| repair::compare(db, bucket, after, manifest))
    }

    fn drop_bucket(&mut self, bucket: &Bucket) -> Result<(), Error> {
        self.write_now(|db| apply::drop_bucket(db, bucket))
    }

    fn applied(&mut self) -> Result<Vec<String>, Error> {
        self.read_now(outbox::applied)
    }

    fn retire(&mut self, applied: &[String], now: UtcMillis) -> Result<(), Error> {
        self.write_now(|db| outbox::retire(db, applied, now))
    }

    fn take_batch(&mut self, user: UserId, now: UtcMillis, bytes: usize) -> Result<Option<Push>, Error> {
        self.write_now(|db| outbox::take_batch(db, user, now, bytes))
    }

    fn settle(&mut self, results: &[OperationResult], at: UtcMillis, now: UtcMillis) -> Result<(), Error> {
        self.write_now(|db| results.iter().try_for_each(|result| outbox::settle(db, result, at, now)))
    }

    fn put_back(&mut self) -> Result<(), Error> {
        self.write_now(outbox::put_back)
    }
}
