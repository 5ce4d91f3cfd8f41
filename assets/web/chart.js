// Draws chart options with ECharts, which is fetched when the first chart is shown. One instance for each element: drawn, resized,
// themed and disposed here, so that nothing of it outlives its page.
let library;
const charts = new Map();

function load() {
  library ??= import("./echarts.js").then((module) => {
    const id = { time: { month: ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"] } };
    module.registerLocale?.("ID", { ...id, legend: {}, toolbox: {}, aria: {}, series: {} });
    return module;
  });
  return library;
}

// `option` is JSON; `still` draws without animation. A second call for the same element morphs what is drawn.
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
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    held = { element, chart, observer };
    charts.set(id, held);
  }
  const parsed = JSON.parse(option);
  parsed.animation = !still;
  parsed.animationDuration = 400;
  parsed.animationDurationUpdate = 400;
  parsed.animationEasing = "cubicOut";
  held.chart.setOption(parsed, { replaceMerge: ["series", "xAxis", "yAxis"] });
  element.setAttribute("data-drawn", "true");
}

export function dispose(id) {
  const held = charts.get(id);
  if (!held) return;
  held.observer.disconnect();
  held.chart.dispose();
  charts.delete(id);
}
