// Draws chart options with ECharts, which is fetched when the first chart is shown, with what reads pointers and keys (chart-hands.js). One
// instance for each element: drawn, resized, themed and disposed here, so that nothing of it outlives its page.
let library;
const charts = new Map();
const zooms = new Map();

function load() {
  library ??= Promise.all([import("./echarts.js"), import("./chart-hands.js")]);
  return library;
}

// `option` is JSON in which `var(--name)` stands for a colour of the theme; `still` draws without animation. A second call for the same
// element morphs what is drawn. Beside what ECharts knows, an option has `unit`; `notes`, texts by the place of their point; and series have
// `hidden`, if nothing is said of their values, and `optional`, if nothing is where they have none.
export async function draw(id, option, still) {
  const [echarts, { Hands }] = await load();
  const element = document.getElementById(id);
  if (!element) return;
  let held = charts.get(id);
  if (held && held.element !== element) {
    dispose(id);
    held = undefined;
  }
  if (!held) {
    const chart = echarts.init(element, null, { renderer: "svg" });
    // It is called for the size that is drawn already as well: drawn once more, nothing would be seen of how the chart begins.
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== chart.getWidth() || element.clientHeight !== chart.getHeight()) chart.resize();
    });
    resized.observe(element);
    const themed = new MutationObserver(() => paint(held));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "lang"] });
    held = { id, element, chart, observers: [resized, themed] };
    charts.set(id, held);
    held.hands = new Hands(held, (what) => zooms.get(id)?.(what));
  }
  held.option = option;
  held.still = still;
  paint(held);
  element.setAttribute("data-drawn", "true");
}

// The option with its colours, numbers and tooltips.
function dressed(held) {
  const style = getComputedStyle(document.documentElement);
  const option = JSON.parse(held.option.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim()));
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const measured = (unit) => (value) => (value == null ? "–" : `${number.format(value)}\u00a0${unit}`);
  const volume = measured(option.unit === "cubic_metres" ? "m³" : "L");
  // On an axis there is room for "Rp1,2 jt" (design.md, Formats); elsewhere every rupiah is written.
  const compact = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("id", { maximumFractionDigits: 0 });
  const sign = (value) => (value < 0 ? "−Rp" : "Rp");
  const rupiah = (write) => (value) => (value == null ? "–" : sign(value) + write.format(Math.abs(value)));
  const isMoney = option.unit === "rupiah";
  for (const axis of [option.yAxis].flat()) axis.axisLabel.formatter = isMoney ? rupiah(compact) : volume;
  held.labels = [option.xAxis].flat()[0].data ?? [];
  held.series = option.series;
  held.notes = option.notes ?? {};
  held.write = isMoney ? rupiah(whole) : volume;
  option.tooltip.formatter = (points) => tip(held, [points].flat());
  option.tooltip.confine = true;
  named(option);
  const ease = "cubicOut";
  Object.assign(option, { animation: !held.still, animationDuration: 400, animationDurationUpdate: 400, animationEasing: ease });
  return Object.assign(option, { animationEasingUpdate: ease });
}

// ECharts morphs only what has the name that it had before, and draws the rest anew: series and axes go by their place, so that they stay in
// their order, and points by their place instead of by what stands below them.
function named(option) {
  option.series = option.series.map((series, place) => {
    const data = series.data?.map((value, id) => ({ id, value }));
    return { ...series, id: `${place}:${series.type}:${series.name}`, data };
  });
  for (const axis of ["xAxis", "yAxis"]) option[axis] = [option[axis]].flat().map((of, place) => ({ ...of, id: `${axis}:${place}` }));
}

function paint(held) {
  const before = held.labels?.join();
  const option = dressed(held);
  if (before !== held.labels.join()) held.hands.begin();
  option.dataZoom = held.hands.window();
  held.chart.setOption(option, { replaceMerge: ["series", "xAxis", "yAxis", "dataZoom"] });
}

const escaped = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

// What stands at a point: the values of the series that have one to say, then what happened there.
function tip(held, points) {
  const at = points[0]?.dataIndex ?? 0;
  const values = points.flatMap((point) => {
    const series = held.series.find((series) => series.name === point.seriesName);
    const said = valueAt(held, series, at);
    return said === undefined ? [] : [`${point.marker}${escaped(series.name)}: <b>${escaped(said)}</b>`];
  });
  return [escaped(held.labels[at]), ...values, ...notesAt(held, at).map(escaped)].join("<br>");
}

function valueAt(held, series, at) {
  if (!series || series.hidden) return undefined;
  const value = series.data?.[at];
  return value == null && series.optional ? undefined : held.write(value);
}

function notesAt(held, at) {
  return held.notes[at] ?? [];
}

// The place of a series that has a value at a point.
export function seriesAt(held, at) {
  return held.series.findLastIndex((series) => !series.hidden && series.data?.[at] != null);
}

// The same as a sentence, for whoever goes along the points by keys: what is beside the measured series comes last.
export function sentenceAt(held, at) {
  const measured = held.series.filter((series) => !series.optional).reverse();
  const values = [...measured, ...held.series.filter((series) => series.optional)].flatMap((series) => {
    const said = valueAt(held, series, at);
    return said === undefined ? [] : [`${series.name}: ${said}`];
  });
  return [held.labels[at], ...values, ...notesAt(held, at)].join(", ");
}

// Calls `onzoom` with "in:" and the place of a point that somebody wants to see closer, or with "out". Returns how to end that.
export function watchZoom(id, onzoom) {
  zooms.set(id, onzoom);
  return () => {
    if (zooms.get(id) === onzoom) zooms.delete(id);
  };
}

// Does what the keys + and − do: `what` is "in" or "out".
export function zoom(id, what) {
  charts.get(id)?.hands.zoom(what);
}

// The chart as it is seen, under a title, as PNG in base64; empty where nothing is drawn. It is drawn once more on a canvas, because a picture
// of the SVG would be without the app's typeface.
export async function picture(id, title) {
  const held = charts.get(id);
  if (!held) return "";
  const [echarts] = await load();
  const [width, height, head] = [Math.max(640, held.element.clientWidth), Math.max(320, held.element.clientHeight), 56];
  const style = getComputedStyle(document.documentElement);
  const box = Object.assign(document.createElement("div"), { style: "position:fixed;left:-9999px;top:0" });
  Object.assign(box.style, { width: `${width}px`, height: `${height + head}px` });
  document.body.append(box);
  const copy = echarts.init(box, null, { renderer: "canvas", width, height: height + head, devicePixelRatio: 2 });
  try {
    const words = { fontFamily: "Plus Jakarta Sans", fontSize: 14, fontWeight: 600, width: width - 24, overflow: "break" };
    const option = Object.assign(dressed(held), {
      animation: false,
      dataZoom: held.hands.window(),
      title: { text: title, left: 12, top: 8, textStyle: { ...words, color: style.getPropertyValue("--text").trim() } },
    });
    option.grid = [option.grid].flat().map((grid) => ({ ...grid, top: head + 8 }));
    copy.setOption(option);
    return copy.getDataURL({ type: "png", backgroundColor: style.getPropertyValue("--surface").trim() }).split(",")[1] ?? "";
  } finally {
    copy.dispose();
    box.remove();
  }
}

export function dispose(id) {
  const held = charts.get(id);
  if (!held) return;
  for (const observer of held.observers) observer.disconnect();
  held.hands.end();
  held.chart.dispose();
  charts.delete(id);
}
