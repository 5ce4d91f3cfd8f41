//! Buying credit: asked of the server each time; what it said is kept, so that a purchase goes on where it was when the app comes back.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::queries;
use crate::store::{get, money, set};
use protocol::money::{Why, WhyAsked};
use protocol::ui::{Answer, Event, MoneyAsked, MoneyTold};

impl Inner {
    /// Answers a screen about money.
    pub(crate) async fn money(&self, asked: MoneyAsked) -> Result<Answer, Error> {
        let told = match asked {
            MoneyAsked::Buying { connection } => {
                MoneyTold::Buying(self.store.read(move |db| queries::buying(db, connection, now())).await?.map(Box::new))
            }
            MoneyAsked::History { connection } => {
                MoneyTold::History(self.store.read(move |db| queries::history(db, connection)).await?.map(Box::new))
            }
            MoneyAsked::Keep { connection, draft } => {
                self.store.write(move |db| money::keep_draft(db, connection, draft.as_ref())).await?;
                self.tell(Event::Changed);
                MoneyTold::Kept
            }
            MoneyAsked::Why(asked) => MoneyTold::Why(Box::new(self.why(asked).await?)),
            asked => self.buy(asked).await?,
        };
        Ok(Answer::Money(Box::new(told)))
    }

    /// What only the server can do.
    async fn buy(&self, asked: MoneyAsked) -> Result<MoneyTold, Error> {
        let token = self.access_token().await?;
        let told = match asked {
            MoneyAsked::Offers(asked) => MoneyTold::Offers(self.transport.offers(&token, &asked).await?),
            MoneyAsked::Lend(asked) => MoneyTold::Lent(self.transport.money(&token, "emergency", &asked).await?),
            MoneyAsked::Pay(asked) => {
                let paying: protocol::money::Paying = self.transport.money(&token, "pay", &asked).await?;
                let kept = paying.clone();
                self.store.write(move |db| money::keep_paying(db, asked.id, &kept)).await?;
                MoneyTold::Paying(paying)
            }
            MoneyAsked::Checkout(asked) => self.keep_purchase(self.transport.money(&token, "checkout", &asked).await?).await?,
            MoneyAsked::Quote(asked) => self.keep_purchase(self.transport.money(&token, "quote", &asked).await?).await?,
            MoneyAsked::Buying { .. } | MoneyAsked::History { .. } | MoneyAsked::Keep { .. } | MoneyAsked::Why(_) => {
                MoneyTold::Kept
            }
        };
        self.tell(Event::Changed);
        Ok(told)
    }

    async fn keep_purchase(&self, purchase: protocol::money::Purchase) -> Result<MoneyTold, Error> {
        let kept = purchase.clone();
        self.store.write(move |db| money::keep_quote(db, &kept)).await?;
        Ok(MoneyTold::Purchase(purchase))
    }

    /// Asked of the server; where that cannot be reached, what it said last.
    async fn why(&self, asked: WhyAsked) -> Result<Why, Error> {
        let key = format!("user:why:{}:{}", asked.connection, asked.month.0);
        let fresh = match self.access_token().await {
            Ok(token) => self.transport.why(&token, &asked).await,
            Err(error) => Err(error),
        };
        match fresh {
            Ok(why) => {
                let text = serde_json::to_string(&why)?;
                self.store.write(move |db| set(db, &key, &text)).await?;
                Ok(why)
            }
            Err(error) => {
                let kept = self.store.read(move |db| get(db, &key)).await?;
                kept.as_deref().and_then(|text| serde_json::from_str(text).ok()).ok_or(error)
            }
        }
    }
}
