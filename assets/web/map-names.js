// Names on a map, where no meters and no other name are: those of zones, then those of places in the tiles, the larger first.

// How large a place is; a smaller one gives way. The first of them are bold.
const KINDS = ["city", "town", "suburb", "village", "hamlet"];
const BOLD = 2;

// Places whose names are looked at: more than have room.
const LOOKED_AT = 80;

export const around = (left, top, wide, high) => [left - wide, top - high, left + wide, top + high];

const isFree = (taken, [a, b, c, d]) => !taken.some(([e, f, g, h]) => a < g && c > e && b < h && d > f);

export function write({ ctx, colour, font }, text, left, top, ink, weight) {
  ctx.font = `${weight} 13px ${font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = colour.surface;
  ctx.strokeText(text, left, top);
  ctx.fillStyle = ink;
  ctx.fillText(text, left, top);
}

// The names of zones, above everything else: in the middle, along the northern or southern side, or beyond the circle of its meters. The zone and
// its meters move together, so that a name stays where it is until somebody zooms. `taken` has where meters are, and gets the names.
export function zoneNames(view, taken) {
  const { ctx, width, height, font, colour } = view;
  ctx.font = `600 13px ${font}`;
  for (const { name, box } of view.zones) {
    const [west, north] = view.onScreen(box[0], box[1]);
    const [far, end] = view.onScreen(box[2], box[3]);
    if (far < 0 || west > width || end < 0 || north > height) continue;
    const left = (west + far) / 2;
    const wide = ctx.measureText(name).width / 2 + 2;
    const middle = (north + end) / 2;
    // Of a zone that is smaller than the circle of its meters, the name is above or below the circle.
    const tops = [middle, north + 12, end - 12, north - 12, end + 12, middle - 44, middle + 44];
    const top = tops.find((top) => isFree(taken, around(left, top, wide, 9))) ?? middle - 44;
    taken.push(around(left, top, wide, 9));
    write(view, name, left, top, colour.text, 600);
  }
}

// The names of the places in tiles that are drawn. The order is that of their size and their names, not that of the tiles, so that the same ones
// stand there while the map is moved.
export function placeNames(view, tiles, taken) {
  const { ctx, width, height, font, colour } = view;
  const isIn = ({ left, top }) => left > 0 && left < width && top > 0 && top < height;
  const onScreen = (place) => {
    const [left, top] = view.onScreen(place.x, place.y);
    return { name: place.name, size: KINDS.indexOf(place.kind), left, top };
  };
  const found = new Set(tiles.map(({ tile }) => tile));
  const places = [...found].flatMap((tile) => tile.places.map(onScreen)).filter(isIn);
  places.sort((one, other) => one.size - other.size || (one.name < other.name ? -1 : 1));
  for (const { name, size, left, top } of places.slice(0, LOOKED_AT)) {
    const weight = size < BOLD ? 600 : 500;
    ctx.font = `${weight} 13px ${font}`;
    const box = around(left, top, ctx.measureText(name).width / 2 + 4, 10);
    if (!isFree(taken, box)) continue;
    taken.push(box);
    write(view, name, left, top, colour.muted, weight);
  }
}
