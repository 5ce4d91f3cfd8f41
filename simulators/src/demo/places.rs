//! Where the demo's zones and connections are: outlines by hand, and connections scattered within them. A few have no place, and a few share
//! one, as in a real utility.

use domain::core::outline::Outline;
use domain::core::position::Position;
use sync_server::error::Error;

/// The corners of each zone, in thousandths of a degree: latitude, longitude.
const OUTLINES: [[(i32, i32); 6]; 3] = [
    [(-6_895, 107_640), (-6_889, 107_690), (-6_905, 107_722), (-6_938, 107_716), (-6_951, 107_668), (-6_930, 107_640)],
    [(-8_668, 115_196), (-8_664, 115_236), (-8_681, 115_258), (-8_716, 115_252), (-8_722, 115_226), (-8_704, 115_200)],
    [(-2_524, 140_690), (-2_520, 140_712), (-2_540, 140_716), (-2_566, 140_710), (-2_571, 140_690), (-2_545, 140_676)],
];

/// One in so many connections has no place.
const WITHOUT: usize = 60;

/// One in so many shares its place with another one.
const SHARING: usize = 50;

/// Tries to find a place within the outline; its box is at most twice as large.
const TRIES: u64 = 64;

/// The outline of a zone, by its place in the list of zones.
///
/// # Errors
/// The corners above are no outline.
pub fn outline(zone: usize) -> Result<Outline, Error> {
    let corner = |&(lat, lon): &(i32, i32)| Position::new(lat * 1_000, lon * 1_000);
    let corners = OUTLINES.get(zone).into_iter().flatten().filter_map(corner).collect();
    Outline::new(corners).map_err(|error| Error::Setup(format!("the outline of zone {zone}: {error}")))
}

/// The place of a connection in a zone, if it has one.
///
/// # Errors
/// The zone has no outline.
pub fn of(index: usize, zone: usize) -> Result<Option<Position>, Error> {
    if index % WITHOUT == WITHOUT - 1 {
        return Ok(None);
    }
    // Three further back is in the same zone.
    let index = if index % SHARING == 10 { index - 3 } else { index };
    let outline = outline(zone)?;
    let (lats, lons): (Vec<i32>, Vec<i32>) = outline.corners().iter().map(|corner| (corner.lat(), corner.lon())).unzip();
    let within = |all: &[i32], part: u64| {
        let (least, most) = (all.iter().min().copied().unwrap_or_default(), all.iter().max().copied().unwrap_or_default());
        least + (i64::from(most - least) * part as i64 / 1_000_000) as i32
    };
    let scattered = |step: u64| {
        // Multiples of two irrational parts fill a square evenly.
        Position::new(within(&lats, step * 754_878 % 1_000_000), within(&lons, step * 569_840 % 1_000_000))
    };
    let steps = (0..TRIES).map(|again| index as u64 * TRIES + again);
    Ok(steps.filter_map(scattered).find(|place| outline.contains(*place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_lie_in_their_zones_but_for_a_few_without_a_place() {
        let places: Vec<_> = (0..300).map(|index| (index % 3, of(index, index % 3).expect("an outline"))).collect();
        assert_eq!(places.iter().filter(|(_, place)| place.is_none()).count(), 5);
        for (zone, place) in &places {
            assert!(place.is_none_or(|place| outline(*zone).expect("an outline").contains(place)));
        }
        assert_eq!(places[10], places[7]);
        let mut apart: Vec<_> = places.iter().filter_map(|(_, place)| *place).map(<(i32, i32)>::from).collect();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(apart.len(), 295 - 6, "six share a place");
    }
}
