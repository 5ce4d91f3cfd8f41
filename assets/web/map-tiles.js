// The streets under a map: tiles of the packs that were imported on this device. Only those in sight are asked for, a few at a time; of those that
// are not in sight any more a bounded number is kept. They go past the screens' program, which has nothing to do with them.
import { call } from "./bridge.js";
import { east, south } from "./map-groups.js";

// Units along a side of a tile (protocol/src/ui/maps.rs).
const UNITS = 4096;

// Tiles that are kept, and asked for at once.
const KEPT = 64;
const AT_ONCE = 4;

// A tile that is not there yet is drawn of one that it is a part of, up to so many zooms above.
const ABOVE = 5;

// Milliseconds without a question after one that failed.
const PAUSE = 5_000;

async function ask(request) {
  const { Ok: answer } = JSON.parse(await call(JSON.stringify({ ask: "maps", ...request })));
  if (!answer) throw new Error("the client did not answer");
  return answer.maps;
}

export class Tiles {
  // `onchange` is called when there is something else to draw.
  constructor(onchange) {
    this.onchange = onchange;
    this.packs = null;
    this.kept = new Map();
    this.asked = new Set();
    this.wanted = [];
    this.pausedUntil = 0;
    ask({ map: "list" }).then(({ packs }) => {
      this.packs = packs.filter(({ area }) => area).map(({ area }) => packOf(area));
      // The finer ones are drawn over the others.
      this.packs.sort((one, other) => one.most - other.most);
      this.onchange();
    }, () => (this.packs = []));
  }

  end() {
    this.isOver = true;
    this.kept.clear();
  }

  // The squares that are in sight, and what there is to draw in each: the tile itself, or a part of one above it. What is missing is asked for.
  inSight(view) {
    this.wanted = squares(this.packs ?? [], view);
    const found = this.wanted.map((square) => ({ square, tile: this.#nearest(square) })).filter(({ tile }) => tile);
    this.#fill();
    return found;
  }

  // Whether a pack has streets for the middle of a view, and whose data are in sight; null while that is not known.
  about(view) {
    if (!this.packs) return null;
    const isIn = ({ box: [west, north, far, end] }) => view.x >= west && view.x <= far && view.y >= north && view.y <= end;
    const drawn = this.packs.filter((pack) => levelOf(pack, view) !== null && sightOf(pack, view));
    return { covered: this.packs.some(isIn), attribution: [...new Set(drawn.map((pack) => pack.attribution).filter(Boolean))].join(" · ") };
  }

  #nearest({ z, x, y }) {
    for (let up = 0; up <= Math.min(ABOVE, z); up++) {
      const tile = this.kept.get(keyOf(z - up, x >> up, y >> up));
      // A square of which no pack has a tile stays empty.
      if (tile || (tile === null && up === 0)) return tile;
    }
    return null;
  }

  // Asks for the next of what is in sight now, whatever was in sight before.
  #fill() {
    if (this.isOver || performance.now() < this.pausedUntil) return;
    for (const square of this.wanted) {
      if (this.asked.size >= AT_ONCE) return;
      const key = keyOf(square.z, square.x, square.y);
      if (!this.kept.has(key) && !this.asked.has(key)) this.#get(key, square);
    }
  }

  async #get(key, square) {
    this.asked.add(key);
    try {
      const { tile } = await ask({ map: "tile", with: square });
      if (this.isOver) return;
      this.kept.set(key, tile && drawable(tile, square));
      this.#forget();
    } catch {
      this.pausedUntil = performance.now() + PAUSE;
    }
    this.asked.delete(key);
    this.#fill();
    this.onchange();
  }

  // Forgets those that came first, but none that is in sight.
  #forget() {
    const inSight = new Set(this.wanted.map(({ z, x, y }) => keyOf(z, x, y)));
    for (const key of this.kept.keys()) {
      if (this.kept.size <= KEPT) return;
      if (!inSight.has(key)) this.kept.delete(key);
    }
  }
}

const keyOf = (z, x, y) => `${z}/${x}/${y}`;

function packOf({ south_west: [low, left], north_east: [high, right], min_zoom: least, max_zoom: most, attribution }) {
  return { least, most, attribution, box: [east(left), south(high), east(right), south(low)] };
}

// The zoom of the tiles that are drawn of a pack; null where the view is wider than its coarsest. A tile is made for 512 pixels, the earth of zoom 0
// has 256: the finest that is drawn is one zoom above the view's.
function levelOf({ least, most }, view) {
  const z = Math.min(Math.floor(view.zoom) - 1, most);
  return z < least ? null : z;
}

// What of a pack is in sight: west, north, east, south; null if nothing is.
function sightOf({ box }, view) {
  const [west, north] = view.onEarth(0, 0);
  const [far, end] = view.onEarth(view.width, view.height);
  const sight = [Math.max(west, box[0]), Math.max(north, box[1]), Math.min(far, box[2]), Math.min(end, box[3])];
  return sight[0] < sight[2] && sight[1] < sight[3] ? sight : null;
}

// The squares of the packs within a view, the coarser first.
function squares(packs, view) {
  const found = new Map();
  for (const pack of packs) {
    const z = levelOf(pack, view);
    const sight = z === null ? null : sightOf(pack, view);
    if (!sight) continue;
    const [left, top, right, bottom] = sight.map((value) => Math.max(0, Math.min(2 ** z - 1, Math.floor(value * 2 ** z))));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) found.set(keyOf(z, x, y), { z, x, y });
    }
  }
  return [...found.values()];
}

// A tile as the canvas draws it: a path for each kind, and the places where they are on the earth.
function drawable(tile, { z, x, y }) {
  const ring = (all) => pathOf(all, true);
  const line = (all) => pathOf(all, false);
  return {
    z, x, y, units: UNITS,
    water: ring(tile.water),
    buildings: ring(tile.buildings),
    rivers: line(tile.rivers),
    roads: [tile.paths, tile.minor_roads, tile.major_roads, tile.highways].map(line),
    places: tile.places.map((place) => ({ name: place.name, kind: place.kind, x: (x + place.x / UNITS) / 2 ** z, y: (y + place.y / UNITS) / 2 ** z })),
  };
}

// Lines of a first corner and the way to each next one.
function pathOf(lines, isClosed) {
  if (!lines.length) return null;
  const path = new Path2D();
  for (const line of lines) {
    let [x, y] = line;
    path.moveTo(x, y);
    for (let at = 2; at < line.length; at += 2) path.lineTo((x += line[at]), (y += line[at + 1]));
    if (isClosed) path.closePath();
  }
  return path;
}
