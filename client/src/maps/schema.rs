//! What of a vector tile a map draws, by the names that the usual makers of tiles from OpenStreetMap give to layers and kinds: Protomaps
//! (versions 3 and 4), OpenMapTiles (which Planetiler makes by itself) and Shortbread. What has another name is not drawn.

use protocol::ui::maps::PlaceKind;

/// A layer that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Areas and lines of water.
    Water,
    /// Houses.
    Buildings,
    /// Lines of roads by class.
    Roads,
    /// Points with names.
    Places,
}

/// The class of a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// Between cities.
    Highway,
    /// Between districts.
    Major,
    /// A street.
    Minor,
    /// Without cars.
    Path,
}

/// The keys under which a feature says what it is, what it is in detail, and its name.
pub const KINDS: &[&str] = &["kind", "class", "pmap:kind"];
pub const DETAILS: &[&str] = &["kind_detail", "pmap:kind_detail"];
pub const NAME: &str = "name";

/// What the layer of a name holds, if it is drawn.
pub fn theme(layer: &str) -> Option<Theme> {
    Some(match layer {
        "water" | "waterway" | "physical_line" | "ocean" | "water_polygons" | "water_lines" => Theme::Water,
        "buildings" | "building" => Theme::Buildings,
        "roads" | "transportation" | "streets" => Theme::Roads,
        "places" | "place" | "place_labels" => Theme::Places,
        _ => return None,
    })
}

/// The class of a road of a kind, if it is drawn.
pub fn road(kind: &str) -> Option<Road> {
    Some(match kind.strip_suffix("_link").unwrap_or(kind) {
        "highway" | "motorway" | "trunk" => Road::Highway,
        "major_road" | "medium_road" | "primary" | "secondary" | "tertiary" => Road::Major,
        "minor_road" | "minor" | "residential" | "living_street" | "unclassified" | "service" | "busway" => Road::Minor,
        "path" | "other" | "track" | "footway" | "pedestrian" | "cycleway" | "steps" => Road::Path,
        _ => return None,
    })
}

/// What a place of a kind is, if it is drawn; countries and provinces are not.
pub fn place(kind: &str) -> Option<PlaceKind> {
    Some(match kind {
        "city" => PlaceKind::City,
        "town" => PlaceKind::Town,
        "suburb" | "quarter" | "borough" | "macrohood" | "neighbourhood" => PlaceKind::Suburb,
        // A locality of which nothing else is known.
        "village" | "locality" => PlaceKind::Village,
        "hamlet" | "isolated_dwelling" => PlaceKind::Hamlet,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roads_and_places_of_each_usual_maker_are_drawn_and_railways_and_countries_are_not() {
        for (kind, class) in [("major_road", Road::Major), ("secondary", Road::Major), ("motorway_link", Road::Highway)] {
            assert_eq!(road(kind), Some(class), "{kind}");
        }
        assert_eq!((road("rail"), road("ferry"), place("country")), (None, None, None));
        assert_eq!((place("neighbourhood"), place("locality")), (Some(PlaceKind::Suburb), Some(PlaceKind::Village)));
        assert_eq!((theme("transportation"), theme("landuse")), (Some(Theme::Roads), None));
    }
}
