// What is open over a page (a dialog, a sheet, a panel) and the browser's history: Escape and Back close the topmost before anything is
// left, a form that was filled is asked about first, the focus goes in and comes back, and a page that is come back to is where it was.

// The topmost is the last. `keeps`: what is typed in it outlives it, so that nothing is asked.
const layers = [];
let made = 0;

// Each entry of the history has a number, higher than the one before; the entry that a layer made carries its name.
const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);
let at = { n: history.state?.n ?? 0, layer: history.state?.layer, url: location.href };
const stamp = (entry) => ({ n: entry.n, layer: entry.layer });
replace(stamp(at), "");
history.scrollRestoration = "manual";

const isOpen = (name) => layers.some((layer) => layer.name === name);
// An entry whose layer is closed by now: nothing is behind it but the page that is shown already.
const isSpent = (entry) => entry.layer !== undefined && !isOpen(entry.layer);
const path = (url) => (String(url).split("#")[1] ?? "/").split("?")[0];

// Another entry, in the place of one that is spent.
function add(entry, url) {
  const isReused = isSpent(at);
  at = { ...entry, n: isReused ? at.n : at.n + 1, url: url ? new URL(url, location.href).href : location.href };
  (isReused ? replace : push)(stamp(at), "", url);
}

history.pushState = (_, unused, url) => {
  keepPlace();
  const isSame = path(url) === path(at.url);
  add({}, url);
  if (!isSame) toTop();
};
history.replaceState = (_, unused, url) => {
  replace(stamp(at), unused, url);
  at = { ...at, url: location.href };
};

window.addEventListener(
  "popstate",
  (event) => {
    const left = at;
    const isTyped = history.state?.n === undefined;
    const came = { n: isTyped ? left.n + 1 : history.state.n, layer: history.state?.layer, url: location.href };
    const isBack = came.n < left.n;
    const top = layers.at(-1);
    if (isBack && top && left.layer === top.name) {
      if (!isFilled(top)) {
        at = came;
        top.hasNoEntry = true;
        return top.close();
      }
      push(stamp(left), "", left.url);
      return ask(() => history.back());
    }
    // A dialog that waited for an answer did not close when its entry was left.
    if (isBack && top?.hasNoEntry) {
      event.stopImmediatePropagation();
      push(stamp(left), "", left.url);
      return closeLayer(top.id);
    }
    if (!isFreed && path(came.url) !== path(left.url) && isAnyFilled()) {
      // The page stays meanwhile, also for whoever shows pages by their address.
      event.stopImmediatePropagation();
      push(stamp(left), "", left.url);
      return ask(() => history.go(isBack ? came.n - left.n : -1));
    }
    keepPlace(left.n);
    at = came;
    if (isTyped) {
      replace(stamp(at), "");
      return toTop();
    }
    if (isBack && isSpent(left)) return history.back();
    toPlace(came.n);
  },
  true,
);

// Opens a layer over the page. `kind` is "dialog", which holds the focus, or "panel", which does not. Returns how to end it.
export function openLayer(id, kind, keeps, onclose) {
  const name = `${Date.now()}-${made++}`;
  const box = document.getElementById(id);
  const opener = document.activeElement === document.body ? null : document.activeElement;
  const layer = { name, id, kind, keeps, since: performance.now(), close: () => onclose(), opener, openerId: opener?.id, trap: null };
  keepPlace();
  add({ layer: name });
  layers.push(layer);
  if (kind === "dialog") {
    layer.trap = trap(box);
    (inside(box)[0] ?? box).focus();
  } else {
    box.focus({ preventScroll: true });
  }
  return () => endLayer(layer);
}

function endLayer(layer) {
  const place = layers.indexOf(layer);
  if (place < 0) return;
  layers.splice(place, 1);
  if (layer.trap) document.removeEventListener("keydown", layer.trap);
  const box = document.getElementById(layer.id);
  const now = document.activeElement;
  const isLost = !now || now === document.body || box?.contains(now);
  // What was open is taken away from the page after this: the focus comes back when it is.
  if (layer.kind === "dialog" || isLost) setTimeout(() => comeBack(layer));
}

// The focus goes where it was before. The row may have been drawn anew meanwhile.
function comeBack(layer) {
  const there = () => (layer.opener?.isConnected ? layer.opener : layer.openerId && document.getElementById(layer.openerId));
  const isLost = () => !document.activeElement || document.activeElement === document.body || document.getElementById(layer.id);
  const go = () => (there() || layers.at(-1) ? there() : document.getElementById("content"))?.focus({ preventScroll: true });
  if (isLost()) go();
  requestAnimationFrame(() => {
    if (isLost()) go();
  });
}

function inside(box) {
  return [...box.querySelectorAll("a[href],button:not([disabled]),input,select,textarea,[tabindex='0']")].filter((one) => one.tabIndex >= 0);
}

// Keeps the focus within a dialog while it is open.
function trap(box) {
  const keep = (event) => {
    if (event.key !== "Tab" || layers.at(-1)?.id !== box.id) return;
    const all = inside(box);
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (document.activeElement === edge || !box.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
    }
  };
  document.addEventListener("keydown", keep);
  return keep;
}

// What is open, topmost last: the keys of a page do nothing under a dialog.
export function topLayer() {
  const top = layers.at(-1);
  return top && { kind: top.kind, box: document.getElementById(top.id) };
}

// Closes a layer as Escape does: what was filled is asked about first.
export function closeLayer(id) {
  const layer = layers.findLast((one) => one.id === id);
  if (!layer) return;
  if (isFilled(layer)) return ask(() => layer.close());
  layer.close();
}

// Whether a press is on a dialog, or on what lies around it, that was opened less than so many milliseconds before it.
export function isYoung(event, milliseconds) {
  const box = event.target.closest?.(".backdrop")?.querySelector("[role=dialog]");
  const layer = layers.find((one) => one.id === box?.id);
  return layer !== undefined && event.timeStamp - layer.since < milliseconds;
}

// Closes the topmost. Returns whether there was one.
export function closeTop() {
  const top = layers.at(-1);
  if (top) closeLayer(top.id);
  return top !== undefined;
}

// Goes back, if there is a page of the app before this one.
export function goBack() {
  if (at.n === 0) return false;
  history.back();
  return true;
}

// ---- What was typed ----

// What each field held before anybody typed.
const first = new WeakMap();
// Forms in which a choice was pressed.
const pressed = new WeakSet();

const isField = (element) => element.matches?.("input:not([type=search]),textarea,select");
document.addEventListener("focusin", ({ target }) => isField(target) && !first.has(target) && first.set(target, target.value), true);
document.addEventListener("input", ({ target }) => isField(target) && !first.has(target) && first.set(target, target.defaultValue ?? ""), true);
document.addEventListener("change", ({ target }) => isField(target) && target.type === "file" && first.set(target, ""), true);
document.addEventListener(
  "click",
  ({ target }) => {
    const form = target.closest?.("[aria-pressed]")?.closest("form");
    if (form) pressed.add(form);
  },
  true,
);

// Whether something was filled in: in a layer, or without one in a form of the page that no layer holds.
function isFilled(layer) {
  if (layer?.keeps) return false;
  const root = layer ? document.getElementById(layer.id) : document.querySelector("main#content");
  if (!root) return false;
  // What was typed in a dialog that is closed, and is kept by the page.
  if (!layer && root.querySelector("[data-filled=true]")) return true;
  const within = layer ? "" : "form ";
  const isOurs = (field) => layer !== null || !field.closest("[role=dialog],.side,[data-keeps]");
  const fields = [...root.querySelectorAll(`${within}input,${within}textarea,${within}select`)];
  if (fields.some((field) => isOurs(field) && first.has(field) && field.value !== first.get(field))) return true;
  return [...root.querySelectorAll("form")].some((form) => isOurs(form) && pressed.has(form));
}

// Whether leaving the page would discard something.
const isAnyFilled = () => isFilled(null) || layers.some(isFilled);

let onask = () => discard(true);
let waiting = null;
let isFreed = false;

// Who is asked before what was filled in is discarded.
export function onDiscard(asked) {
  onask = asked;
}

function ask(go) {
  waiting = go;
  onask();
}

// The answer: discard it, and go on with what was wanted; or stay.
export function discard(is) {
  const go = waiting;
  waiting = null;
  if (!is || !go) return;
  // The question itself is closed first.
  const isAsked = () => layers.some((layer) => document.getElementById(layer.id)?.dataset.of === "discard");
  const proceed = () => {
    if (isAsked()) return setTimeout(proceed, 10);
    isFreed = true;
    for (const field of document.querySelectorAll("form input,form textarea,form select,[role=dialog] textarea,[role=dialog] input")) first.delete(field);
    for (const form of document.querySelectorAll("form")) pressed.delete(form);
    go();
    setTimeout(() => (isFreed = false), 300);
  };
  setTimeout(proceed);
}

// A link or a key that leads away from a page with a filled form.
export function leave(go) {
  if (!isFreed && isAnyFilled()) ask(go);
  else go();
}
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href*='#/']");
    if (!link || link.target === "_blank" || isFreed || event.ctrlKey || event.metaKey || !isAnyFilled()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(() => link.click());
  },
  true,
);

// Another row of a list, while the panel beside it holds a filled form: the panel would be another one's.
document.addEventListener(
  "click",
  (event) => {
    const row = event.target.closest?.("main [data-row]");
    const isOther = row && !row.closest(".side,[role=dialog]") && row.ariaPressed !== "true" && row.ariaSelected !== "true";
    if (!isOther || isFreed || !layers.some(isFilled)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(() => row.click());
  },
  true,
);

// ---- Where a page was ----

const places = new Map(JSON.parse(sessionStorage.getItem("places") ?? "[]"));
const scrollers = () => ["main#content", ".table-wrap", ".window"].map((name) => document.querySelector(name));

function keepPlace(n = at.n) {
  places.set(n, [window.scrollY, ...scrollers().map((box) => box?.scrollTop ?? 0)]);
}

function toTop() {
  window.scrollTo(0, 0);
  document.querySelector("main#content")?.scrollTo(0, 0);
}

// The rows come when they are read: the place is gone to as soon as it exists, unless somebody scrolls first.
function toPlace(n) {
  const place = places.get(n);
  if (!place) return;
  const until = performance.now() + 2000;
  let isStopped = false;
  const stop = () => (isStopped = true);
  const stops = ["wheel", "touchstart", "keydown", "mousedown"];
  for (const name of stops) window.addEventListener(name, stop, { once: true, passive: true });
  const step = () => {
    const [page, ...boxes] = place;
    if (!isStopped) {
      window.scrollTo(0, page);
      scrollers().forEach((box, index) => box && boxes[index] && (box.scrollTop = boxes[index]));
    }
    const isThere = Math.abs(window.scrollY - page) < 2 && scrollers().every((box, index) => Math.abs((box?.scrollTop ?? 0) - boxes[index]) < 2);
    if (!isStopped && !isThere && performance.now() < until) return requestAnimationFrame(step);
    for (const name of stops) window.removeEventListener(name, stop);
  };
  requestAnimationFrame(step);
}

window.addEventListener("pagehide", () => {
  keepPlace();
  sessionStorage.setItem("places", JSON.stringify([...places].slice(-50)));
});
if (places.has(at.n)) toPlace(at.n);
