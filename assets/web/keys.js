// The keyboard: keys that work on every page, rows that are walked and picked, and a guard against a finger that presses twice.
import { closeTop, isYoung, leave, topLayer } from "./layers.js";

let onaction = () => {};

// Who does what a key asks for: "palette", "help", "go:d", "to:/pelanggan", "picked:3", "far".
export function onAction(act) {
  onaction = act;
}

// Goes to an address of the app, as a link does: a filled form is asked about first.
export function leaveTo(address) {
  leave(() => onaction(`to:${address}`));
}

const isVisible = (element) => element.offsetParent !== null || element.getClientRects().length > 0;
const isTyping = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true]");
// Single keys can be turned off (WCAG 2.1.4), and mean nothing while a dialog waits for an answer.
const areOff = () => document.documentElement.getAttribute("data-keys") === "off" || topLayer()?.kind === "dialog";

let going = 0;

window.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (topLayer()?.box?.dataset.of !== "palette") onaction("palette");
    return;
  }
  if (event.key === "Escape") {
    if (hideWalk() || closeTop() || clearPicked()) event.preventDefault();
    else if (event.target.matches?.("main input[type=search]")) event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target.matches?.("tr[tabindex='0']")) {
    event.preventDefault();
    return event.target.click();
  }
  // From a search to what it found.
  const isSearch = event.target.matches?.("main input[type=search]") && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isSearch && ["ArrowDown", "Enter"].includes(event.key)) {
    event.preventDefault();
    return walk(1);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || areOff()) return;
  const key = event.key;
  const went = going && performance.now() - going < 1500;
  going = 0;
  if (went && /^[a-z]$/i.test(key)) leave(() => onaction(`go:${key.toLowerCase()}`));
  else if (key === "/") search();
  else if (key === "?") onaction("help");
  else if (key === "g") going = performance.now();
  else if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (key.toLowerCase() === "x" && rowOf(document.activeElement)) pick(rowOf(document.activeElement), event.shiftKey);
  else if (own(key)) own(key).click();
  else if (key === "Enter" && document.activeElement === rowOf(document.activeElement)) return enter(event);
  else return;
  event.preventDefault();
});

// The button of a page that has a key of its own.
function own(key) {
  return [...document.querySelectorAll("main [data-key]")].find((one) => one.dataset.key === key && !one.disabled && isVisible(one));
}

function search() {
  const fields = [...document.querySelectorAll("main input[type=search]")].filter(isVisible);
  fields[0]?.focus();
  fields[0]?.select();
}

// ---- Rows ----

const ROWS = "[data-row],tbody tr,.list > li,.customer-row,.campaign-row,[role=listitem],ul.stack > li";

// The rows of the list in which the focus is, else of the page.
function rows() {
  const panel = document.activeElement?.closest(".side");
  const root = panel ?? document.querySelector("main");
  const all = [...(root?.querySelectorAll(ROWS) ?? [])].filter((row) => isVisible(row) && (panel || !row.closest(".side")));
  return all.filter((row) => !row.parentElement.closest(ROWS));
}

function rowOf(element) {
  let row = element?.closest?.(ROWS);
  for (let outer = row; outer; outer = outer.parentElement?.closest(ROWS)) row = outer;
  return row ?? null;
}

// What of a row takes the focus: itself, or the one thing in it that is pressed.
function handle(row) {
  if (row.matches("button,a[href],[tabindex='0']")) return row;
  const whole = row.querySelector(":scope > button,:scope > a[href]");
  if (whole && row.children.length === 1) return whole;
  if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
  return row;
}

function walk(by) {
  const active = document.activeElement;
  const box = active?.closest(".window") ?? document.querySelector("main .window");
  if (box && !active?.closest(".side")) {
    // A list that draws only what is near knows its own rows.
    if (!box.contains(active)) box.focus({ preventScroll: true });
    // In a grid the next one is beside it.
    const [next, previous] = box.classList.contains("cards") ? ["ArrowRight", "ArrowLeft"] : ["ArrowDown", "ArrowUp"];
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: by > 0 ? next : previous, bubbles: true, cancelable: true }));
    return;
  }
  const all = rows();
  const now = all.indexOf(rowOf(active));
  const open = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = now >= 0 ? now + by : open >= 0 ? open : by > 0 ? 0 : all.length - 1;
  const row = all[Math.max(0, Math.min(all.length - 1, next))];
  if (!row) return;
  const target = handle(row);
  target.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

// Enter on a row that is no button does what its first button does.
function enter(event) {
  const row = document.activeElement;
  if (row.matches("button,a[href]")) return;
  const first = row.querySelector("button:not([disabled]),a[href]");
  if (!first) return;
  event.preventDefault();
  first.click();
}

// ---- Rows that are picked ----

// By what they are: a row may be drawn anew, or not at all for a while. Each with its cells as text.
const picked = new Map();
let lastPicked = null;
let page = location.hash.split("?")[0];

// A row that has no name of its own is itself, and no other one that reads the same.
const unnamed = new WeakMap();
let named = 0;

function nameOf(row) {
  if (row.dataset.row !== undefined) return row.dataset.row;
  if (!unnamed.has(row)) unnamed.set(row, `row-${named++}`);
  return unnamed.get(row);
}

// The place of a row in a list that draws only what is near.
const placeOf = (row) => Number(row.closest("[aria-posinset]")?.ariaPosInSet ?? NaN);

function cells(row) {
  const parts = row.matches("tr") ? [...row.cells] : [...row.querySelectorAll("p,span")].filter((part) => !part.querySelector("p,span"));
  return parts.map((part) => part.innerText.trim().replace(/\s+/g, " ")).filter((text) => text).join("\t");
}

function pick(row, isRange) {
  // A list whose rows can be ticked has a selection of its own, which reaches further than what is drawn.
  const tick = row.closest("li,tr")?.querySelector("[data-tick]");
  if (tick) return void tick.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: isRange }));
  const all = rows();
  const isFrom = isRange && lastPicked !== null;
  const from = isFrom ? all.findIndex((one) => nameOf(one) === lastPicked) : -1;
  const to = all.indexOf(row);
  // What is between is not there to be picked: that is said, rather than picking another range than the one that was meant.
  const isWhole = from >= 0 && to >= 0 && !(Math.abs(placeOf(row) - placeOf(all[from])) > Math.abs(to - from));
  if (isFrom && !isWhole) return onaction("far");
  if (isWhole) {
    for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) picked.set(nameOf(one), cells(one));
  } else if (!picked.delete(nameOf(row))) {
    picked.set(nameOf(row), cells(row));
  }
  lastPicked = nameOf(row);
  showPicked();
}

function showPicked() {
  for (const row of document.querySelectorAll("[data-picked]")) if (!picked.has(nameOf(row))) row.removeAttribute("data-picked");
  if (picked.size) for (const row of rows()) if (picked.has(nameOf(row))) row.setAttribute("data-picked", "true");
  onaction(`picked:${picked.size}`);
}

export function clearPicked() {
  lastPicked = null;
  if (picked.size === 0) return false;
  picked.clear();
  showPicked();
  return true;
}

// The picked rows as text, a line each, for a spreadsheet.
export function pickedText() {
  return [...picked.values()].join("\n");
}

document.addEventListener("scroll", () => picked.size && requestAnimationFrame(showPicked), { capture: true, passive: true });
setTimeout(() => window.addEventListener("popstate", otherPage));
const pushed = history.pushState;
history.pushState = (...what) => {
  pushed(...what);
  otherPage();
};
function otherPage() {
  const now = location.hash.split("?")[0];
  if (now !== page) clearPicked();
  page = now;
}

// ---- Charts of plain elements ----

let walked = null;

// The arrows go from one part of a chart to the next; what each says is shown under it and read out.
document.addEventListener("keydown", (event) => {
  const chart = event.target.closest?.("[data-walk]");
  // Of a chart in rows, up and down lead to the same place of the next one.
  const row = Number(chart?.dataset.columns) || undefined;
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: row && -row, Home: -Infinity, End: Infinity }[event.key];
  if (!chart || chart !== event.target || by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const parts = [...chart.querySelectorAll("[data-said]")];
  const now = parts.findIndex((part) => part.hasAttribute("data-at"));
  const isOut = row && now >= 0 && Math.abs(by) === row && !parts[now + by];
  const begun = now < 0 && Number.isFinite(by) ? (by > 0 ? 0 : parts.length - 1) : now + (isOut ? 0 : by);
  const next = Math.max(0, Math.min(parts.length - 1, begun));
  hideWalk();
  walked = chart;
  parts[next]?.setAttribute("data-at", "true");
  said(chart, parts[next]?.dataset.said ?? "");
});
document.addEventListener("focusout", ({ target }) => target === walked && hideWalk());

function said(chart, text) {
  const place = document.getElementById(chart.dataset.walk);
  if (place) place.textContent = text;
}

function hideWalk() {
  const chart = walked?.isConnected ? walked : null;
  walked = null;
  if (!chart) return false;
  for (const part of chart.querySelectorAll("[data-at]")) part.removeAttribute("data-at");
  said(chart, "");
  return true;
}

// ---- A choice of one ----

// The arrows go from one to the next, also into those that are folded away; Space and Enter choose.
document.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const radio = event.target.closest?.("[role=radio]");
  const group = radio?.closest("[role=radiogroup]");
  if (!group || !by || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const all = [...group.querySelectorAll("[role=radio]:not([disabled])")];
  const next = all[(all.indexOf(radio) + by + all.length) % all.length];
  const folded = next?.closest("details");
  if (folded) folded.open = true;
  next?.focus();
});

// What was chosen may be drawn anew in another place: the focus stays with it.
document.addEventListener("click", ({ target }) => {
  const radio = target.closest?.("[role=radio]");
  const group = radio === document.activeElement && radio?.closest("[role=radiogroup]");
  if (!group) return;
  const follow = () => document.activeElement === document.body && group.querySelector("[aria-checked=true]")?.focus();
  requestAnimationFrame(() => requestAnimationFrame(follow));
});

// ---- What is sent ----

// An act is done once, whatever the finger does: what comes so soon after the same press, with nothing else done between, is the same one.
// This is before anything is drawn anew, also where a slow page handles both presses at once. What the first press has drawn under the
// finger (another button in its place, a dialog) does not get the second one.
const TWICE_MS = 350;
const NEAR_PX = 32;
const ACTS = "button.primary,button.danger,button[type=submit]";
let sent = { what: null, at: -Infinity };
let acted = { at: -Infinity, x: 0, y: 0 };

// A finger or a mouse; a key that presses a button has no place.
const isFinger = (event) => event.isTrusted && event.detail > 0;

function isSecond(event) {
  if (!isFinger(event)) return false;
  const isNear = Math.hypot(event.clientX - acted.x, event.clientY - acted.y) <= NEAR_PX;
  return (isNear && event.timeStamp - acted.at <= TWICE_MS) || isYoung(event, TWICE_MS);
}

function once(event, what) {
  const isAgain = sent.what === what && event.timeStamp - sent.at <= TWICE_MS;
  sent = { what, at: event.timeStamp };
  if (!isAgain) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
document.addEventListener("submit", (event) => once(event, event.target), true);
document.addEventListener(
  "click",
  (event) => {
    if (isSecond(event)) {
      event.preventDefault();
      return event.stopImmediatePropagation();
    }
    const act = event.target.closest?.(ACTS);
    if (act && isFinger(event)) acted = { at: event.timeStamp, x: event.clientX, y: event.clientY };
    if (act && act.type !== "submit") once(event, act);
    else if (!act) sent.what = null;
  },
  true,
);
document.addEventListener(
  "input",
  () => {
    sent.what = null;
    acted.at = -Infinity;
  },
  true,
);

// A form that was refused leads to its first fault.
document.addEventListener("submit", ({ target }) => {
  let tries = 20;
  const find = () => {
    const wrong = target.isConnected && target.querySelector("[aria-invalid=true]");
    if (wrong) return wrong.focus();
    if (tries-- > 0 && target.isConnected) setTimeout(find, 15);
  };
  setTimeout(find, 15);
});

// A line that the focus leaves keeps what is typed, as with Tab. It is reported once the browser is done: an element that is taken off the page
// with the focus in it reports that as well, in the middle of the change of the page.
document.addEventListener("focusout", (event) => {
  const line = event.target;
  if (!line.matches?.("[data-leaves]")) return;
  setTimeout(() => {
    if (line.isConnected) line.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", bubbles: true }));
  });
});
