//! Hemat air: advice that fits how a connection uses water, the library of all of it, and what came of what was applied.

mod apply;
mod card;
mod fixtures;
mod goal;
mod library;
mod list;
mod page;
mod pattern;
mod view;
mod weekly;
mod words;

pub use list::Tips;
pub use page::TipPage;
pub use weekly::WeeklyTip;

use crate::bridge;
use crate::components::states::explain;
use crate::components::use_sending;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::ConnectionId;
use domain::tips::{TipMark, TipName};
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Request, TipsRequest, TipsView};

/// The page's data, of the connection that the pages are about.
fn use_tips() -> Signal<Load<Option<Box<TipsView>>>> {
    let chosen = shared().connection;
    use_answer(move || Request::Tips(TipsRequest::View { connection: chosen() }), pick)
}

fn pick(answer: Answer) -> Option<Option<Box<TipsView>>> {
    match answer {
        Answer::Tips(view) => Some(view),
        _ => None,
    }
}

/// What sends what somebody says of an advice, with the words that are shown once it is kept; and whether it is being sent. `ondone` comes once
/// it is kept, and not before: a form that is closed takes along what it was sending.
fn use_marking(view: &TipsView, tip: &str, ondone: Option<EventHandler<()>>) -> (Callback<(TipMark, String)>, bool) {
    let shared = shared();
    let sending = use_sending();
    let (user, connection, tip): (_, ConnectionId, _) = (view.user, view.place.connection, TipName::parse(tip).ok());
    let mark = use_callback(move |(mark, said): (TipMark, String)| {
        let Some((user, tip)) = user.zip(tip.clone()) else { return };
        sending.once(async move {
            let command = Operation::MarkTip { user, connection, tip, mark };
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    sending.begin_anew();
                    shared.toast(said);
                    if let Some(ondone) = ondone {
                        ondone.call(());
                    }
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    });
    (mark, sending.is_busy())
}
