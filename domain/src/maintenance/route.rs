//! In which order somebody goes to the meters of a day so that the way is short: the nearest next, and then no two stretches that would be shorter
//! crossed over. All of it in whole numbers, so that each device proposes the same.

use crate::core::position::{MICRO, Position};

/// Metres in a degree along a meridian: the mean radius of the earth (IUGG), 6,371,008.8 m.
const DEGREE_M: i64 = 111_195;

/// Degrees squared of Bhaskara's approximation of a cosine, which is off by two thousandths at most.
const HALF_TURN_SQUARED: i64 = 180 * 180;

/// The cosine of a latitude in millionths of a degree, in thousandths.
fn cosine(lat: i64) -> i64 {
    // Tenths of a degree are fine enough, and their squares fit.
    let tenths = lat / i64::from(MICRO / 10);
    let (square, whole) = (tenths * tenths, 100 * HALF_TURN_SQUARED);
    (1_000 * (whole - 4 * square) / (whole + square)).max(0)
}

/// The straight way between two places in whole metres, the same in both directions. Within a utility it is right to a hundredth; it is no
/// measure across oceans.
pub fn metres(a: Position, b: Position) -> i64 {
    let north = i64::from(a.lat()) - i64::from(b.lat());
    let middle = (i64::from(a.lat()) + i64::from(b.lat())) / 2;
    let east = (i64::from(a.lon()) - i64::from(b.lon())) * cosine(middle) / 1_000;
    let micro = (north * north + east * east).isqrt();
    micro * DEGREE_M / i64::from(MICRO)
}

/// The way from one place to the next, in metres. What has no place is left out.
pub fn way(places: impl IntoIterator<Item = Option<Position>>) -> i64 {
    let mut last: Option<Position> = None;
    let mut sum = 0;
    for place in places.into_iter().flatten() {
        sum += last.map_or(0, |last| metres(last, place));
        last = Some(place);
    }
    sum
}

/// An order of places by their numbers that is never longer than the given one. The first place stays the first: there the day begins. Those of which
/// nobody knows where they are come last, as they were. Costs the square of their number, several times over: some hundred are fine.
pub fn shorter(places: &[Option<Position>]) -> Vec<usize> {
    let (known, unknown): (Vec<usize>, Vec<usize>) = (0..places.len()).partition(|place| places[*place].is_some());
    let at: Vec<Position> = places.iter().copied().flatten().collect();
    let table = Table::of(&at);
    let given: Vec<usize> = (0..at.len()).collect();
    let nearest = table.nearest();
    let found = [given, nearest].map(|order| table.uncrossed(order));
    let [a, b] = &found;
    let best = if table.length(b) < table.length(a) { b } else { a };
    best.iter().map(|place| known[*place]).chain(unknown).collect()
}

/// Metres from each place to each.
struct Table {
    count: usize,
    metres: Vec<i64>,
}

impl Table {
    fn of(at: &[Position]) -> Self {
        let metres = at.iter().flat_map(|a| at.iter().map(|b| metres(*a, *b))).collect();
        Self { count: at.len(), metres }
    }

    fn between(&self, a: usize, b: usize) -> i64 {
        self.metres[a * self.count + b]
    }

    fn length(&self, order: &[usize]) -> i64 {
        order.windows(2).map(|pair| self.between(pair[0], pair[1])).sum()
    }

    /// From the first place always to the nearest that is left; of two as near the one that was given first.
    fn nearest(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.count).collect();
        let mut order: Vec<usize> = Vec::with_capacity(self.count);
        while !left.is_empty() {
            let next = order.last().map_or(0, |last| {
                let nearest = left.iter().enumerate().min_by_key(|(_, place)| (self.between(*last, **place), **place));
                nearest.map_or(0, |(at, _)| at)
            });
            order.push(left.remove(next));
        }
        order
    }

    /// The same with stretches turned round as long as that makes it shorter (2-opt). Each turn saves a metre at least, so that it comes to an end.
    fn uncrossed(&self, mut order: Vec<usize>) -> Vec<usize> {
        let last = order.len();
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for from in 1..last {
                for to in from + 1..last {
                    if self.saved(&order, (from, to)) > 0 {
                        order[from..=to].reverse();
                        has_changed = true;
                    }
                }
            }
        }
        order
    }

    /// Metres that are saved when a stretch is gone the other way.
    fn saved(&self, order: &[usize], (from, to): (usize, usize)) -> i64 {
        let (before, first, last) = (order[from - 1], order[from], order[to]);
        // Behind the last place nothing is gone.
        let (was, would) = order.get(to + 1).map_or((0, 0), |after| (self.between(last, *after), self.between(first, *after)));
        self.between(before, first) + was - self.between(before, last) - would
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(lat: i32, lon: i32) -> Position {
        Position::new(lat, lon).expect("a place")
    }

    /// Places of a town near the equator or further south, some of them unknown.
    fn places() -> impl Strategy<Value = Vec<Option<Position>>> {
        let one = (-60_000..60_000_i32, -60_000..60_000_i32);
        (-11..7_i32, prop::collection::vec(prop::option::weighted(0.8, one), 0..14)).prop_map(|(south, found)| {
            found.into_iter().map(|at| at.map(|(lat, lon)| place(south * MICRO + lat, 110 * MICRO + lon))).collect()
        })
    }

    #[test]
    fn places_on_a_line_are_gone_to_along_it() {
        let line = [0, 3_000, 1_000, 4_000, 2_000].map(|lon| Some(place(-6_900_000, 107_600_000 + lon)));
        assert_eq!(shorter(&line), [0, 2, 4, 1, 3]);
        assert_eq!(shorter(&[]), Vec::<usize>::new());
        assert_eq!(shorter(&[None, line[0], None]), [1, 0, 2], "what nobody knows comes last, as it was");
    }

    #[test]
    fn a_degree_has_the_metres_of_its_latitude() {
        assert_eq!(metres(place(0, 110 * MICRO), place(0, 111 * MICRO)), DEGREE_M);
        let south = metres(place(-60 * MICRO, 0), place(-60 * MICRO, MICRO));
        assert!((south - DEGREE_M / 2).abs() < DEGREE_M / 100, "{south}");
    }

    proptest! {
        #[test]
        fn a_route_has_each_job_once_and_is_never_longer_than_the_given_order(places in places()) {
            let order = shorter(&places);
            let mut all = order.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..places.len()).collect::<Vec<_>>());
            let ours = way(order.iter().map(|place| places[*place]));
            prop_assert!(ours <= way(places.iter().copied()), "{order:?}");
            // It begins where the day does, and a second look proposes nothing longer.
            prop_assert_eq!(order.first().copied(), places.iter().position(Option::is_some).or((!places.is_empty()).then_some(0)));
            let turned: Vec<_> = order.iter().map(|place| places[*place]).collect();
            prop_assert!(way(shorter(&turned).iter().map(|place| turned[*place])) <= ours);
        }

        #[test]
        fn the_way_is_near_the_one_of_the_sphere_and_the_same_both_ways(places in places()) {
            let known: Vec<Position> = places.into_iter().flatten().collect();
            for (a, b) in known.iter().zip(known.iter().skip(1)) {
                prop_assert_eq!(metres(*a, *b), metres(*b, *a));
                let sphere = i64::from(a.distance_m(*b));
                prop_assert!((metres(*a, *b) - sphere).abs() <= sphere / 100 + 2, "{} {sphere}", metres(*a, *b));
            }
        }

        #[test]
        fn no_stretch_of_a_route_would_be_shorter_the_other_way(places in places()) {
            let found: Vec<Option<Position>> = shorter(&places).into_iter().map(|place| places[place]).collect();
            let known = found.iter().filter(|place| place.is_some()).count();
            for (from, to) in (1..known).flat_map(|from| (from + 1..known).map(move |to| (from, to))) {
                let mut turned = found.clone();
                turned[from..=to].reverse();
                prop_assert!(way(turned) >= way(found.iter().copied()), "{from} to {to}");
            }
        }
    }
}
