//! What the client's answers say. The readers of most of them come with the pages that are fetched later, because they are much code; those
//! that the other pages and the frame of all pages get are here.

use crate::fetched::later;
use protocol::Problem;
use protocol::ui::{Account, AlertsResponse, Cases, Desktop, Home, MoneyResponse, Notice, OutboxItem};
use protocol::ui::{Answer, Outcome, Session, SyncState, Usage, UsageComparison};
use serde::Deserialize;
use uuid::Uuid;

/// Answers under the names that [`Answer`] has for them.
macro_rules! own {
    ($($variant:ident($content:ty))*) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Own {
            $($variant($content),)*
            Done,
        }

        impl From<Own> for Answer {
            fn from(own: Own) -> Self {
                match own {
                    $(Own::$variant(content) => Self::$variant(content),)*
                    Own::Done => Self::Done,
                }
            }
        }
    };
}

own! {
    Session(Session)
    Home(Option<Box<Home>>)
    Usage(Option<Box<Usage>>)
    UsageComparison(Option<Box<UsageComparison>>)
    Account(Account)
    Sync(SyncState)
    Submitted(Uuid)
    Outbox(Vec<OutboxItem>)
    Money(Box<MoneyResponse>)
    Cases(Cases)
    Alerts(Box<AlertsResponse>)
    Notices(Vec<Notice>)
    Desktop(Option<Desktop>)
}

/// What an answer says.
///
/// # Errors
/// What is wrong with it, or that its reader did not come.
pub async fn outcome(text: &str) -> Result<Outcome, String> {
    match serde_json::from_str::<Result<Own, Problem>>(text) {
        Ok(outcome) => Ok(outcome.map(Answer::from)),
        Err(_) => later::outcome(text).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_under_the_name_that_it_is_written_with() {
        let answers =
            [Answer::Done, Answer::Submitted(Uuid::nil()), Answer::Outbox(Vec::new()), Answer::Home(None), Answer::Desktop(None)];
        for answer in answers {
            let text = serde_json::to_string(&Outcome::Ok(answer.clone())).expect("JSON");
            let own: Result<Own, Problem> = serde_json::from_str(&text).expect("an answer of the main part");
            assert_eq!(format!("{:?}", own.map(Answer::from)), format!("{:?}", Outcome::Ok(answer)), "{text}");
        }
        let others = serde_json::to_string(&Outcome::Ok(Answer::Zones(Vec::new()))).expect("JSON");
        assert!(serde_json::from_str::<Result<Own, Problem>>(&others).is_err(), "{others}");
    }
}
