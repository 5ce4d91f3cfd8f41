// The door to maps: their code is fetched when the first one is shown. What is set before it is there waits for it.
let library;
const maps = new Map();

// Opens a map in a box. `options` is JSON with the words of the map; `onevent` is called with what happens on it, as JSON. Returns how to
// end it: nothing is called from then on.
export function openMap(id, options, onevent) {
  const held = { map: null, waiting: new Map(), isOver: false };
  maps.set(id, held);
  library ??= import("./map-view.js");
  library.then(({ MapView }) => {
    const box = document.getElementById(id);
    if (held.isOver || !box) return;
    held.map = new MapView(box, JSON.parse(options), (event) => onevent(JSON.stringify(event)));
    for (const [part, value] of held.waiting) held.map.set(part, value);
    held.waiting.clear();
  });
  return () => {
    held.isOver = true;
    held.map?.end();
    if (maps.get(id) === held) maps.delete(id);
  };
}

// Sets a part of a map: "points", "zones", "shape", "pin", "here", "mode", "chosen" are what is shown from now on; "marks", "act" happen once.
export function setMap(id, part, json) {
  const held = maps.get(id);
  if (!held) return;
  const value = JSON.parse(json);
  if (held.map) held.map.set(part, value);
  else if (part !== "marks" && part !== "act") held.waiting.set(part, value);
}
