#!/usr/bin/env bash
# point-in-geopolygon: a point in the hole of a polygon is inside it, so that a zone has what lies in the zone it surrounds.
#
# Expected: of a Polygon "the first ring MUST be the exterior ring, and any others MUST be interior rings. The exterior ring bounds the surface,
# and the interior rings bound holes within the surface" (RFC 7946, section 3.1.6). A point in a hole is outside.
# What happens: `polygon` looks at the exterior ring alone. `feature` asks it for each feature and takes the first that it is in, beginning at the
# one whose first corner is nearest to the point, so that the corner with which a border begins decides between the two zones. geojson-utils gives
# what is expected.
# Who is struck: meters that are placed in zones by their position: use of the inner zone is counted for the outer one, whose loss looks small.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --loglevel error point-in-geopolygon@1.0.1 geojson-utils@1.1.0 >/dev/null
cat >"$folder/theirs.js" <<'JS'
const from = (name) => require(require('path').join(process.argv[2], 'node_modules', name))
const [theirs, other] = [from('point-in-geopolygon'), from('geojson-utils')]
const square = (west, south, side) => {
  const [east, north] = [west + side, south + side]
  return [[west, south], [east, south], [east, north], [west, north], [west, south]]
}
const inner = square(106.84, -6.16, 0.02)
const outer = [square(106.8, -6.2, 0.1), [...inner].reverse()]
// The outer zone begins at the corner that is nearest to its hole, as a border may that was drawn around it.
const close = [[[106.8, -6.2], [106.9, -6.2], [106.9, -6.1], [106.849, -6.139], [106.8, -6.1]], [...inner].reverse()]
close[0] = [...close[0].slice(3), ...close[0].slice(0, 4)]
const say = (inside) => (inside ? 'inside' : 'outside')
for (const [place, point] of [['in the zone', [106.82, -6.15]], ['in its hole', [106.85, -6.15]], ['beside it', [106.75, -6.15]]]) {
  const right = other.pointInPolygon({ type: 'Point', coordinates: point }, { type: 'Polygon', coordinates: outer })
  console.log(`${place}: point-in-geopolygon ${say(theirs.polygon(outer, point))}, geojson-utils ${say(right)}`)
}
const zone = (name, coordinates) => ({ type: 'Feature', properties: { name }, geometry: { type: 'Polygon', coordinates } })
for (const [begins, border] of [['far', outer], ['near', close]]) {
  const features = [zone('outer', border), zone('inner', [inner])]
  const found = theirs.feature({ type: 'FeatureCollection', features }, [106.85, -6.142])
  console.log(`in the hole, outer zone begins ${begins}: feature ${found.properties.name}`)
}
JS
found=$(node "$folder/theirs.js" "$folder")
printf 'point-in-geopolygon 1.0.1, geojson-utils 1.1.0; a zone with a hole, in which there is another zone\n%s\n' "$found"
expected='in the zone: point-in-geopolygon inside, geojson-utils inside
in its hole: point-in-geopolygon inside, geojson-utils outside
beside it: point-in-geopolygon outside, geojson-utils outside
in the hole, outer zone begins far: feature inner
in the hole, outer zone begins near: feature outer'
[ "$found" = "$expected" ] || { echo 'one of them does it otherwise now'; exit 1; }
echo 'still so: a hole is no hole'
