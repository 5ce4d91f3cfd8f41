// A map in a box: where it looks, what moves it (pointer, wheel, pinch, keys), and what is pressed on it. It is drawn at most once a frame,
// whatever happens in between. Places come and go in millionths of a degree; the screens hold the truth and are asked for every change.
import { colours, landOf, paint, reach } from "./map-draw.js";
import { Points, earth, east, grow, latitude, longitude, south } from "./map-groups.js";
import { listen } from "./map-hands.js";
import { Tiles } from "./map-tiles.js";

const LEAST = 3;
const MOST = 20;

// Indonesia, where there is nothing else to show: west, north, east, south.
const HOME = [east(95e6), south(6e6), east(141e6), south(-11e6)];

// Points in sight that are reported at most.
const LISTED = 1_000;

// Pixels that are left free around what is looked at, for the groups and marks there, and on the side where the buttons are.
const ROOM = 48;
const BUTTONS = 72;

// Milliseconds without a movement after which the view is reported.
const SETTLED = 200;

let coast;

export class MapView {
  // `words` has what the map writes itself: the font follows the page.
  constructor(box, words, onevent) {
    this.box = box;
    this.onevent = onevent;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    box.prepend(this.canvas);
    this.ctx = this.canvas.getContext("2d");
    Object.assign(this, { x: 0.8, y: 0.5, zoom: 4, width: 0, height: 0, ratio: 1, chosen: -1, mode: "look", zones: [] });
    Object.assign(this, { points: null, shape: null, pin: null, here: null, land: null, isAimed: false, isFitted: false, fitted: null, frame: 0, timer: 0 });
    this.number = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 1 });
    this.font = getComputedStyle(box).fontFamily;
    this.colour = colours();
    this.sized = new ResizeObserver(() => this.#size());
    this.sized.observe(box);
    this.themed = new MutationObserver(() => {
      this.colour = colours();
      this.draw();
    });
    this.themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.hands = listen(this);
    this.tiles = new Tiles(() => {
      this.draw();
      if (this.isSettled) this.#aboutStreets();
    });
    coast ??= fetch("./map/indonesia.json").then((answer) => answer.json()).then(({ rings }) => landOf(rings, east, south));
    // Without the coast there are still the zones.
    coast.then((land) => Object.assign(this, { land })).then(() => this.draw(), () => (coast = undefined));
    this.#size();
  }

  end() {
    this.sized.disconnect();
    this.themed.disconnect();
    this.hands.abort();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.flight);
    clearTimeout(this.timer);
    this.isOver = true;
    this.tiles.end();
    this.canvas.remove();
  }

  // Sets a part of what is shown.
  set(part, value) {
    const place = ([lat, lon]) => [east(lon), south(lat)];
    if (part === "points") {
      this.points = new Points(value.version, value.flat);
    } else if (part === "zones") {
      this.zones = value.map(({ name, corners, tone }) => ({ name, tone, corners: corners.map(place) })).map((zone) => ({ ...zone, box: boxOf([zone]) }));
    } else if (part === "shape") {
      this.shape = value && { corners: value.corners.map(place), isWrong: value.is_wrong };
    } else if (part === "pin") {
      this.pin = value && place(value);
    } else if (part === "here") {
      this.here = value && { at: place(value.place), within: value.within };
    } else if (part === "mode") {
      this.mode = value;
      this.isAimed = value !== "look";
      this.box.dataset.mode = value;
    } else if (part === "chosen") {
      this.chosen = value;
    } else if (part === "marks") {
      // Of points that were there before, and are others now.
      if (this.points?.version === value.version) for (const [at, state] of value.marks) this.points.mark(at, state);
    } else if (part === "act") {
      this.act(value);
    }
    this.#fitOnce();
    this.draw();
    if (part !== "marks" && part !== "chosen") this.#settle();
  }

  // What buttons beside the map ask for.
  act(what) {
    if (what === "in") this.zoomBy(1);
    else if (what === "out") this.zoomBy(-1);
    else if (what === "all") this.fit(this.#all());
    else if (what.at >= 0 && this.points) this.fit(this.points.around([what.at]), Math.max(this.zoom, 17));
    else if (what.place) this.fit([east(what.place[1]), south(what.place[0]), east(what.place[1]), south(what.place[0])], Math.max(this.zoom, 15));
  }

  draw() {
    if (this.frame || this.isOver) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.box.dataset.tiles = String(paint(this));
      this.box.dataset.drawn = "true";
    });
  }

  #size() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height || this.isOver) return;
    Object.assign(this, { width, height, ratio: Math.min(window.devicePixelRatio || 1, 2) });
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.#fitOnce();
    if (this.fitted) this.fit(this.fitted.box, this.fitted.most, true);
    this.draw();
    this.#settle();
  }

  // What there is to look at: meters, the shape, zones, or the country.
  #all() {
    if (this.shape?.corners.length) return boxOf([this.shape]);
    return this.points?.around() ?? (this.zones.length ? boxOf(this.zones) : HOME);
  }

  // At first everything is in sight; from then on whoever looks decides.
  #fitOnce() {
    if (this.isFitted || !this.width || !(this.points || this.zones.length || this.shape)) return;
    this.isFitted = Boolean(this.points?.count || this.shape);
    this.fit(this.#all(), 17, true);
  }

  // Looks at a box of the earth, all of it; and again when the map gets another size, until somebody moves it.
  fit(box, most = 17, atOnce = false) {
    this.fitted = { box, most };
    const [west, north, far, end] = box;
    const across = Math.max(this.width - ROOM - BUTTONS, ROOM) / Math.max(far - west, 1e-9);
    const down = Math.max(this.height - 2 * ROOM, ROOM) / Math.max(end - north, 1e-9);
    const zoom = Math.max(LEAST, Math.min(MOST, most, Math.log2(Math.min(across, down) / 256)));
    // The middle of what is free is left of the map's own.
    const aside = (BUTTONS - ROOM) / 2 / earth(zoom);
    this.fly((west + far) / 2 + aside, (north + end) / 2, zoom, atOnce);
  }

  fly(x, y, zoom, atOnce) {
    zoom = Math.max(LEAST, Math.min(MOST, zoom));
    cancelAnimationFrame(this.flight);
    const still = document.documentElement.dataset.motion === "still" || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (atOnce || still) return this.look(x, y, zoom);
    const from = { x: this.x, y: this.y, zoom: this.zoom };
    const began = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - began) / 200);
      const eased = 1 - (1 - part) ** 3;
      const between = (one, other) => one + (other - one) * eased;
      this.look(between(from.x, x), between(from.y, y), between(from.zoom, zoom));
      if (part < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  look(x, y, zoom = this.zoom) {
    this.x = Math.max(0, Math.min(1, x));
    this.y = Math.max(0, Math.min(1, y));
    this.zoom = Math.max(LEAST, Math.min(MOST, zoom));
    this.draw();
    this.#settle();
  }

  panBy(left, top) {
    this.fitted = null;
    const size = earth(this.zoom);
    this.look(this.x + left / size, this.y + top / size);
  }

  // Zooms so that what is under a place of the screen stays there.
  zoomBy(by, left = this.width / 2, top = this.height / 2) {
    this.fitted = null;
    const [x, y] = this.onEarth(left, top);
    const zoom = Math.max(LEAST, Math.min(MOST, this.zoom + by));
    const size = earth(zoom);
    this.look(x - (left - this.width / 2) / size, y - (top - this.height / 2) / size, zoom);
  }

  onScreen(x, y) {
    const size = earth(this.zoom);
    return [(x - this.x) * size + this.width / 2, (y - this.y) * size + this.height / 2];
  }

  onEarth(left, top) {
    const size = earth(this.zoom);
    return [this.x + (left - this.width / 2) / size, this.y + (top - this.height / 2) / size];
  }

  // Latitude and longitude of a place of the screen.
  placeOf(left, top) {
    const [x, y] = this.onEarth(left, top);
    return [latitude(y), longitude(x)];
  }

  metresOfPixel() {
    return (40_075_017 * Math.cos((latitude(this.y) / 1e6) * (Math.PI / 180))) / earth(this.zoom);
  }

  groupsInSight() {
    const edge = 40 / earth(this.zoom);
    const [west, north] = this.onEarth(0, 0);
    const [far, end] = this.onEarth(this.width, this.height);
    const isIn = ({ x, y }) => x > west - edge && x < far + edge && y > north - edge && y < end + edge;
    return this.points ? this.points.groups(Math.floor(this.zoom)).filter(isIn) : [];
  }

  // The group under a place of the screen; the nearest within `more` pixels around it.
  groupAt(left, top, more = 0) {
    let best = null;
    let least = Infinity;
    for (const group of this.groupsInSight()) {
      const [x, y] = this.onScreen(group.x, group.y);
      const distance = Math.hypot(x - left, y - top);
      if (distance <= reach(group) + more && distance < least) [best, least] = [group, distance];
    }
    return best;
  }

  // A group was pressed: one meter is opened, many are looked at from nearer, and those that no zoom tells apart are listed.
  press(group) {
    if (group.members.length > 1 && this.zoom < MOST - 0.5) {
      const [west, north, far, end] = this.points.around(group.members);
      const spread = Math.max(far - west, end - north) * earth(MOST);
      if (spread > 24) return this.fit([west, north, far, end], MOST);
    }
    this.report({ what: "pick", members: group.members.slice(0, LISTED), n: group.members.length });
  }

  report(event) {
    if (!this.isOver) this.onevent({ version: this.points?.version ?? 0, ...event });
  }

  // Reports whether there are streets here, and whose data they are, when that has changed.
  #aboutStreets() {
    const about = this.tiles.about(this);
    const said = JSON.stringify(about);
    if (!about || said === this.saidOfStreets) return;
    this.saidOfStreets = said;
    this.report({ what: "streets", ...about });
  }

  // Reports what is in sight once nothing has moved for a moment, the nearest to the middle first.
  #settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const found = [];
      const [west, north] = this.onEarth(0, 0);
      const [far, end] = this.onEarth(this.width, this.height);
      const { count = 0, x, y } = this.points ?? {};
      for (let at = 0; at < count; at++) {
        if (x[at] >= west && x[at] <= far && y[at] >= north && y[at] <= end) found.push([Math.hypot(x[at] - this.x, y[at] - this.y), at]);
      }
      found.sort(([one], [other]) => one - other);
      const under = this.isAimed ? this.groupAt(this.width / 2, this.height / 2, 10) : null;
      const members = found.slice(0, LISTED).map(([, at]) => at);
      this.report({ what: "view", members, n: found.length, zoom: Math.floor(this.zoom), under: under?.members.slice(0, LISTED) ?? [] });
      this.isSettled = true;
      this.#aboutStreets();
      this.box.dataset.groups = String(this.groupsInSight().length);
      this.box.dataset.zoom = String(Math.floor(this.zoom));
    }, SETTLED);
  }
}

function boxOf(shapes) {
  const box = [1, 1, 0, 0];
  for (const { corners } of shapes) for (const [x, y] of corners) grow(box, x, y);
  return box;
}
