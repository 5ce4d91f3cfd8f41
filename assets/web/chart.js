// Draws chart options with ECharts, which is fetched when the first chart is shown. One instance for each element: drawn, resized,
// themed and disposed here, so that nothing of it outlives its page.
let library;
const charts = new Map();

function load() {
  library ??= import("./echarts.js");
  return library;
}

// `option` is JSON in which `var(--name)` stands for a colour of the theme; `still` draws without animation. A second call for the same
// element morphs what is drawn.
export async function draw(id, option, still) {
  const echarts = await load();
  const element = document.getElementById(id);
  if (!element) return;
  let held = charts.get(id);
  if (held && held.element !== element) {
    dispose(id);
    held = undefined;
  }
  if (!held) {
    const chart = echarts.init(element, null, { renderer: "svg" });
    const resized = new ResizeObserver(() => chart.resize());
    resized.observe(element);
    const themed = new MutationObserver(() => paint(held));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "lang"] });
    held = { id, element, chart, at: -1, observers: [resized, themed] };
    charts.set(id, held);
    const own = held;
    element.addEventListener("keydown", (event) => walk(own, event));
    element.addEventListener("focusout", () => leave(own));
  }
  held.option = option;
  held.still = still;
  paint(held);
  element.setAttribute("data-drawn", "true");
}

function paint(held) {
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
  option.tooltip.valueFormatter = isMoney ? rupiah(whole) : volume;
  Object.assign(option, { animation: !held.still, animationDuration: 400, animationDurationUpdate: 400, animationEasing: "cubicOut" });
  held.labels = [option.xAxis].flat()[0].data ?? [];
  held.series = option.series;
  held.write = option.tooltip.valueFormatter;
  held.chart.setOption(option, { replaceMerge: ["series", "xAxis", "yAxis"] });
}

// The arrows go from point to point: each shows what a pointer over it shows, and is read out.
function walk(held, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const by = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  const last = held.labels.length - 1;
  if (event.key === "Escape" && held.at >= 0) {
    event.stopPropagation();
    event.preventDefault();
    return leave(held);
  }
  if (by === undefined || last < 0) return;
  event.preventDefault();
  const next = held.at < 0 && by === -1 ? last : held.at + by;
  held.at = Math.max(0, Math.min(last, next));
  held.chart.dispatchAction({ type: "showTip", seriesIndex: held.series.length - 1, dataIndex: held.at });
  const value = (series) => {
    const point = series.data?.[held.at];
    return `${series.name}: ${held.write(point?.value ?? point)}`;
  };
  say(held, [held.labels[held.at], ...[...held.series].reverse().map(value)].join(", "));
}

function leave(held) {
  if (held.at < 0) return;
  held.at = -1;
  held.chart.dispatchAction({ type: "hideTip" });
  say(held, "");
}

function say(held, text) {
  const place = document.getElementById(`${held.id}-said`);
  if (place) place.textContent = text;
}

export function dispose(id) {
  const held = charts.get(id);
  if (!held) return;
  for (const observer of held.observers) observer.disconnect();
  held.chart.dispose();
  charts.delete(id);
}
