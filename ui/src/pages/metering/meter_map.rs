//! Meters on a map, for admins in Perangkat and for technicians in Peta: the points, how each is as of this second, and what their forms mean.

use crate::bridge::map::MapEvent;
use crate::components::map::MapHandle;
use crate::i18n::{tr, tra};
use crate::state::{Load, Shared, shared};
use dioxus::prelude::*;
use domain::metering::meter::{Connectivity, Valve};
use domain::{MeterId, UtcMillis};
use protocol::ui::{FleetMap, MapPoint};
use serde::Serialize;
use std::cell::Cell;
use std::rc::Rc;

/// Meters in sight that are listed beside the map.
const LISTED: usize = 50;

/// Of the state that the map draws: the valve is closed, the meter is ticked, and there is work to do at it.
const CLOSED: u8 = 4;
pub const TICKED: u8 = 8;
pub const WORK: u8 = 16;

/// The points that are on the map; what is pressed is named by its place in them.
#[derive(Clone, PartialEq)]
pub struct Points {
    pub version: u32,
    pub all: Rc<Vec<MapPoint>>,
}

impl Points {
    /// Those at some places of the list of a version; none of a list that is not the newest.
    pub fn at(&self, version: u32, members: &[usize]) -> Vec<MapPoint> {
        let known: &[MapPoint] = if version == self.version { &self.all } else { &[] };
        members.iter().filter_map(|place| known.get(*place).cloned()).collect()
    }
}

/// Points as the map takes them: latitude, longitude and state of each.
#[derive(Serialize)]
struct Flat {
    version: u32,
    flat: Vec<i32>,
}

/// Points that are in another state now.
#[derive(Serialize)]
struct Marks {
    version: u32,
    marks: Vec<(usize, u8)>,
}

/// What is in sight, once the map has come to rest.
#[derive(Clone, Default, PartialEq)]
pub struct InSight {
    pub members: Vec<usize>,
    pub n: usize,
    pub under: Vec<usize>,
}

impl InSight {
    /// Those that are listed beside the map.
    pub fn listed(&self) -> &[usize] {
        &self.members[..self.members.len().min(LISTED)]
    }

    /// What a map says is in sight of the points of a version, if that is what happened.
    pub fn of(event: MapEvent, newest: u32) -> Option<Self> {
        match event {
            MapEvent::View { version, members, n, under } if version == newest => Some(Self { members, n, under }),
            _ => None,
        }
    }
}

/// A point as it is now: with the newest frame of its meter, if there is one.
pub fn judged(shared: Shared, point: &MapPoint, now: UtcMillis) -> (Connectivity, bool) {
    let frame = shared.live.peek().get(&point.id).copied().filter(|frame| point.t.is_none_or(|t| t <= frame.t));
    match frame {
        Some(frame) => {
            let state = Connectivity::judge(Some(frame.t), point.interval_s, frame.said_offline, now);
            (state, frame.valve == Valve::Closed)
        }
        None => (Connectivity::judge(point.t, point.interval_s, point.said_offline, now), point.valve_closed),
    }
}

fn drawn((state, is_closed): (Connectivity, bool)) -> u8 {
    state as u8 + if is_closed { CLOSED } else { 0 }
}

/// The points of an answer, with a version of their own.
pub fn use_points(load: Signal<Load<Box<FleetMap>>>) -> Memo<Points> {
    let counter = use_hook(|| Rc::new(Cell::new(0_u32)));
    use_memo(move || {
        counter.set(counter.get() + 1);
        let all = if let Load::Ready(found) = &*load.read() { Rc::new(found.points.clone()) } else { Rc::default() };
        Points { version: counter.get(), all }
    })
}

/// Sets the points of a map.
pub fn use_shown(map: MapHandle, points: Memo<Points>) {
    let shared = shared();
    use_effect(move || {
        let Points { version, all } = points();
        let now = shared.now.peek().plus(shared.sync.peek().skew_ms);
        let one = |point: &MapPoint| [point.at.lat(), point.at.lon(), i32::from(drawn(judged(shared, point, now)))];
        map.set("points", &Flat { version, flat: all.iter().flat_map(one).collect() });
    });
}

/// Once a second the meters in sight are judged anew; the map draws those that have become others, all of them in one frame. `also` has what
/// else is marked at a meter, [`TICKED`] or [`WORK`]: that is marked at once.
pub fn use_marks(map: MapHandle, points: Memo<Points>, in_sight: Signal<InSight>, also: impl Fn(MeterId) -> u8 + 'static) {
    let shared = shared();
    use_effect(move || {
        let now = shared.server_now();
        let Points { version, all } = points();
        let one = |place: &usize| {
            let point = all.get(*place)?;
            Some((*place, drawn(judged(shared, point, now)) + also(point.id)))
        };
        map.set("marks", &Marks { version, marks: in_sight.peek().members.iter().filter_map(one).collect() });
    });
}

/// What the keys refer to, said behind how much is in sight.
pub fn under_cross(under: &[MapPoint]) -> String {
    match under {
        [] => String::new(),
        [point] => format!(" · {}", tra("map-under-one", &[("serial", point.serial.clone())])),
        many => format!(" · {}", tra("map-under-many", &[("n", many.len().to_string())])),
    }
}

/// What the forms and colours mean.
#[component]
pub fn Legend(#[props(default)] with_work: bool) -> Element {
    let states =
        [("online", "state-online"), ("stale", "state-stale"), ("offline", "state-offline"), ("closed", "tile-valve-closed")];
    rsx! {
        span { class: "map-legend small", "aria-hidden": "true",
            for (class , key) in states.into_iter().chain(with_work.then_some(("work", "field-map-work"))) {
                span { key: "{key}", class: "row", i { class: "mark {class}" } {tr(key)} }
            }
        }
    }
}
