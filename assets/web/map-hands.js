// What hands do to a map: dragging, pinching, the wheel, pressing, and the keys, which refer to the cross in the middle.
import { latitude, longitude } from "./map-groups.js";

// Pixels that a pointer may move and still press.
const PRESS = 5;

// Listens to a map's box until the returned controller aborts.
export function listen(view) {
  const over = new AbortController();
  const on = (name, act, options = {}) => view.box.addEventListener(name, act, { signal: over.signal, ...options });
  const pointers = new Map();
  let held = null;

  const at = (event) => {
    const { left, top } = view.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const isOnMap = (event) => event.target === view.canvas;

  on("pointerdown", (event) => {
    if (!isOnMap(event) || event.button > 0) return;
    view.canvas.setPointerCapture(event.pointerId);
    view.box.focus({ preventScroll: true });
    aim(view, false);
    pointers.set(event.pointerId, at(event));
    held = pointers.size === 1 ? { from: at(event), moved: 0, corner: cornerAt(view, at(event), event.pointerType) } : null;
  });

  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    pointers.set(event.pointerId, now);
    if (pointers.size === 2) return pinch(view, pointers, event.pointerId, before);
    if (!held) return;
    held.moved = Math.max(held.moved, Math.hypot(now[0] - held.from[0], now[1] - held.from[1]));
    if (held.moved < PRESS) return;
    if (held.corner !== null) drag(view, held.corner, now);
    else view.panBy(before[0] - now[0], before[1] - now[1]);
  });

  const end = (event) => {
    if (!pointers.delete(event.pointerId) || !held || pointers.size) return;
    const [left, top] = at(event);
    const { corner, moved } = held;
    held = null;
    if (event.type === "pointercancel") return;
    if (corner !== null && moved >= PRESS) dropped(view, corner);
    else if (moved < PRESS) pressed(view, left, top, corner);
  };
  on("pointerup", end);
  on("pointercancel", end);

  on("wheel", (event) => {
    if (!isOnMap(event)) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    view.zoomBy(Math.max(-1, Math.min(1, (-event.deltaY * lines) / 240)), ...at(event));
  }, { passive: false });

  on("dblclick", (event) => {
    if (isOnMap(event) && view.mode === "look" && !view.groupAt(...at(event))) view.zoomBy(1, ...at(event));
  });

  on("keydown", (event) => {
    if (event.target !== view.box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!key(view, event.key, event.shiftKey)) return;
    event.preventDefault();
    aim(view, true);
  });
  on("focusin", (event) => aim(view, event.target === view.box && view.box.matches(":focus-visible")));
  on("focusout", () => aim(view, false));
  return over;
}

// The cross is there for the keys, and for whoever places something.
function aim(view, isAimed) {
  view.isAimed = isAimed || view.mode !== "look";
  view.draw();
}

function key(view, name, shift) {
  const step = shift ? 240 : 60;
  const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (ways[name]) view.panBy(...ways[name]);
  else if (name === "+" || name === "=") view.zoomBy(1);
  else if (name === "-" || name === "_") view.zoomBy(-1);
  else if (name === "0" || name === "Home") view.act("all");
  else if (name === "Enter" || name === " ") pressed(view, view.width / 2, view.height / 2, null, 26);
  else if ((name === "Backspace" || name === "Delete") && view.mode === "draw") view.report({ what: "undo" });
  else return false;
  return true;
}

// Something was pressed: what that means depends on what the map is there for.
function pressed(view, left, top, corner, more = 0) {
  if (view.mode === "draw") {
    if (corner === null) view.report({ what: "corner", place: view.placeOf(left, top) });
    return;
  }
  if (view.mode === "place") return view.report({ what: "place", place: view.placeOf(left, top) });
  const group = view.groupAt(left, top, more);
  if (group) view.press(group);
}

// Which corner of the shape is under a pointer, or the pin, which counts as one.
function cornerAt(view, [left, top], type) {
  const near = type === "touch" ? 24 : 14;
  const isNear = ([x, y], above = 0) => {
    const [there, down] = view.onScreen(x, y);
    return Math.hypot(there - left, down - above - top) <= near + above / 2;
  };
  if (view.mode === "place" && view.pin && isNear(view.pin, 16)) return -1;
  if (view.mode !== "draw" || !view.shape) return null;
  const found = view.shape.corners.findIndex((corner) => isNear(corner));
  return found < 0 ? null : found;
}

function drag(view, corner, [left, top]) {
  if (corner < 0) view.pin = view.onEarth(left, top);
  else view.shape.corners[corner] = view.onEarth(left, top);
  view.draw();
}

function dropped(view, corner) {
  const [x, y] = corner < 0 ? view.pin : view.shape.corners[corner];
  const place = [latitude(y), longitude(x)];
  view.report(corner < 0 ? { what: "place", place } : { what: "move", corner, place });
}

// Two fingers: what is under them stays under them.
function pinch(view, pointers, moved, before) {
  const [one, other] = [...pointers.keys()];
  const now = [pointers.get(one), pointers.get(other)];
  const then = now.map((place, at) => ([one, other][at] === moved ? before : place));
  const apart = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  const centre = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [from, to] = [centre(then), centre(now)];
  view.panBy(from[0] - to[0], from[1] - to[1]);
  view.zoomBy(Math.log2(Math.max(1, apart(now)) / Math.max(1, apart(then))), ...to);
}
