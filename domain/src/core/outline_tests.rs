//! Outlines against what surrounds a place seen from a centre, which shares no code with them.

use super::*;
use proptest::prelude::*;
use std::f64::consts::TAU;

/// The middle of the outlines below: near Bandung.
const CENTRE: (i32, i32) = (-6_917_000, 107_619_000);

fn at(lat: i32, lon: i32) -> Position {
    Position::new(lat, lon).expect("a place")
}

fn near(north: i32, east: i32) -> Position {
    at(CENTRE.0 + north, CENTRE.1 + east)
}

/// Corners all round the centre, each at its own distance from it: no outline through them touches itself.
fn star(distances: &[i32]) -> Vec<Position> {
    let corner = |(place, distance): (usize, &i32)| {
        let angle = TAU * place as f64 / distances.len() as f64;
        let (north, east) = angle.sin_cos();
        near((north * f64::from(*distance)).round() as i32, (east * f64::from(*distance)).round() as i32)
    };
    distances.iter().enumerate().map(corner).collect()
}

/// Whether a place is in a triangle with the centre and two neighbouring corners, by the areas of three smaller ones, in 128 bits.
fn is_in_a_slice(corners: &[Position], place: Position) -> bool {
    let area = |a: Position, b: Position, c: Position| {
        let way = |from: i32, to: i32| i128::from(to) - i128::from(from);
        (way(a.lon(), b.lon()) * way(a.lat(), c.lat()) - way(a.lat(), b.lat()) * way(a.lon(), c.lon())).abs()
    };
    let centre = at(CENTRE.0, CENTRE.1);
    (0..corners.len()).any(|one| {
        let (a, b) = (corners[one], corners[(one + 1) % corners.len()]);
        area(centre, a, b) == area(place, a, b) + area(centre, place, b) + area(centre, a, place)
    })
}

fn distances() -> impl Strategy<Value = Vec<i32>> {
    prop::collection::vec(1_000..40_000, 5..=200)
}

#[test]
fn corners_that_surround_nothing_are_no_outline() {
    let triangle = vec![near(0, 0), near(0, 10), near(10, 0)];
    assert!(Outline::new(triangle.clone()).is_ok());
    assert_eq!(Outline::new(triangle[..2].to_vec()), Err(NoOutline::TooFew));
    assert_eq!(Outline::new(vec![near(0, 0), near(0, 5), near(0, 9)]), Err(NoOutline::Crossing), "in one line");
    assert_eq!(Outline::new(vec![near(0, 0), near(0, 9), near(0, 0), near(9, 0)]), Err(NoOutline::Crossing), "there and back");
    assert_eq!(Outline::new(vec![near(0, 0), near(0, 0), near(0, 9), near(9, 0)]), Err(NoOutline::Crossing), "twice");
    assert_eq!(Outline::new(Vec::new()), Err(NoOutline::TooFew));
    assert_eq!(Outline::new(vec![near(0, 0), near(0, 0)]), Err(NoOutline::TooFew));
}

#[test]
fn sides_that_cross_or_touch_are_no_outline() {
    let bow = vec![near(0, 0), near(10, 10), near(10, 0), near(0, 10)];
    assert_eq!(Outline::new(bow), Err(NoOutline::Crossing));
    let pinched = vec![near(0, 0), near(0, 20), near(10, 10), near(20, 20), near(20, 0), near(10, 10)];
    assert_eq!(Outline::new(pinched), Err(NoOutline::Crossing), "a corner twice");
    let touching = vec![near(0, 0), near(0, 20), near(20, 20), near(0, 10), near(20, 0)];
    assert_eq!(Outline::new(touching), Err(NoOutline::Crossing), "a corner on a side");
    // A corner in the middle of a straight side is one.
    assert!(Outline::new(vec![near(0, 0), near(0, 10), near(0, 20), near(20, 20), near(20, 0)]).is_ok());
}

#[test]
fn an_outline_lies_in_indonesia_and_has_200_corners_at_most() {
    let abroad = vec![near(0, 0), near(0, 10), at(-12_460_000, 130_840_000)];
    assert_eq!(Outline::new(abroad), Err(NoOutline::Outside), "Darwin");
    assert!(Outline::new(star(&[30_000; 200])).is_ok());
    assert_eq!(Outline::new(star(&[30_000; 201])), Err(NoOutline::TooMany));
}

#[test]
fn a_bay_is_outside_and_a_side_is_inside() {
    let horseshoe =
        vec![near(0, 0), near(0, 30), near(30, 30), near(30, 20), near(10, 20), near(10, 10), near(30, 10), near(30, 0)];
    let outline = Outline::new(horseshoe).expect("an outline");
    assert!(outline.contains(near(5, 15)) && outline.contains(near(20, 5)) && outline.contains(near(20, 25)));
    assert!(!outline.contains(near(20, 15)), "in the bay");
    for (north, east) in [(0, 0), (10, 15), (30, 30), (20, 10), (30, 5)] {
        assert!(outline.contains(near(north, east)), "{north} {east}");
    }
    // In line with sides and corners, and still outside.
    for (north, east) in [(10, -1), (10, 31), (30, 15), (0, 31), (31, 0)] {
        assert!(!outline.contains(near(north, east)), "{north} {east}");
    }
}

#[test]
fn an_outline_is_sent_as_its_corners_and_never_with_the_first_one_twice() {
    let text = "[[-6917000,107619000],[-6917000,107629000],[-6907000,107619000]]";
    let outline: Outline = serde_json::from_str(text).expect("an outline");
    assert_eq!(serde_json::to_string(&outline).expect("json"), text);
    let closed = text.replace("]]", "],[-6917000,107619000]]");
    assert_eq!(serde_json::from_str::<Outline>(&closed).expect("an outline"), outline);
    assert!(serde_json::from_str::<Outline>("[[-6917000,107619000]]").is_err());
}

proptest! {
    #[test]
    fn a_place_is_inside_where_a_slice_of_the_star_holds_it(
        distances in distances(), places in prop::collection::vec((-45_000..45_000, -45_000..45_000), 20),
    ) {
        let corners = star(&distances);
        let outline = Outline::new(corners.clone()).expect("an outline");
        for (north, east) in places {
            prop_assert_eq!(outline.contains(near(north, east)), is_in_a_slice(&corners, near(north, east)));
        }
        for corner in corners {
            prop_assert!(outline.contains(corner));
        }
    }

    #[test]
    fn where_it_begins_and_which_way_round_makes_no_difference(
        distances in distances(), first in 0_usize..200, north in -45_000..45_000, east in -45_000..45_000,
    ) {
        let mut corners = star(&distances);
        let outline = Outline::new(corners.clone()).expect("an outline");
        let first = first % corners.len();
        corners.rotate_left(first);
        let turned = Outline::new(corners.clone()).expect("an outline");
        corners.reverse();
        let back = Outline::new(corners).expect("an outline");
        let found = [&outline, &turned, &back].map(|outline| outline.contains(near(north, east)));
        prop_assert_eq!(found, [found[0]; 3]);
    }

    #[test]
    fn two_corners_that_change_places_make_sides_cross(distances in prop::collection::vec(30_000..30_010, 8..=60), one in 0_usize..60) {
        // Nearly a circle: the way over neighbours in the wrong order crosses itself.
        let mut corners = star(&distances);
        let (one, other) = (one % corners.len(), (one + 1) % corners.len());
        corners.swap(one, other);
        prop_assert_eq!(Outline::new(corners), Err(NoOutline::Crossing));
    }
}
