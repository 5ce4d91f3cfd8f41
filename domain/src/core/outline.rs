//! The outline of an area on the earth: its corners in order. Exact: everything is decided in whole millionths of a degree, on the plane of
//! latitude and longitude, as maps draw it.

use crate::core::position::{Area, Position};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Corners that an outline has.
pub const CORNERS: RangeInclusive<usize> = 3..=200;

/// An outline within Indonesia. It closes by itself: from its last corner to its first. No corner is there twice, and no two of its sides touch
/// but where one follows the other. It is stored and sent as its corners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Position>", into = "Vec<Position>")]
pub struct Outline(Vec<Position>);

/// Why corners are no outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoOutline {
    /// Fewer than three corners surround nothing.
    #[error("an outline has three corners at least")]
    TooFew,
    /// More corners than [`CORNERS`].
    #[error("an outline has 200 corners at most")]
    TooMany,
    /// A corner is outside of [`Area::INDONESIA`].
    #[error("a corner is not in Indonesia")]
    Outside,
    /// Two sides cross or touch, or a corner is there twice.
    #[error("the sides of an outline do not touch each other")]
    Crossing,
}

impl NoOutline {
    /// The word by which it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "outline_too_few",
            Self::TooMany => "outline_too_many",
            Self::Outside => "outline_outside",
            Self::Crossing => "outline_crossing",
        }
    }
}

impl Outline {
    /// From the corners in their order, either way round. A first one that is there again at the end, as files have it, is left out.
    ///
    /// # Errors
    /// The first of [`NoOutline`] that is true.
    pub fn new(mut corners: Vec<Position>) -> Result<Self, NoOutline> {
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        if corners.len() < *CORNERS.start() {
            return Err(NoOutline::TooFew);
        }
        if corners.len() > *CORNERS.end() {
            return Err(NoOutline::TooMany);
        }
        if !corners.iter().all(|corner| Area::INDONESIA.contains(*corner)) {
            return Err(NoOutline::Outside);
        }
        if touches_itself(&corners) { Err(NoOutline::Crossing) } else { Ok(Self(corners)) }
    }

    /// The corners in their order.
    pub fn corners(&self) -> &[Position] {
        &self.0
    }

    /// Whether a place is in it; its sides are.
    pub fn contains(&self, place: Position) -> bool {
        let mut is_in = false;
        for (from, to) in sides(&self.0) {
            if is_on(place, from, to) {
                return true;
            }
            // Whether the way east from the place crosses this side: its ends are on both sides of it, and the place is west of the side.
            let is_crossed = (from.lat() > place.lat()) != (to.lat() > place.lat());
            if is_crossed && (turn(from, to, place) > 0) == (to.lat() > from.lat()) {
                is_in = !is_in;
            }
        }
        is_in
    }
}

impl TryFrom<Vec<Position>> for Outline {
    type Error = NoOutline;
    fn try_from(corners: Vec<Position>) -> Result<Self, NoOutline> {
        Self::new(corners)
    }
}

impl From<Outline> for Vec<Position> {
    fn from(outline: Outline) -> Self {
        outline.0
    }
}

/// From each corner to the next, and from the last to the first.
fn sides(corners: &[Position]) -> impl Iterator<Item = (Position, Position)> {
    corners.iter().copied().zip(corners.iter().copied().cycle().skip(1))
}

/// Which way one turns on the way over three places: above zero to the left, below to the right, zero straight on or back. The differences are
/// below 2^29, so that nothing overflows.
fn turn(one: Position, two: Position, three: Position) -> i64 {
    let (east, north) = (away(one.lon(), two.lon()), away(one.lat(), two.lat()));
    east * away(one.lat(), three.lat()) - north * away(one.lon(), three.lon())
}

fn away(from: i32, to: i32) -> i64 {
    i64::from(to) - i64::from(from)
}

/// Whether a place is on the straight way between two others, these included.
fn is_on(place: Position, from: Position, to: Position) -> bool {
    let between = |at: i32, one: i32, other: i32| at >= one.min(other) && at <= one.max(other);
    turn(from, to, place) == 0 && between(place.lat(), from.lat(), to.lat()) && between(place.lon(), from.lon(), to.lon())
}

/// Whether two straight ways have a place in common.
fn meet((a, b): (Position, Position), (c, d): (Position, Position)) -> bool {
    let crosses = turn(a, b, c).signum() * turn(a, b, d).signum() < 0 && turn(c, d, a).signum() * turn(c, d, b).signum() < 0;
    crosses || is_on(c, a, b) || is_on(d, a, b) || is_on(a, c, d) || is_on(b, c, d)
}

/// Whether sides have more in common than the corner from which one goes on to the next. Each is compared with each: 20,000 pairs at most.
fn touches_itself(corners: &[Position]) -> bool {
    let sides: Vec<_> = sides(corners).collect();
    let last = sides.len() - 1;
    for (place, one) in sides.iter().enumerate() {
        for (behind, other) in sides.iter().enumerate().skip(place + 1) {
            let is_touching = if behind == place + 1 {
                goes_back(*one, *other)
            } else if place == 0 && behind == last {
                goes_back(*other, *one)
            } else {
                meet(*one, *other)
            };
            if is_touching {
                return true;
            }
        }
    }
    false
}

/// Whether a side goes back over the one before it, or one of them has no length.
fn goes_back((from, corner): (Position, Position), (_, to): (Position, Position)) -> bool {
    is_on(to, from, corner) || is_on(from, corner, to)
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
