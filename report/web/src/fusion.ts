// Regions and layers over time: a panel of courses for the regions, and one per
// region for what layers share with it.

import { layerColors } from "./color";
import { number, type Fusion, type Later, type Maybe, type Model, type Panel } from "./data";
import { copyButton, html, onWidth, properties, svg } from "./dom";
import { interval, linear, ms, nice, probability, score, tickLabels, ticks, type Scale } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";

const margin = { left: 58, right: 12, top: 26, bottom: 24 };
const plotted = 190; // height of the courses
const row = 6; // height of one row of significance marks

export function fusion(shown: Fusion): HTMLElement {
  const plot = html("div", { class: "plot panels" });
  onWidth(plot, (width) => {
    const columns = width < 700 || shown.panels.length === 1 ? 1 : 2;
    plot.replaceChildren(...shown.panels.map((panel) => chart(shown, panel, Math.floor((width - 20 * (columns - 1)) / columns))));
  });
  const peaks = shown.panels.flatMap((panel) => panel.lines.map((line) => ({ panel, line })));
  return html("div", {},
    shown.panels.length > 1 ? layerKey(shown.panels[1].lines) : undefined, plot,
    ...tables("Peaks of the fusion", peakColumns(peaks), peaks, shown.level, (p) => p.line.corrected),
    ...(shown.later.length ? tables("Differences of latencies", laterColumns(shown.later), shown.later, shown.level, (d) => d.corrected) : []));
}

export function fusionCaption(shown: Fusion): string {
  const shares = shown.panels.length > 1;
  return "First panel: how alike the brain over time and each region are. " +
    (shares ? `Others: the variance of ${shown.variance} that a region and each layer explain together` +
      (shown.controls.length ? `, without what ${shown.controls.join(" and ")} explains` : "") + ". Dashes: all that the region explains, the most that a layer can share. " : "") +
    (shown.percent ? `Bars through the dots: ${shown.percent} intervals of the latency of peaks. ` : "Dots: peaks. ") +
    (shown.tested ? `Only peaks that pass the test are marked. Marks below the curves: corrected p ≤ ${shown.level}.` : "");
}

/** What a line of a panel is called: its layer, behind its network where there are several. */
const named = (line: Model, all: Model[]) => (new Set(all.map((l) => l.network)).size > 1 ? `${line.network} ${line.name}` : line.name);

function layerKey(lines: Model[]): HTMLElement {
  return html("ul", { class: "categories", "aria-label": "Layers" }, ...lines.map((line, i) => {
    const swatch = svg("svg", { class: "swatch", width: 22, height: 10, "aria-hidden": "true" }, svg("line", { x1: 1, x2: 21, y1: 5, y2: 5 }));
    return properties(html("li", { class: "layer" }, swatch, named(line, lines)), layerColors(i, lines.length));
  }));
}

interface PeakRow { panel: Panel; line: Model }

function peakColumns(all: PeakRow[]): Column<PeakRow>[] {
  return [
    { title: "Panel", key: (p) => all.indexOf(p), text: (p) => p.panel.title },
    { title: "Course", key: (p) => p.line.name, text: (p) => named(p.line, p.panel.lines), word: true },
    { title: "Peak", key: (p) => number(p.line.score), text: (p) => score(number(p.line.score)), highFirst: true },
    { title: "Latency (ms)", key: (p) => number(p.line.peak?.time), text: (p) => ms(number(p.line.peak?.time)) },
    { title: "Interval (ms)", key: (p) => number(p.line.peak?.interval?.[0]), text: (p) => span(p.line.peak?.interval) },
    { title: "p corrected", key: (p) => number(p.line.corrected), text: (p) => probability(number(p.line.corrected)) },
  ];
}

function laterColumns(all: Later[]): Column<Later>[] {
  return [
    { title: "Peaks of", key: (d) => all.indexOf(d), text: (d) => d.of },
    { title: "From", key: (d) => d.from, text: (d) => d.from, word: true },
    { title: "To", key: (d) => d.to, text: (d) => d.to, word: true },
    { title: "Later by (ms)", key: (d) => number(d.time), text: (d) => ms(number(d.time)), highFirst: true },
    { title: "Interval (ms)", key: (d) => number(d.interval?.[0]), text: (d) => span(d.interval) },
    { title: "p corrected", key: (d) => number(d.corrected), text: (d) => probability(number(d.corrected)) },
  ];
}

const span = (ends: Maybe[] | null | undefined) => interval(number(ends?.[0]), number(ends?.[1]), ms) || "–";

function tables<Row>(title: string, columns: Column<Row>[], rows: Row[], level: number, p: (row: Row) => Maybe): HTMLElement[] {
  const look = (one: Row) => (number(p(one)) <= level ? "significant" : "");
  return [
    html("details", { open: rows.length <= 12 }, html("summary", {}, title),
      scrolling(title, sortable(columns, rows, look)),
      copyButton("Copy table", () => tabSeparated(columns, rows))),
  ];
}

function chart(shown: Fusion, panel: Panel, width: number): SVGSVGElement {
  const times = shown.times.map(number);
  const marks = shown.tested ? row * panel.lines.length + 6 : 0;
  const bottom = margin.top + plotted;
  const height = bottom + marks + margin.bottom;
  const x = linear([times[0], times.at(-1)!], [margin.left, width - margin.right]);
  const y = linear(range(panel), [bottom, margin.top]);
  const element = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": describe(panel) });
  element.append(axes(panel, x, y, [width, height]));
  panel.lines.forEach((line, i) => {
    const group = svg("g", { class: "layer" });
    if (panel.lines.length <= 3) group.append(svg("path", { class: "band", d: band(times, line, x, y) }));
    group.append(svg("path", { class: "line", d: path(times, line.course!.score.map(number), x, y) }), ...peak(shown, line, x, y));
    if (shown.tested) group.append(...significant(shown, line, times, x, bottom + 6 + row * i));
    group.append(svg("title", {}, `${named(line, panel.lines)}: ${score(number(line.score))} at ${ms(number(line.peak?.time))} ms`));
    element.append(properties(group, layerColors(i, panel.lines.length)));
  });
  if (panel.limit) element.append(svg("path", { class: "limit", d: path(times, panel.limit.map(number), x, y) }));
  else element.append(...names(panel, width));
  return element;
}

function range(panel: Panel): [number, number] {
  const bands = panel.lines.length <= 3 ? panel.lines.flatMap((l) => [...l.course!.low, ...l.course!.high]) : [];
  const all = [0, ...panel.lines.flatMap((l) => l.course!.score), ...bands, ...(panel.limit ?? [])].map(number).filter(Number.isFinite);
  return nice(Math.min(...all), Math.max(...all), 8);
}

const describe = (panel: Panel) => `${panel.title}: ${panel.lines.map((l) => `${l.name} ${score(number(l.score))} at ${ms(number(l.peak?.time))} milliseconds`).join(", ")}`;

function axes(panel: Panel, x: Scale, y: Scale, [width, height]: [number, number]): SVGElement {
  const group = svg("g", { class: "axes" });
  const values = ticks(...y.domain, 5);
  tickLabels(values).forEach((label, i) => group.append(
    svg("line", { x1: margin.left, x2: width - margin.right, y1: y(values[i]), y2: y(values[i]), class: values[i] === 0 ? "zero" : "grid" }),
    svg("text", { x: margin.left - 8, y: y(values[i]) + 4, "text-anchor": "end" }, label)));
  const floor = height - margin.bottom;
  group.append(svg("line", { x1: margin.left, x2: width - margin.right, y1: floor, y2: floor, class: "tick" }));
  for (const t of ticks(x.domain[0] * 1000, x.domain[1] * 1000, Math.max(2, Math.min(8, width / 80)))) {
    group.append(
      svg("line", { x1: x(t / 1000), x2: x(t / 1000), y1: floor, y2: floor + 4, class: "tick" }),
      svg("text", { x: x(t / 1000), y: floor + 17, "text-anchor": "middle", class: "small" }, t === 0 ? "0 ms" : ms(t / 1000)));
  }
  if (x.domain[0] < 0) group.append(svg("line", { x1: x(0), x2: x(0), y1: margin.top, y2: floor, class: "onset" }));
  const middle = margin.top + plotted / 2;
  group.append(
    svg("text", { x: margin.left, y: 14, class: "title" }, panel.title),
    svg("text", { x: 14, y: middle, "text-anchor": "middle", class: "title", transform: `rotate(-90 14 ${middle})` }, panel.measure));
  return group;
}

/** The dot of a peak, with the interval of its latency; a peak that does not pass the test is the largest of nothing. */
function peak(shown: Fusion, line: Model, x: Scale, y: Scale): SVGElement[] {
  const time = number(line.peak?.time);
  if (!Number.isFinite(time) || (shown.tested && !(number(line.corrected) <= shown.level))) return [];
  const [from, to] = (line.peak!.interval ?? [null, null]).map(number);
  const at = y(number(line.score));
  const whisker = from <= to ? [svg("line", { class: "whisker", x1: x(from), x2: x(to), y1: at, y2: at })] : [];
  return [...whisker, svg("circle", { cx: x(time), cy: at, r: 4 })];
}

function significant(shown: Fusion, line: Model, times: number[], x: Scale, y: number): SVGElement[] {
  const half = (x(times[1] ?? times[0]) - x(times[0])) / 2;
  return line.course!.corrected.flatMap((p, t) => (number(p) <= shown.level ? [
    svg("rect", { class: "mark", x: x(times[t]) - half, width: Math.max(2 * half, 2), y, height: 3.5 }),
  ] : []));
}

/** The names of regions, at the right. */
function names(panel: Panel, width: number): SVGElement[] {
  return panel.lines.map((line, i) => properties(
    svg("g", { class: "layer" }, svg("text", { class: "own", x: width - margin.right - 4, y: margin.top + 14 + 16 * i, "text-anchor": "end" }, line.name)),
    layerColors(i, panel.lines.length)));
}

function path(times: number[], values: number[], x: Scale, y: Scale): string {
  let pen = "M";
  return values.map((v, i) => {
    if (!Number.isFinite(v)) return (pen = "M"), "";
    const part = `${pen}${x(times[i]).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = "L";
    return part;
  }).join("");
}

function band(times: number[], line: Model, x: Scale, y: Scale): string {
  const { low, high } = line.course!;
  const known = [...times.keys()].filter((t) => Number.isFinite(number(low[t])) && Number.isFinite(number(high[t])));
  if (known.length < 2) return "";
  const point = (t: number, v: Maybe) => `${x(times[t]).toFixed(1)} ${y(number(v)).toFixed(1)}`;
  return `M${[...known.map((t) => point(t, high[t])), ...known.reverse().map((t) => point(t, low[t]))].join("L")}Z`;
}
