//! Buying credit: asked of the server each time; what it said is kept, so that a purchase goes on where it was when the app comes back.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::queries;
use crate::store::rows::money;
use crate::store::{get, set};
use base64::prelude::{BASE64_STANDARD, Engine};
use protocol::core::problem::{Code, Problem};
use protocol::sales::money::{Paying, Purchase, Why, WhyAsked};
use protocol::ui::{Answer, Document, Event, MoneyRequest, MoneyResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

impl Inner {
    /// Answers a screen about money.
    pub(crate) async fn money(&self, asked: MoneyRequest) -> Result<Answer, Error> {
        let told = match asked {
            MoneyRequest::Buying { connection } => {
                MoneyResponse::Buying(self.store.read(move |db| queries::buying(db, connection, now())).await?.map(Box::new))
            }
            MoneyRequest::History { connection } => {
                MoneyResponse::History(self.store.read(move |db| queries::history(db, connection)).await?.map(Box::new))
            }
            MoneyRequest::Keep { connection, draft } => {
                self.store.write(move |db| money::keep_draft(db, connection, draft.as_ref())).await?;
                self.tell(Event::Changed);
                MoneyResponse::Kept
            }
            MoneyRequest::Offers(asked) => {
                MoneyResponse::Offers(self.transport.offers(&self.access_token().await?, &asked).await?)
            }
            MoneyRequest::Quote(asked) => self.keep_purchase(self.order("quote", &asked).await?).await?,
            MoneyRequest::Checkout(asked) => self.keep_purchase(self.order("checkout", &asked).await?).await?,
            MoneyRequest::Pay(asked) => self.keep_paying(asked.id, self.order("pay", &asked).await?).await?,
            MoneyRequest::Lend(asked) => MoneyResponse::Lent(self.order("emergency", &asked).await?),
            MoneyRequest::Receipt { purchase } => MoneyResponse::Document(self.receipt(purchase).await?),
            MoneyRequest::Why(asked) => MoneyResponse::Why(Box::new(self.why(asked).await?)),
        };
        Ok(Answer::Money(Box::new(told)))
    }

    /// What only the server can do. The same may be asked again.
    async fn order<A: DeserializeOwned>(&self, what: &str, asked: &impl Serialize) -> Result<A, Error> {
        self.transport.money(&self.access_token().await?, what, asked).await
    }

    async fn keep_paying(&self, purchase: Uuid, paying: Paying) -> Result<MoneyResponse, Error> {
        let kept = paying.clone();
        self.store.write(move |db| money::keep_paying(db, purchase, &kept)).await?;
        self.tell(Event::Changed);
        Ok(MoneyResponse::Paying(paying))
    }

    /// Keeps what the utility is called: it stands on every receipt.
    pub(crate) async fn keep_utility(&self, name: String) -> Result<(), Error> {
        let known = self.store.read(|db| get(db, "user:utility")).await?;
        if known.as_ref() == Some(&name) {
            return Ok(());
        }
        self.store.write(move |db| set(db, "user:utility", &name)).await
    }

    /// A receipt on paper, where this host can make one.
    async fn receipt(&self, purchase: Uuid) -> Result<Document, Error> {
        let missing = || Problem::new(Code::NotFound, "this host makes no papers");
        let paper = self.paper.get().cloned().ok_or_else(missing)?;
        let language = self.session().preferences.language;
        let receipt = self.store.read(move |db| queries::receipt(db, purchase, language)).await?;
        let name = format!("{}.pdf", receipt.number);
        let failed = |error: String| Error::Io(std::io::Error::other(error));
        // Setting a page takes a moment of a processor.
        let pdf = tokio::task::spawn_blocking(move || paper(&receipt)).await.map_err(|error| failed(error.to_string()))?;
        Ok(Document { name, base64: BASE64_STANDARD.encode(pdf.map_err(failed)?) })
    }

    async fn keep_purchase(&self, purchase: Purchase) -> Result<MoneyResponse, Error> {
        let kept = purchase.clone();
        self.store.write(move |db| money::keep_quote(db, &kept)).await?;
        self.tell(Event::Changed);
        Ok(MoneyResponse::Purchase(purchase))
    }

    async fn why(&self, asked: WhyAsked) -> Result<Why, Error> {
        let key = format!("why:{}:{}", asked.connection, asked.month.0);
        let fresh = async { self.transport.why(&self.access_token().await?, &asked).await };
        Ok(self.cached(key, fresh).await?.0)
    }
}
