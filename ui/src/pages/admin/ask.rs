//! Requests to the server: a view that is requested again when what it depends on changes or the server is back, and an action that is done once.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Empty, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::UtcMillis;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{AdminRequest, AdminResponse, Answer, Phase, Request};

/// How the last request went.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestState {
    Waits,
    Came,
    Failed(Problem),
}

/// Why there is nothing newer, and from when what is shown is, if it comes from the cache of responses.
#[derive(Clone, Debug, PartialEq)]
pub struct Old {
    why: Problem,
    since: Option<UtcMillis>,
}

/// The newest response of the server, and how the last request went. What is shown stays until the next response; once another question has failed,
/// the answer to the one before it is not shown any more.
#[derive(PartialEq)]
pub struct ServerView<T: Clone + PartialEq + 'static> {
    pub latest: Signal<Option<T>>,
    pub asking: Signal<RequestState>,
    since: Signal<Option<UtcMillis>>,
    again: Signal<u32>,
    /// To what `latest` is the answer.
    answered: Signal<String>,
}

// By hand: a signal is copied whatever it holds.
impl<T: Clone + PartialEq + 'static> Copy for ServerView<T> {}
impl<T: Clone + PartialEq + 'static> Clone for ServerView<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Clone + PartialEq + 'static> ServerView<T> {
    /// Asks again.
    pub fn again(self) {
        let mut again = self.again;
        again += 1;
    }

    /// Shows what an action answered, and asks again: the cache of responses keeps what was read, and without a network that is what is shown.
    pub fn take(self, response: T) {
        let mut latest = self.latest;
        latest.set(Some(response));
        self.again();
    }

    /// Why there is nothing newer than what is shown.
    pub fn old(self) -> Option<Old> {
        match &*self.asking.read() {
            RequestState::Failed(why) if self.latest.read().is_some() => Some(Old { why: why.clone(), since: (self.since)() }),
            _ => None,
        }
    }
}

fn broken() -> Problem {
    Problem::new(Code::Internal, "another answer")
}

/// Sends one request to the server.
pub async fn request(body: AdminRequest) -> Result<AdminResponse, Problem> {
    match bridge::call(Request::Admin(body)).await? {
        Answer::Admin { response, .. } => Ok(*response),
        _ => Err(broken()),
    }
}

/// Sends an admin's request, and again whenever what `ask` reads changes, or the server is back.
pub fn use_server_view<T: Clone + PartialEq + 'static>(
    ask: impl Fn() -> AdminRequest + 'static,
    pick: fn(AdminResponse) -> Option<T>,
) -> ServerView<T> {
    use_server_answer(
        move || Request::Admin(ask()),
        move |answer| match answer {
            Answer::Admin { response, since } => Some((pick(*response)?, since)),
            _ => None,
        },
    )
}

/// The same with any request; `pick` takes what is shown out of the answer, and when it was received if the server cannot be reached now.
pub fn use_server_answer<T: Clone + PartialEq + 'static>(
    ask: impl Fn() -> Request + 'static,
    pick: impl Fn(Answer) -> Option<(T, Option<UtcMillis>)> + Copy + 'static,
) -> ServerView<T> {
    let view = ServerView {
        latest: use_signal(|| None),
        asking: use_signal(|| RequestState::Waits),
        since: use_signal(|| None),
        again: use_signal(|| 0),
        answered: use_signal(String::new),
    };
    let away = use_memo(is_away);
    use_resource(move || {
        let body = ask();
        away.read();
        view.again.read();
        let ServerView { mut latest, mut asking, since: mut old, mut answered, .. } = view;
        async move {
            asking.set(RequestState::Waits);
            let question = serde_json::to_string(&body).unwrap_or_default();
            let unreachable = |_| RequestState::Failed(Problem::new(Code::Unreachable, "the server cannot be reached"));
            match bridge::call(body).await.and_then(|answer| pick(answer).ok_or_else(broken)) {
                Ok((answer, since)) => {
                    latest.set(Some(answer));
                    answered.set(question);
                    old.set(since);
                    asking.set(since.map_or(RequestState::Came, unreachable));
                }
                Err(problem) => {
                    if *answered.peek() != question {
                        latest.set(None);
                    }
                    asking.set(RequestState::Failed(problem));
                }
            }
        }
    });
    view
}

/// Whether the server cannot be reached now. Not a hook: any button may call it.
pub fn is_away() -> bool {
    consume_context::<Shared>().sync.read().phase == Phase::Offline
}

/// Where there is no response yet: a skeleton, or why there is none. `what` leads to the words for being offline.
#[component]
pub fn Gap(asking: RequestState, what: &'static str, heights: Vec<u32>, onretry: EventHandler<()>) -> Element {
    match asking {
        RequestState::Failed(problem) if problem.code == Code::Unreachable => rsx! {
            Card {
                Empty { icon: "cloud-off", title: tr(&format!("{what}-offline")), next: tr(&format!("{what}-offline-next")),
                    Button { label: tr("try-again"), icon: "refresh-cw", onclick: move |_| onretry.call(()) }
                }
            }
        },
        RequestState::Failed(problem) if problem.code == Code::Denied => rsx! {
            Card { Empty { icon: "shield-alert", title: tr("denied-title"), next: tr("denied-next") } }
        },
        RequestState::Failed(problem) => rsx! { Card { Failed { problem, onretry: move |()| onretry.call(()) } } },
        RequestState::Waits | RequestState::Came => rsx! { Skeleton { heights } },
    }
}

/// Why the shown response is not the newest.
#[component]
pub fn Stale(old: Old, onretry: EventHandler<()>) -> Element {
    let shared = shared();
    let Old { why, since } = old;
    let (icon, text) = match why.code {
        Code::Unreachable => ("cloud-off", tr("audit-stale")),
        _ => ("triangle-alert", crate::pages::admin::words::say(&why)),
    };
    let since = since.map(|at| format::moment(at, *shared.now.peek(), device_zone(), language()));
    rsx! {
        div { class: "banner warn", role: "status",
            Icon { name: icon }
            div { class: "grow small",
                if let Some(time) = since {
                    p { class: "number", {tra("value-old", &[("time", time)])} }
                }
                p { "{text}" }
            }
            Button { label: tr("try-again"), kind: "quiet", icon: "refresh-cw", onclick: move |_| onretry.call(()) }
        }
    }
}
