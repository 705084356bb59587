// For simulated data: what was put in, beside what was found.

import type { Planted, Truth } from "./data";
import { number } from "./data";
import { layerColors } from "./color";
import { html, onWidth, properties, svg } from "./dom";
import { linear, ms, ticks, type Scale } from "./scale";
import { places, type State } from "./state";

const rowHeight = 24;

export function truth(state: State, known: Truth): HTMLElement {
  const plot = html("div", { class: "plot" });
  const timed = state.times.length > 1 && known.planted.some((p) => Number.isFinite(number(p.from)));
  if (timed) onWidth(plot, (width) => plot.replaceChildren(chart(state, known.planted, width)));
  return html("aside", { class: "truth", "aria-label": "Known ground truth" },
    html("h2", {}, known.title),
    html("p", {}, known.text),
    timed ? plot : undefined,
    timed ? html("p", { class: "muted key" }, "Pale: when the effect was planted. Dot and line: peak latency found and its interval.") : undefined);
}

function chart(state: State, planted: Planted[], width: number): SVGSVGElement {
  const times = state.times;
  const height = rowHeight * planted.length + 30;
  const last = Math.max(...planted.map((p) => Math.max(number(p.to), number(state.models[p.found]?.peak?.interval?.[1]) || 0)));
  const end = Math.min(times.at(-1)!, last * 1.35);
  const x = linear([times[0], end], [110, width - 150]);
  const element = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": planted.map((p) => sentence(state, p)).join(". ") });
  const floor = rowHeight * planted.length + 6;
  for (const t of ticks(times[0] * 1000, end * 1000, Math.min(9, width / 90))) {
    element.append(
      svg("line", { x1: x(t / 1000), x2: x(t / 1000), y1: 4, y2: floor, class: "grid" }),
      svg("text", { x: x(t / 1000), y: floor + 16, "text-anchor": "middle", class: "small" }, t === 0 ? "0 ms" : ms(t / 1000)));
  }
  planted.forEach((p, i) => element.append(row(state, p, x, rowHeight * (i + 0.5) + 4, width)));
  return element;
}

function row(state: State, p: Planted, x: Scale, y: number, width: number): SVGElement {
  const model = state.models[p.found];
  const place = places(state.models)[p.found] ?? { index: 0, count: 1 };
  const group = properties(svg("g", { class: "layer" }), layerColors(place.index, place.count));
  const [from, to] = [number(p.from), number(p.to)];
  group.append(
    svg("text", { x: 98, y: y + 4, "text-anchor": "end" }, p.layer),
    svg("rect", { class: "window", x: x(from), y: y - 7, width: Math.max(x(to) - x(from), 2), height: 14, rx: 3 }));
  const found = number(model?.peak?.time);
  if (Number.isFinite(found)) {
    const [low, high] = (model.peak!.interval ?? [null, null]).map(number);
    if (low <= high) group.append(svg("line", { class: "whisker", x1: x(low), x2: x(high), y1: y, y2: y }));
    group.append(svg("circle", { cx: x(found), cy: y, r: 4.5 }));
  }
  group.append(svg("text", { x: width - 138, y: y + 4, class: "small" }, verdict(found, from, to)));
  return group;
}

function verdict(found: number, from: number, to: number): string {
  if (!Number.isFinite(found)) return "no peak found";
  const inside = found >= from && found <= to;
  return `${inside ? "✓" : "✗"} found at ${ms(found)} ms`;
}

function sentence(state: State, p: Planted): string {
  const found = number(state.models[p.found]?.peak?.time);
  return `${p.layer}: planted from ${ms(number(p.from))} to ${ms(number(p.to))} milliseconds, found at ${ms(found)}`;
}
