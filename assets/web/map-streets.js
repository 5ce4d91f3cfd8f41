// Draws the tiles of streets that are in sight, under everything else on a map: water, buildings from near, roads by class.
import { earth } from "./map-groups.js";

// From this zoom on buildings are drawn, and ways without cars.
const NEAR_BY = 15;

// How wide roads of a class are at zoom 16, in pixels, and how strong: ways without cars, streets, between districts, between cities.
const ROADS = [
  { wide: 1.5, strong: 0.35, from: NEAR_BY },
  { wide: 3, strong: 0.4, from: 12 },
  { wide: 5, strong: 0.5, from: 0 },
  { wide: 7, strong: 0.65, from: 0 },
];

// Draws them; returns what was drawn, for the names in it.
export function streets(view) {
  const found = view.tiles.inSight(view);
  for (const { square, tile } of found) drawn(view, square, tile);
  return found;
}

function drawn(view, square, tile) {
  const { ctx, ratio, colour, zoom } = view;
  const whole = (pixels) => Math.round(pixels * ratio) / ratio;
  const [left, top] = view.onScreen(square.x / 2 ** square.z, square.y / 2 ** square.z).map(whole);
  const [right, bottom] = view.onScreen((square.x + 1) / 2 ** square.z, (square.y + 1) / 2 ** square.z).map(whole);
  ctx.save();
  // Two squares beside each other end on the same pixel: no seam is between them, and nothing is drawn twice.
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  ctx.fillStyle = colour.surface;
  ctx.fillRect(left, top, right - left, bottom - top);
  const unit = earth(zoom) / 2 ** tile.z / tile.units;
  const [from, above] = view.onScreen(tile.x / 2 ** tile.z, tile.y / 2 ** tile.z);
  ctx.setTransform(ratio * unit, 0, 0, ratio * unit, ratio * from, ratio * above);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  area(ctx, tile.water, colour.track, 1);
  line(ctx, tile.rivers, colour.water, 0.35, 2 / unit);
  if (zoom >= NEAR_BY) area(ctx, tile.buildings, colour.muted, 0.16);
  tile.roads.forEach((path, at) => {
    const { wide, strong, from: least } = ROADS[at];
    if (zoom >= least) line(ctx, path, colour.control, strong, Math.max(0.6, Math.min(wide * 2 ** ((zoom - 16) / 2), 4 * wide)) / unit);
  });
  ctx.restore();
}

function area(ctx, path, ink, strong) {
  if (!path) return;
  ctx.globalAlpha = strong;
  ctx.fillStyle = ink;
  ctx.fill(path);
}

function line(ctx, path, ink, strong, wide) {
  if (!path) return;
  ctx.globalAlpha = strong;
  ctx.strokeStyle = ink;
  ctx.lineWidth = wide;
  ctx.stroke(path);
}
