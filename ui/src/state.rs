//! What every screen shares: who is signed in, the state of sync, the live values, the second it is.

use crate::bridge;
use dioxus::prelude::*;
use domain::core::local_time::MINUTE_MS;
use domain::people::Role;
use domain::{ConnectionId, MeterId, UserId, UtcMillis};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use protocol::Problem;
use protocol::metering::live::Frame;
use protocol::ui::{Answer, CaseName, Event, Request, Session, SyncState};
use std::collections::HashMap;

/// A live number changes at once, then at most this often (design.md, Motion).
const LIVE_EVERY_MS: i64 = 1_000;

/// The shared state; a handful of signals, each read by what shows it.
#[derive(Clone, Copy, PartialEq)]
pub struct Shared {
    /// `None` until the client has answered.
    pub session: Signal<Option<Session>>,
    /// The state of sync.
    pub sync: Signal<SyncState>,
    /// Counts changes of the cache: what reads it asks again.
    pub changed: Signal<u32>,
    /// Counts what went on in imports: what shows one asks again.
    pub imports: Signal<u32>,
    /// Counts what went on in batches of customers: what shows them asks again.
    pub batches: Signal<u32>,
    /// The latest frame of each watched meter.
    pub live: Signal<HashMap<MeterId, Frame>>,
    /// When each of them was shown, and the one that came too soon after it.
    held: Signal<HashMap<MeterId, Held>>,
    /// The instant it is, by the second.
    pub now: Signal<UtcMillis>,
    /// Whether the wide layout is on.
    pub wide: Signal<bool>,
    /// The connection that every page is about, once one was chosen here; until then the client knows which. See [`Shared::choose`].
    pub connection: Memo<Option<ConnectionId>>,
    /// The same with who has chosen it: the next to sign in has not.
    chosen: Signal<Option<(UserId, ConnectionId)>>,
    /// A connection for which somebody is to be led to where credit is bought.
    pub to_buy: Signal<Option<ConnectionId>>,
    /// The case that an answered notification is about, until its page is there.
    pub to_case: Signal<Option<CaseName>>,
    /// What a key asked for.
    pub asked: Signal<Option<String>>,
    /// The form that is to be opened on the page that is gone to.
    pub to_make: Signal<Option<Form>>,
    /// Whether it is asked if what was filled in is discarded.
    pub discarding: Signal<bool>,
    /// Short words at the bottom of the screen, with an id each.
    pub toasts: Signal<Vec<(u32, String)>>,
}

/// A form that somebody wants opened, from wherever they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Another version of a tariff.
    Tariff,
    /// A campaign of vouchers.
    Campaign,
    /// Cash over the counter, from a customer who is yet to be looked for.
    Cash,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tariff, Self::Campaign, Self::Cash];

    /// Its word, behind the address of its page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tariff => "tarif",
            Self::Campaign => "kampanye",
            Self::Cash => "tunai",
        }
    }

    /// The form of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }
}

/// When a meter's frame was shown, and the next one if it has to wait.
#[derive(Clone, Copy)]
struct Held {
    shown_at: UtcMillis,
    next: Option<Frame>,
}

/// What the bridge delivers without a request.
enum Delivery {
    Event(Box<Event>),
    /// Something may have been missed.
    Reconnected,
}

impl Shared {
    /// Makes the shared state and begins to receive.
    pub fn provide() -> Self {
        let session: Signal<Option<Session>> = use_signal(|| None);
        let chosen = use_signal(|| None::<(UserId, ConnectionId)>);
        let shared = Self {
            session,
            chosen,
            connection: use_memo(move || {
                let user = session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.id);
                chosen().filter(|(by, _)| Some(*by) == user).map(|(_, connection)| connection)
            }),
            sync: use_signal(SyncState::default),
            changed: use_signal(|| 0),
            imports: use_signal(|| 0),
            batches: use_signal(|| 0),
            live: use_signal(HashMap::new),
            held: use_signal(HashMap::new),
            now: use_signal(bridge::now),
            wide: use_signal(|| false),
            to_buy: use_signal(|| None),
            to_case: use_signal(|| None),
            asked: use_signal(|| None),
            to_make: use_signal(|| None),
            discarding: use_signal(|| false),
            toasts: use_signal(Vec::new),
        };
        use_context_provider(|| shared);
        let receiver = use_hook(|| {
            let (sender, receiver) = unbounded();
            let again = sender.clone();
            // The receiver is kept until the page is closed.
            bridge::listen(
                move |event| drop(sender.unbounded_send(Delivery::Event(Box::new(event)))),
                move || drop(again.unbounded_send(Delivery::Reconnected)),
            );
            std::rc::Rc::new(std::cell::RefCell::new(Some(receiver)))
        });
        use_hook(|| {
            let mut wide = shared.wide;
            bridge::on_wide(move |is_wide| wide.set(is_wide));
            let mut asked = shared.asked;
            bridge::on_action(move |what| asked.set(Some(what)));
        });
        use_future(move || {
            let receiver = receiver.borrow_mut().take();
            async move {
                if let Some(receiver) = receiver {
                    shared.receive(receiver).await;
                }
            }
        });
        use_future(move || shared.tick());
        shared
    }

    /// The instant it is by the server's clock, as far as this device knows it: by that one an offer is over, and a meter
    /// has reported. A device's own may be hours ahead.
    pub fn server_now(self) -> UtcMillis {
        (self.now)().plus(self.sync.read().skew_ms)
    }

    /// The role of whoever is signed in.
    pub fn role(self) -> Option<Role> {
        self.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.role)
    }

    /// Whoever is signed in: identifier and name.
    pub fn user(self) -> Option<(UserId, String)> {
        self.session.read().as_ref().and_then(|session| session.user.as_ref()).map(|user| (user.id, user.name.clone()))
    }

    /// Makes every page be about a connection, from now on and after the app was closed.
    pub fn choose(self, connection: ConnectionId) {
        let mut chosen = self.chosen;
        let user = self.session.peek().as_ref().and_then(|session| session.user.as_ref()).map(|user| user.id);
        chosen.set(user.map(|user| (user, connection)));
        // It is kept also if the page that it was chosen on is closed by then. What cannot be kept holds until the app is closed.
        dioxus::core::spawn_forever(async move { drop(bridge::call(Request::ChooseConnection { connection }).await) });
    }

    async fn receive(self, mut deliveries: UnboundedReceiver<Delivery>) {
        let Self { mut session, mut sync, mut changed, mut imports, mut batches, mut to_buy, mut to_case, .. } = self;
        while let Some(delivery) = deliveries.next().await {
            match delivery {
                Delivery::Reconnected => self.ask_all().await,
                Delivery::Event(event) => match *event {
                    Event::Live(frame) => self.take_frame(frame),
                    Event::Changed | Event::Notice(_) => changed += 1,
                    // `Changed` comes as well.
                    Event::NoticeOver(_) | Event::Alert(_) | Event::AlertOver(_) => {}
                    Event::Import(_) => imports += 1,
                    Event::Batch(_) => batches += 1,
                    Event::OpenCase(name) => to_case.set(Some(name)),
                    Event::Buy(connection) => to_buy.set(Some(connection)),
                    Event::Sync(state) => sync.set(state),
                    Event::Session(now) => session.set(Some(*now)),
                },
            }
        }
    }

    /// Asks for what events would have brought: at the start, and after the host was gone.
    async fn ask_all(self) {
        let Self { mut session, mut sync, mut changed, .. } = self;
        if let Ok(Answer::Session(now)) = bridge::call(Request::Session).await {
            session.set(Some(now));
        }
        if let Ok(Answer::Sync(state)) = bridge::call(Request::SyncState).await {
            sync.set(state);
        }
        changed += 1;
    }

    fn take_frame(self, frame: Frame) {
        let Self { mut live, mut held, .. } = self;
        if live.peek().get(&frame.meter).is_some_and(|newest| newest.t > frame.t) {
            return;
        }
        let at = bridge::now();
        let shown_at = held.peek().get(&frame.meter).map(|held| held.shown_at);
        if shown_at.is_none_or(|shown| at.since(shown) >= LIVE_EVERY_MS) {
            held.write().insert(frame.meter, Held { shown_at: at, next: None });
            live.write().insert(frame.meter, frame);
        } else if let Some(held) = held.write().get_mut(&frame.meter) {
            held.next = Some(frame);
        }
    }

    /// Shows the frames that came too soon after the one before.
    fn show_held(self) {
        let Self { mut live, mut held, .. } = self;
        if held.peek().values().all(|held| held.next.is_none()) {
            return;
        }
        let at = bridge::now();
        for held in held.write().values_mut() {
            if let Some(frame) = held.next.take() {
                held.shown_at = at;
                live.write().insert(frame.meter, frame);
            }
        }
    }

    async fn tick(self) {
        let mut now = self.now;
        loop {
            now.set(bridge::now());
            self.show_held();
            gloo_timers::future::TimeoutFuture::new(LIVE_EVERY_MS as u32).await;
        }
    }

    /// Shows a short text for a few seconds.
    pub fn toast(self, text: String) {
        let mut toasts = self.toasts;
        let id = toasts.peek().last().map_or(0, |(id, _)| id + 1);
        toasts.write().push((id, text));
        // It disappears by itself, also when the page that showed it is closed by then.
        dioxus::core::spawn_forever(async move {
            gloo_timers::future::TimeoutFuture::new(4_000).await;
            toasts.write().retain(|(other, _)| *other != id);
        });
    }
}

/// The shared state.
pub fn shared() -> Shared {
    use_context()
}

/// What a view of data has so far.
#[derive(Clone, PartialEq)]
pub enum Load<T> {
    /// Nothing yet: a skeleton, after a moment.
    Waiting,
    /// The data.
    Ready(T),
    /// It could not be had.
    Failed(Problem),
}

/// Asks the client, and again whenever what `ask` reads, or the cache, changes. What was shown stays until the next answer is there.
pub fn use_answer<T: Clone + PartialEq + 'static>(
    ask: impl Fn() -> Request + 'static,
    pick: fn(Answer) -> Option<T>,
) -> Signal<Load<T>> {
    let changed = shared().changed;
    use_answer_of(
        move || {
            changed.read();
            ask()
        },
        pick,
    )
}

/// The same again only when what `ask` reads changes: for what costs the rows of a whole utility, with [`use_changes_every`].
pub fn use_answer_of<T: Clone + PartialEq + 'static>(
    ask: impl Fn() -> Request + 'static,
    pick: fn(Answer) -> Option<T>,
) -> Signal<Load<T>> {
    let mut load = use_signal(|| Load::Waiting);
    use_resource(move || {
        let request = ask();
        async move {
            let next = match bridge::call(request).await {
                Ok(answer) => pick(answer).map_or(Load::Waiting, Load::Ready),
                Err(problem) => Load::Failed(problem),
            };
            if *load.peek() != next {
                load.set(next);
            }
        }
    });
    load
}

/// Counts changes of the cache, but once in so many milliseconds at most, and the last of them always. It counts the minutes as well: what
/// is silent changes nothing, and is judged by the clock.
pub fn use_changes_every(milliseconds: i64) -> Signal<u32> {
    let shared = shared();
    let mut counted = use_signal(|| 0_u32);
    let mut last = use_signal(|| UtcMillis(0));
    let mut waits = use_signal(|| false);
    let minute = use_memo(move || (shared.now)().0 / MINUTE_MS);
    use_effect(move || {
        shared.changed.read();
        minute.read();
        if waits.replace(true) {
            return;
        }
        let wait = (milliseconds - bridge::now().since(*last.peek())).clamp(0, milliseconds);
        spawn(async move {
            gloo_timers::future::TimeoutFuture::new(wait as u32).await;
            last.set(bridge::now());
            waits.set(false);
            counted += 1;
        });
    });
    counted
}
