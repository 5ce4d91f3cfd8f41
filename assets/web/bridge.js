// The only way out of the screens: to the client behind Tauri's IPC, or behind the browser host's HTTP and WebSocket.
const tauri = window.__TAURI__;

// Asks the client; resolves to the JSON of `{"Ok": answer}` or `{"Err": problem}`.
export async function call(request) {
  if (tauri) {
    try {
      return JSON.stringify({ Ok: await tauri.core.invoke("call", { request: JSON.parse(request) }) });
    } catch (problem) {
      return JSON.stringify({ Err: problem });
    }
  }
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch("/bridge", { method: "POST", headers, body: request });
    if (response.ok) return await response.text();
    return JSON.stringify({ Err: { code: "internal", detail: `the host answered ${response.status}` } });
  } catch {
    return JSON.stringify({ Err: { code: "internal", detail: "the host has gone away" } });
  }
}

// Receives the client's events, each as JSON. `again` is called whenever something may have been missed.
export function listen(onevent, again) {
  if (tauri) {
    tauri.event.listen("client", (event) => onevent(JSON.stringify(event.payload))).then(again);
    return;
  }
  let pause = 250;
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/events`);
    socket.onopen = () => {
      pause = 250;
      again();
    };
    socket.onmessage = (message) => onevent(message.data);
    socket.onclose = () => {
      setTimeout(open, pause);
      pause = Math.min(pause * 2, 8000);
    };
  };
  open();
}

// What the page's own attributes are: CSS follows them.
export function setRoot(name, value) {
  document.documentElement.setAttribute(name, value);
}

// Whether the wide layout is on; calls back when that changes.
export function onWide(changed) {
  const query = window.matchMedia("(min-width: 905px)");
  query.addEventListener("change", () => changed(query.matches));
  changed(query.matches);
}

// How the last field that changed was changed: before the screens hear of it.
let deed = "";
document.addEventListener("input", (event) => (deed = event.inputType ?? ""), true);

// Where the caret is in a field, and how the field was changed.
export function caretIn(id) {
  const field = document.getElementById(id);
  return `${field?.selectionStart ?? 0} ${deed}`;
}

// Puts a text into a field, and the caret to a place in it.
export function putText(id, text, caret) {
  const field = document.getElementById(id);
  if (!field) return;
  if (field.value !== text) field.value = text;
  if (document.activeElement === field) field.setSelectionRange(caret, caret);
}

// Puts the focus on an element.
export function focus(id) {
  document.getElementById(id)?.focus();
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}

// Puts a text file where downloads go.
export async function saveFile(name, text) {
  return await saveBase64(name, btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("")));
}

// What is written to disk, with its media type: the same list as the client's (client/src/core/downloads.rs).
const types = {
  csv: "text/csv;charset=utf-8",
  pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  png: "image/png",
  ics: "text/calendar;charset=utf-8",
};

// Puts a file where downloads go: the window's host writes it, a browser downloads it. Resolves to its place, or its name.
export async function saveBase64(name, base64) {
  return await save(name, [base64]);
}

// A file that comes in parts: each but the last has a multiple of three bytes, so that their base64 is that of the file.
let parts = [];

export function addPart(base64, isFirst) {
  if (isFirst) parts = [];
  parts.push(base64);
}

// Puts the file whose parts were added where downloads go.
export async function saveParts(name) {
  const whole = parts;
  parts = [];
  return await save(name, whole);
}

async function save(name, parts) {
  if (tauri) return await tauri.core.invoke("save_file", { name, base64: parts.join("") });
  const type = Object.hasOwn(types, name.split(".").pop()) && types[name.split(".").pop()];
  if (!type) throw new Error(`only these files are written: ${Object.keys(types).join(", ")}`);
  const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const url = URL.createObjectURL(new Blob(parts.map(bytes), { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  return name;
}

// A version 7 UUID: the time and 74 random bits. `crypto.randomUUID` is missing where a page is not secure.
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let place = 5; place >= 0; place--) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// One observer for each scroller and margin; each element has its callback.
const observers = new Map();

// Reports when an element comes within `margin` pixels of the visible part, and when it leaves, with its height then. One that holds the focus does
// not go. Returns how to stop.
export function near(id, margin, wide, onchange) {
  const element = document.getElementById(id);
  if (!element) return () => {};
  const root = wide ? element.closest("main") : null;
  const key = `${wide} ${margin}`;
  let held = observers.get(key);
  if (!held || held.root !== root) {
    held?.observer.disconnect();
    const listeners = new Map();
    const say = (entry) => listeners.get(entry.target)?.(entry.isIntersecting);
    const observer = new IntersectionObserver((entries) => entries.forEach(say), { root, rootMargin: `${margin}px 0px` });
    held = { root, observer, listeners };
    observers.set(key, held);
  }
  let visible = false;
  let shown = false;
  const say = (holds) => {
    if (shown === (visible || holds)) return;
    shown = visible || holds;
    onchange(shown, element.offsetHeight);
  };
  const left = (event) => say(element.contains(event.relatedTarget));
  element.addEventListener("focusout", left);
  held.listeners.set(element, (is) => {
    visible = is;
    say(element.contains(document.activeElement));
  });
  held.observer.observe(element);
  return () => {
    element.removeEventListener("focusout", left);
    held.observer.unobserve(element);
    held.listeners.delete(element);
  };
}

// Scrolls a box as little as it takes to show the stretch from `top` on.
export function reveal(id, top, height) {
  const box = document.getElementById(id);
  if (!box) return;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
}

// Scrolls a box to a place.
export function scrollTop(id, top) {
  const box = document.getElementById(id);
  if (box) box.scrollTop = top;
}

// Puts the focus on an element within a box as soon as it is there, unless somebody has put it elsewhere by then.
export function focusSoon(box, id) {
  const before = document.activeElement;
  const there = () => document.getElementById(id)?.focus({ preventScroll: true });
  const isThere = () => document.getElementById(id) !== null;
  if (isThere()) {
    there();
    // One that is moved in the page while it is drawn loses the focus, to nobody.
    requestAnimationFrame(() => requestAnimationFrame(() => document.activeElement === document.body && there()));
    return;
  }
  const watching = new MutationObserver(() => {
    const stays = document.activeElement === before || document.activeElement === document.body;
    if (stays && !isThere()) return;
    watching.disconnect();
    if (stays) there();
  });
  watching.observe(document.getElementById(box), { childList: true, subtree: true });
}

// Scrolls a list as little as it takes to show one of its rows.
export function showRow(list, place) {
  document.getElementById(list)?.children[place]?.scrollIntoView({ block: "nearest" });
}

// What a field is called on the page.
export function labelOf(id) {
  const own = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  return (own ?? document.getElementById(id)?.closest(".field")?.querySelector("label,.label"))?.innerText.trim() ?? "";
}

// Scrolls the page as little as it takes to show an element, once it is drawn.
export function showSoon(id) {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(id)?.scrollIntoView({ block: "start" })));
}

// Where a map shows an address: in the app of a phone, else on the web.
export function mapOf(address) {
  const place = encodeURIComponent(address);
  if (/Android/.test(navigator.userAgent)) return `geo:0,0?q=${place}`;
  return `https://www.google.com/maps/search/?api=1&query=${place}`;
}
