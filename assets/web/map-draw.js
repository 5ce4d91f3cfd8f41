// Draws a map on its canvas: land, streets, zones, meters, names, and the shape that somebody draws. Only what is in sight; each state has its own
// form as well as its own colour.
import { earth } from "./map-groups.js";
import { around, placeNames, write, zoneNames } from "./map-names.js";
import { streets } from "./map-streets.js";

// Up to this zoom the coast says where one is; nearer it would be wrong.
const COAST = 11;

// The coast's corners are drawn in so many units for the width of the earth: exact enough for the canvas, which counts in single precision.
const UNITS = 4096;

const TOKENS = ["bg", "surface", "text", "muted", "control", "primary", "on-primary", "ok", "warn", "offline", "info", "danger", "track", "water"];

// The colours of the theme, by their tokens.
export function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

const byState = (colour, state) => [colour.ok, colour.warn, colour.offline][state & 3];

// Draws everything; returns how many tiles of streets were drawn.
export function paint(view) {
  const { ctx, width, height, ratio, colour } = view;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = colour.track;
  ctx.fillRect(0, 0, width, height);
  if (view.land && view.zoom < COAST) land(view);
  const tiles = streets(view);
  for (const zone of view.zones) zoneOn(view, zone);
  const groups = view.groupsInSight();
  meters(view, groups);
  const taken = groups.map((group) => around(...view.onScreen(group.x, group.y), reach(group), reach(group)));
  zoneNames(view, taken);
  placeNames(view, tiles, taken);
  if (view.shape) shape(view);
  if (view.here) here(view);
  if (view.pin) pin(view);
  if (view.isAimed) cross(view);
  scale(view);
  return tiles.length;
}

function land({ ctx, ratio, width, height, zoom, x, y, colour, land }) {
  const size = earth(zoom) / UNITS;
  ctx.save();
  ctx.setTransform(ratio * size, 0, 0, ratio * size, ratio * (width / 2 - x * earth(zoom)), ratio * (height / 2 - y * earth(zoom)));
  ctx.fillStyle = colour.surface;
  ctx.fill(land, "evenodd");
  ctx.strokeStyle = colour.control;
  ctx.lineWidth = 1 / size;
  ctx.stroke(land);
  ctx.restore();
}

// The path of a coast: rings of a latitude and a longitude in hundredths of a degree, and the way to each next corner.
export function landOf(rings, east, south) {
  const path = new Path2D();
  for (const ring of rings) {
    let [lat, lon] = ring;
    path.moveTo(east(lon * 1e4) * UNITS, south(lat * 1e4) * UNITS);
    for (let at = 2; at < ring.length; at += 2) {
      lat += ring[at];
      lon += ring[at + 1];
      path.lineTo(east(lon * 1e4) * UNITS, south(lat * 1e4) * UNITS);
    }
    path.closePath();
  }
  return path;
}

function trace(view, corners) {
  const { ctx } = view;
  ctx.beginPath();
  corners.forEach(([x, y], at) => {
    const [left, top] = view.onScreen(x, y);
    if (at === 0) ctx.moveTo(left, top);
    else ctx.lineTo(left, top);
  });
}

function zoneOn(view, zone) {
  const { ctx, colour } = view;
  trace(view, zone.corners);
  ctx.closePath();
  const ink = colour[zone.tone] || colour.primary;
  ctx.globalAlpha = zone.tone ? 0.3 : 0.1;
  ctx.fillStyle = ink;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ink;
  ctx.lineWidth = 2;
  ctx.stroke();
}

function meters(view, groups) {
  for (const group of groups) {
    const [left, top] = view.onScreen(group.x, group.y);
    const isChosen = view.chosen >= 0 && group.members.includes(view.chosen);
    if (group.members.length === 1) marker(view, left, top, view.points.state[group.members[0]], isChosen);
    else cluster(view, left, top, group, isChosen);
    if (view.points.hasWork && group.members.some((at) => view.points.state[at] & 16)) work(view, left, top - reach(group));
  }
}

// Work to do at a meter, or at one of a group: an arrow from above.
function work({ ctx, colour }, left, top) {
  ctx.beginPath();
  ctx.moveTo(left, top);
  ctx.lineTo(left - 8, top - 13);
  ctx.lineTo(left + 8, top - 13);
  ctx.closePath();
  ctx.fillStyle = colour.info;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour.surface;
  ctx.stroke();
}

// On time: a circle. Old: a triangle. Silent: a square. A closed valve has a bar across, and one that is ticked a ring around it.
function marker({ ctx, colour }, left, top, state, isChosen) {
  const radius = isChosen ? 11 : 8;
  ctx.beginPath();
  if ((state & 3) === 0) ctx.arc(left, top, radius, 0, 2 * Math.PI);
  else if ((state & 3) === 1) {
    ctx.moveTo(left, top - radius - 2);
    ctx.lineTo(left + radius + 1, top + radius - 1);
    ctx.lineTo(left - radius - 1, top + radius - 1);
    ctx.closePath();
  } else ctx.rect(left - radius + 1, top - radius + 1, 2 * radius - 2, 2 * radius - 2);
  ctx.fillStyle = byState(colour, state);
  ctx.fill();
  ctx.lineWidth = isChosen ? 4 : 2;
  ctx.strokeStyle = isChosen ? colour.primary : colour.surface;
  ctx.stroke();
  if (state & 4) {
    ctx.beginPath();
    ctx.moveTo(left - radius + 3, top);
    ctx.lineTo(left + radius - 3, top);
    ctx.lineWidth = 3;
    ctx.strokeStyle = colour.surface;
    ctx.stroke();
  }
  if (state & 8) {
    ctx.beginPath();
    ctx.arc(left, top, radius + 6, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = colour.primary;
    ctx.stroke();
  }
}

// A group: how many, in a ring whose parts are how many of each state.
function cluster(view, left, top, group, isChosen) {
  const { ctx, colour } = view;
  const count = group.members.length;
  const radius = reach(group);
  ctx.beginPath();
  ctx.arc(left, top, radius, 0, 2 * Math.PI);
  ctx.fillStyle = colour.surface;
  ctx.fill();
  let from = -Math.PI / 2;
  group.tally.forEach((part, state) => {
    if (!part) return;
    const to = from + (2 * Math.PI * part) / count;
    ctx.beginPath();
    ctx.arc(left, top, radius - 2, from, to);
    ctx.lineWidth = 5;
    ctx.strokeStyle = byState(colour, state);
    ctx.stroke();
    from = to;
  });
  if (isChosen) {
    ctx.beginPath();
    ctx.arc(left, top, radius + 3, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = colour.primary;
    ctx.stroke();
  }
  write(view, view.number.format(count), left, top, colour.text, 700);
}

// How far from its middle a group is pressed, in pixels.
export const reach = (group) => (group.members.length === 1 ? 14 : Math.min(30, 16 + 3 * Math.log10(group.members.length) * 2));

function shape(view) {
  const { ctx, colour } = view;
  const { corners, isWrong } = view.shape;
  if (corners.length > 1) {
    trace(view, corners);
    if (corners.length > 2) {
      ctx.closePath();
      ctx.globalAlpha = 0.15;
      ctx.fillStyle = isWrong ? colour.danger : colour.primary;
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    ctx.lineWidth = 3;
    ctx.strokeStyle = isWrong ? colour.danger : colour.primary;
    ctx.setLineDash(isWrong ? [6, 6] : []);
    ctx.stroke();
    ctx.setLineDash([]);
  }
  corners.forEach(([x, y], at) => {
    const [left, top] = view.onScreen(x, y);
    ctx.beginPath();
    ctx.arc(left, top, at === corners.length - 1 ? 8 : 6, 0, 2 * Math.PI);
    ctx.fillStyle = colour.surface;
    ctx.fill();
    ctx.lineWidth = 3;
    ctx.strokeStyle = isWrong ? colour.danger : colour.primary;
    ctx.stroke();
  });
}

function pin(view) {
  const { ctx, colour } = view;
  const [left, top] = view.onScreen(...view.pin);
  ctx.beginPath();
  ctx.moveTo(left, top);
  ctx.lineTo(left - 9, top - 18);
  ctx.arc(left, top - 22, 10, Math.PI * 0.85, Math.PI * 0.15);
  ctx.closePath();
  ctx.fillStyle = colour.primary;
  ctx.fill();
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour.surface;
  ctx.stroke();
}

// Where the device is, in the circle in which it may be: a ring around a dot, which no meter is.
function here(view) {
  const { ctx, colour } = view;
  const [left, top] = view.onScreen(...view.here.at);
  const around = view.here.within / view.metresOfPixel();
  if (around > 12) {
    ctx.beginPath();
    ctx.arc(left, top, around, 0, 2 * Math.PI);
    ctx.globalAlpha = 0.15;
    ctx.fillStyle = colour.primary;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  for (const [radius, ink] of [[11, colour.surface], [9, colour.primary], [6, colour.surface], [4, colour.primary]]) {
    ctx.beginPath();
    ctx.arc(left, top, radius, 0, 2 * Math.PI);
    ctx.fillStyle = ink;
    ctx.fill();
  }
}

// The middle of the map, to which the keys refer.
function cross({ ctx, width, height, colour }) {
  for (const [ink, thick] of [[colour.surface, 5], [colour.text, 2]]) {
    ctx.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      ctx.moveTo(width / 2 + 5 * dx, height / 2 + 5 * dy);
      ctx.lineTo(width / 2 + 16 * dx, height / 2 + 16 * dy);
    }
    ctx.lineWidth = thick;
    ctx.strokeStyle = ink;
    ctx.stroke();
  }
}

// The longest round distance that fits into 110 pixels.
function scale(view) {
  const { ctx, height, colour } = view;
  const metres = view.metresOfPixel();
  const most = 110 * metres;
  const ten = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].map((part) => part * ten).find((part) => part <= most);
  const wide = round / metres;
  ctx.beginPath();
  ctx.moveTo(12, height - 18);
  ctx.lineTo(12, height - 12);
  ctx.lineTo(12 + wide, height - 12);
  ctx.lineTo(12 + wide, height - 18);
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour.text;
  ctx.stroke();
  const text = round >= 1000 ? `${view.number.format(round / 1000)} km` : `${view.number.format(round)} m`;
  write(view, text, 12 + wide / 2, height - 26, colour.text, 600);
}
