//! Asking the server: a view that is asked again when what it depends on changes or the server is back, and an action that is done once.

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

/// How the last question went.
#[derive(Clone, Debug, PartialEq)]
pub enum Asking {
    Waits,
    Came,
    Failed(Problem),
}

/// Why there is nothing newer, and from when what is shown is, if it was told before this view was opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Old {
    why: Problem,
    since: Option<UtcMillis>,
}

/// What the server told, and how the last question went. What was seen stays until the next answer is there.
#[derive(PartialEq)]
pub struct Told<T: Clone + PartialEq + 'static> {
    pub seen: Signal<Option<T>>,
    pub asking: Signal<Asking>,
    since: Signal<Option<UtcMillis>>,
    again: Signal<u32>,
}

// By hand: a signal is copied whatever it holds.
impl<T: Clone + PartialEq + 'static> Copy for Told<T> {}
impl<T: Clone + PartialEq + 'static> Clone for Told<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Clone + PartialEq + 'static> Told<T> {
    /// Asks again.
    pub fn again(self) {
        let mut again = self.again;
        again += 1;
    }

    /// Takes what an action answered, so that nothing has to be asked.
    pub fn take(self, told: T) {
        let mut seen = self.seen;
        seen.set(Some(told));
    }

    /// Why there is nothing newer than what is seen.
    pub fn old(self) -> Option<Old> {
        match &*self.asking.read() {
            Asking::Failed(why) if self.seen.read().is_some() => Some(Old { why: why.clone(), since: (self.since)() }),
            _ => None,
        }
    }
}

fn broken() -> Problem {
    Problem::new(Code::Internal, "another answer")
}

/// Asks the server once.
pub async fn office(asked: AdminRequest) -> Result<AdminResponse, Problem> {
    read(asked).await.map(|(told, _)| told)
}

/// The same, and since when it is so if the server cannot be asked now.
async fn read(asked: AdminRequest) -> Result<(AdminResponse, Option<UtcMillis>), Problem> {
    match bridge::call(Request::Office(asked)).await? {
        Answer::Office { told, since } => Ok((*told, since)),
        _ => Err(broken()),
    }
}

/// Asks, and again whenever what `ask` reads changes, or the server is back.
pub fn use_told<T: Clone + PartialEq + 'static>(
    ask: impl Fn() -> AdminRequest + 'static,
    pick: fn(AdminResponse) -> Option<T>,
) -> Told<T> {
    let told = Told {
        seen: use_signal(|| None),
        asking: use_signal(|| Asking::Waits),
        since: use_signal(|| None),
        again: use_signal(|| 0),
    };
    let away = use_memo(is_away);
    use_resource(move || {
        let asked = ask();
        away.read();
        told.again.read();
        let Told { mut seen, mut asking, since: mut old, .. } = told;
        async move {
            asking.set(Asking::Waits);
            let unreachable = |_| Asking::Failed(Problem::new(Code::Unreachable, "the server cannot be reached"));
            match read(asked).await.and_then(|(answer, since)| Ok((pick(answer).ok_or_else(broken)?, since))) {
                Ok((answer, since)) => {
                    seen.set(Some(answer));
                    old.set(since);
                    asking.set(since.map_or(Asking::Came, unreachable));
                }
                Err(problem) => asking.set(Asking::Failed(problem)),
            }
        }
    });
    told
}

/// Whether the server cannot be reached now. No hook: it is asked wherever a button stands.
pub fn is_away() -> bool {
    consume_context::<Shared>().sync.read().phase == Phase::Offline
}

/// What stands where nothing was told yet: it is waited for, or why it cannot be had. `what` leads to the words for being offline.
#[component]
pub fn Gap(asking: Asking, what: &'static str, heights: Vec<u32>, onretry: EventHandler<()>) -> Element {
    match asking {
        Asking::Failed(problem) if problem.code == Code::Unreachable => rsx! {
            Card {
                Empty { icon: "cloud-off", title: tr(&format!("{what}-offline")), next: tr(&format!("{what}-offline-next")),
                    Button { label: tr("try-again"), icon: "refresh-cw", onclick: move |_| onretry.call(()) }
                }
            }
        },
        Asking::Failed(problem) if problem.code == Code::Denied => rsx! {
            Card { Empty { icon: "shield-alert", title: tr("denied-title"), next: tr("denied-next") } }
        },
        Asking::Failed(problem) => rsx! { Card { Failed { problem } } },
        Asking::Waits | Asking::Came => rsx! { Skeleton { heights } },
    }
}

/// What is shown is what was seen last, and why.
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
