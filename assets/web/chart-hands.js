// Pointers and keys of a chart: the arrows go from point to point, + and − see closer and wider, and a stretch that is dragged over with a
// mouse is shown alone. It is fetched with the first chart.
import { sentenceAt, seriesAt } from "./chart.js";

// Narrower than this nothing is dragged over, in pixels.
const LEAST = 12;

export class Hands {
  #held;
  #onzoom;
  #at = -1;
  // The point that was walked or pointed to last: what the buttons beside the chart see closer.
  #near = -1;
  #range = null;
  #from = null;
  #brush = null;
  #ends = new AbortController();

  constructor(held, onzoom) {
    this.#held = held;
    this.#onzoom = onzoom;
    const on = (name, act) => held.element.addEventListener(name, act, { signal: this.#ends.signal });
    on("keydown", (event) => this.#key(event));
    on("focusout", () => this.#leave());
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", () => this.#drop());
    on("dblclick", (event) => this.#closer(this.#place(event)));
  }

  end() {
    this.#drop();
    this.#ends.abort();
  }

  // Other points are shown: all of them, and none is walked to.
  begin() {
    this.#at = -1;
    this.#near = -1;
    this.#range = null;
  }

  // What of the points is shown, for ECharts, whose own wheel and dragging are off.
  window() {
    const [startValue, endValue] = this.#shown();
    return [{ type: "inside", xAxisIndex: 0, filterMode: "none", disabled: true, startValue, endValue }];
  }

  zoom(what) {
    if (what === "out") return this.#wider();
    const [first, last] = this.#shown();
    this.#closer(this.#near < 0 ? Math.floor((first + last) / 2) : this.#near);
  }

  #shown() {
    return this.#range ?? [0, Math.max(0, this.#held.labels.length - 1)];
  }

  #show(range) {
    this.#range = range;
    const [startValue, endValue] = this.#shown();
    this.#held.chart.dispatchAction({ type: "dataZoom", dataZoomIndex: 0, startValue, endValue });
    this.#say(range ? `${this.#held.labels[startValue]} – ${this.#held.labels[endValue]}` : "");
  }

  // Where somebody offers more of a point, that; otherwise half of the points, around it.
  #closer(at) {
    if (at == null || at < 0) return;
    if (this.#held.element.dataset.zooms === "true") return this.#onzoom(`in:${at}`);
    const [first, last] = this.#shown();
    const half = Math.max(1, Math.floor((last - first) / 4));
    const range = [Math.max(first, at - half), Math.min(last, at + half)];
    if (range[1] - range[0] < last - first) this.#show(range);
  }

  #wider() {
    if (this.#range) this.#show(null);
    else if (this.#held.element.dataset.zooms === "true") this.#onzoom("out");
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.#at >= 0) {
      event.stopPropagation();
      event.preventDefault();
      return this.#leave();
    }
    const zoom = { "+": "in", "=": "in", Enter: "in", "-": "out", "−": "out" }[event.key];
    if (zoom) {
      event.preventDefault();
      return this.zoom(zoom);
    }
    this.#walk(event);
  }

  // The arrows go from point to point: each shows what a pointer over it shows, and is read out.
  #walk(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    const [first, last] = this.#shown();
    if (by === undefined || this.#held.labels.length === 0) return;
    event.preventDefault();
    const next = this.#at < 0 ? (by < 0 && by !== -Infinity ? last : by === 1 ? first : by) : this.#at + by;
    this.#at = Math.max(first, Math.min(last, next));
    this.#near = this.#at;
    const seriesIndex = Math.max(0, seriesAt(this.#held, this.#at));
    this.#held.chart.dispatchAction({ type: "showTip", seriesIndex, dataIndex: this.#at });
    this.#say(sentenceAt(this.#held, this.#at));
  }

  #leave() {
    if (this.#at < 0) return;
    this.#at = -1;
    this.#held.chart.dispatchAction({ type: "hideTip" });
    this.#say("");
  }

  // The place of the point under a pointer.
  #place(event) {
    const box = this.#held.element.getBoundingClientRect();
    const place = Math.round(this.#held.chart.convertFromPixel({ xAxisIndex: 0 }, event.clientX - box.left));
    const [first, last] = this.#shown();
    return Number.isFinite(place) ? Math.max(first, Math.min(last, place)) : null;
  }

  // A finger scrolls the page; a mouse drags.
  #down(event) {
    this.#near = this.#place(event) ?? -1;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    this.#from = event.clientX;
  }

  #move(event) {
    if (this.#from === null) return;
    const box = this.#held.element.getBoundingClientRect();
    const [left, right] = [Math.min(this.#from, event.clientX), Math.max(this.#from, event.clientX)];
    if (right - left < LEAST && !this.#brush) return;
    if (!this.#brush) {
      this.#brush = Object.assign(document.createElement("div"), { className: "chart-brush" });
      this.#held.element.append(this.#brush);
      // What is dragged beyond the edge of the chart is seen to its end.
      this.#held.element.setPointerCapture(event.pointerId);
    }
    Object.assign(this.#brush.style, { left: `${left - box.left}px`, width: `${right - left}px` });
  }

  #up(event) {
    const [from, was] = [this.#from, this.#brush];
    this.#drop();
    if (from === null || !was) return;
    const ends = [this.#place({ clientX: from }), this.#place(event)];
    if (ends.includes(null)) return;
    const [first, last] = ends.sort((a, b) => a - b);
    if (first < last) this.#show([first, last]);
    else this.#closer(first);
  }

  #drop() {
    this.#from = null;
    this.#brush?.remove();
    this.#brush = null;
  }

  #say(text) {
    const place = document.getElementById(`${this.#held.id}-said`);
    if (place) place.textContent = text;
  }
}
