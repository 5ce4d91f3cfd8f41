//! Buying credit: requested from the server each time; its answers are kept, so that a purchase continues when the app is opened again.

use crate::core::clock::now;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::store::rows::meta::{get, set};
use crate::store::rows::{money, response_cache};
use base64::prelude::{BASE64_STANDARD, Engine};
use domain::exports::Printed;
use domain::sales::voucher::{Grant, grant_as_received};
use domain::{Rupiah, UtcMillis};
use protocol::core::problem::{Code, Problem};
use protocol::sales::money::{Offer, OffersAsked, Paying, Purchase, PurchaseNamed, VoucherAsked, Why, WhyAsked};
use protocol::sync::rows::StatementLine;
use protocol::ui::{Answer, Document, Event, MoneyRequest, MoneyResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

impl Shared {
    /// Answers a screen about money.
    pub(crate) async fn money(&self, asked: MoneyRequest) -> Result<Answer, Error> {
        let response = match asked {
            MoneyRequest::Buying { connection } => {
                MoneyResponse::Buying(self.store.read(move |db| queries::buying(db, connection, now())).await?.map(Box::new))
            }
            MoneyRequest::History { connection } => {
                MoneyResponse::History(self.store.read(move |db| queries::history(db, connection)).await?.map(Box::new))
            }
            MoneyRequest::Keep { connection, draft } => {
                self.store.write(move |db| money::keep_draft(db, connection, draft.as_ref())).await?;
                self.emit(Event::Changed);
                MoneyResponse::Kept
            }
            MoneyRequest::Offers(asked) => MoneyResponse::Offers(self.offers(asked).await?),
            MoneyRequest::Voucher(asked) => self.voucher(asked).await?,
            MoneyRequest::Methods => {
                let send = self.get::<_, ()>("/money/v1/methods", &());
                MoneyResponse::Methods(self.cached("methods".into(), send).await?.0)
            }
            MoneyRequest::Quote(asked) => self.keep_purchase(self.request("quote", &asked).await?).await?,
            MoneyRequest::Checkout(asked) => self.keep_purchase(self.request("checkout", &asked).await?).await?,
            MoneyRequest::Pay(asked) => self.keep_paying(asked.id, self.request("pay", &asked).await?).await?,
            MoneyRequest::Waiting => MoneyResponse::Waiting(self.store.read(queries::waiting).await?),
            MoneyRequest::Resume(named) => self.resume(named.id).await?,
            MoneyRequest::Cancel(named) => self.cancel_purchase(named).await?,
            MoneyRequest::Check(named) => self.check_purchase(named).await?,
            MoneyRequest::Lend(asked) => MoneyResponse::Lent(self.request("emergency", &asked).await?),
            MoneyRequest::Receipt { purchase } => MoneyResponse::Document(self.receipt(purchase).await?),
            MoneyRequest::Why(asked) => MoneyResponse::Why(Box::new(self.why(asked).await?)),
        };
        Ok(Answer::Money(Box::new(response)))
    }

    /// Sends a request about money, which happens once however often it is sent.
    async fn request<A: DeserializeOwned>(&self, what: &str, asked: &impl Serialize) -> Result<A, Error> {
        self.transport.money(&self.access_token().await?, what, asked).await
    }

    async fn resume(&self, purchase: Uuid) -> Result<MoneyResponse, Error> {
        let is_known = self.store.write(move |db| money::resume(db, purchase)).await?;
        if !is_known {
            return Err(Problem::new(Code::NotFound, "this device does not know the purchase").into());
        }
        self.emit(Event::Changed);
        Ok(MoneyResponse::Kept)
    }

    /// The server's answer counts at once; the purchase's row comes with the next round of sync.
    async fn cancel_purchase(&self, named: PurchaseNamed) -> Result<MoneyResponse, Error> {
        let ended: Purchase = self.request("cancel", &named).await?;
        let kept = ended.clone();
        self.store.write(move |db| money::keep_cancelled(db, &kept)).await?;
        self.request_sync();
        self.emit(Event::Changed);
        Ok(MoneyResponse::Purchase(ended))
    }

    async fn check_purchase(&self, named: PurchaseNamed) -> Result<MoneyResponse, Error> {
        let purchase: Purchase = self.request("check", &named).await?;
        // What has come with it, the credit above all, comes as rows.
        self.request_sync();
        Ok(MoneyResponse::Purchase(purchase))
    }

    async fn keep_paying(&self, purchase: Uuid, paying: Paying) -> Result<MoneyResponse, Error> {
        let kept = paying.clone();
        self.store.write(move |db| money::keep_paying(db, purchase, &kept)).await?;
        self.emit(Event::Changed);
        Ok(MoneyResponse::Paying(paying))
    }

    /// Keeps the name of the utility, which every receipt shows.
    pub(crate) async fn keep_utility(&self, name: String) -> Result<(), Error> {
        let known = self.store.read(|db| get(db, "user:utility")).await?;
        if known.as_ref() == Some(&name) {
            return Ok(());
        }
        self.store.write(move |db| set(db, "user:utility", &name)).await
    }

    /// The receipt of a purchase that this device holds.
    async fn receipt(&self, purchase: Uuid) -> Result<Document, Error> {
        let (purchase, lines) = self.store.read(move |db| queries::bought(db, purchase)).await?;
        self.paper_of(purchase, lines).await
    }

    /// A receipt as PDF, where this host can make one. `lines` are those by which money went back.
    pub(crate) async fn paper_of(&self, purchase: Purchase, lines: Vec<StatementLine>) -> Result<Document, Error> {
        let paper = self.paper.get().cloned().ok_or_else(|| Error::no_paper("this host makes no papers"))?;
        let language = self.session().preferences.language;
        let receipt = self.store.read(move |db| queries::receipt(db, purchase, lines, language)).await?;
        let name = format!("{}.pdf", receipt.number);
        // Typesetting keeps a processor busy for a moment.
        let pdf = tokio::task::spawn_blocking(move || paper(&Printed::Receipt(Box::new(receipt))))
            .await
            .map_err(|error| Error::no_paper(error.to_string()))?;
        Ok(Document { name, base64: BASE64_STANDARD.encode(pdf.map_err(Error::no_paper)?) })
    }

    async fn offers(&self, asked: OffersAsked) -> Result<Vec<Offer>, Error> {
        let offers = self.transport.offers(&self.access_token().await?, &asked).await?;
        // A code is held against them where there is no network.
        self.keep_response(format!("offers:{}", asked.connection), &offers).await?;
        Ok(offers)
    }

    /// What a code gives: by the server, or without a network by what was received of it before.
    async fn voucher(&self, asked: VoucherAsked) -> Result<MoneyResponse, Error> {
        let key = format!("voucher:{}:{}", asked.connection, asked.code.as_str());
        let (mut offer, since) = match self.cached(key, self.get::<Offer, _>("/money/v1/voucher", &asked)).await {
            Err(error) if error.is_passing() => self.offered_before(&asked).await.ok_or(error)?,
            other => other?,
        };
        if since.is_some() {
            let amount = asked.amount.unwrap_or(offer.voucher.minimum_purchase.max(Rupiah(1)));
            let received = (offer.refusal, offer.bonus);
            let outcome = grant_as_received(&offer.voucher, received, (amount, now()));
            let Grant { discount, bonus } = outcome.ok().filter(|_| asked.amount.is_some()).unwrap_or_default();
            (offer.discount, offer.bonus, offer.refusal) = (discount, bonus, outcome.err());
        }
        Ok(MoneyResponse::Voucher { offer, since })
    }

    /// A voucher out of the list that was received last.
    async fn offered_before(&self, asked: &VoucherAsked) -> Option<(Offer, Option<UtcMillis>)> {
        let key = format!("offers:{}", asked.connection);
        let kept = self.store.read(move |db| response_cache::last::<Vec<Offer>>(db, &key)).await.ok().flatten();
        let (at, offers) = kept?;
        let found = offers.into_iter().find(|offer| offer.voucher.code == asked.code)?;
        Some((found, Some(at)))
    }

    async fn keep_purchase(&self, purchase: Purchase) -> Result<MoneyResponse, Error> {
        let kept = purchase.clone();
        self.store.write(move |db| money::keep_quote(db, &kept)).await?;
        self.emit(Event::Changed);
        Ok(MoneyResponse::Purchase(purchase))
    }

    async fn why(&self, asked: WhyAsked) -> Result<Why, Error> {
        let key = format!("why:{}:{}", asked.connection, asked.month.0);
        let send = async { self.transport.why(&self.access_token().await?, &asked).await };
        Ok(self.cached(key, send).await?.0)
    }
}
