// Mixtures of model RDMs with their weights, and how variance is divided.

import { number, type Component, type Maybe, type Mixture, type Mixtures, type Part, type Parts } from "./data";
import { copyButton, html, onWidth, svg } from "./dom";
import { interval, linear, ms, nice, probability, score, tickLabels, ticks, type Scale } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";

const rowHeight = 24;
const nameWidth = 190;

/** A component of a mixture, as a row of the table of weights. */
interface Weight { mixture: Mixture; component: Component }

/** Scores of mixtures as bars, and the weights of their components in numbers. */
export function mixtures(shown: Mixtures): HTMLElement {
  const kinds = new Set(shown.models.map((m) => m.kind)).size > 1;
  const named = (m: Mixture) => (kinds ? `${m.name}, ${m.kind}` : m.name);
  const rows = shown.models.map((m) => ({ name: named(m), share: m.score, low: m.low, high: m.high }));
  const weights = shown.models.flatMap((mixture) => (mixture.components.length > 1 ? mixture.components.map((component) => ({ mixture, component })) : []));
  const columns: Column<Weight>[] = [
    { title: "Component", key: (w) => weights.indexOf(w), text: (w) => w.component.name },
    { title: "Mixture", key: (w) => named(w.mixture), text: (w) => named(w.mixture), word: true },
    { title: "Weight", key: (w) => number(w.component.weight), text: (w) => score(number(w.component.weight)), highFirst: true },
    { title: "In folds", key: (w) => number(w.component.low), text: (w) => interval(number(w.component.low), number(w.component.high), score) || "–" },
    { title: "Share", key: (w) => number(w.component.share), text: (w) => percent(w.component.share), highFirst: true },
  ];
  const tested: Column<Mixture>[] = [
    { title: "Mixture", key: (m) => shown.models.indexOf(m), text: named },
    { title: "Mean", key: (m) => number(m.estimate![0]), text: (m) => score(number(m.estimate![0])), highFirst: true },
    { title: "Interval", key: (m) => number(m.estimate![1]), text: (m) => interval(number(m.estimate![1]), number(m.estimate![2]), score) || "–" },
    { title: "p corrected", key: (m) => number(m.p_corrected), text: (m) => probability(number(m.p_corrected)) },
  ];
  return html("div", {},
    horizontal(rows, shown.symbol, shown.ceiling ?? undefined),
    shown.drawn ? scrolling("Tests of mixtures", sortable(tested, shown.models.filter((m) => m.estimate), () => "")) : undefined,
    weights.length ? scrolling("Weights of mixtures", sortable(columns, weights, () => "")) : undefined,
    weights.length ? copyButton("Copy weights", () => tabSeparated(columns, weights)) : undefined);
}

export function mixturesCaption(shown: Mixtures): string {
  const times = shown.models.some((m) => m.time !== null) ? `Each at the time of its highest score: ${shown.models.map((m) => `${m.name} ${ms(number(m.time))} ms`).join(", ")}. ` : "";
  return "Bars: how well mixtures of model RDMs, fitted to some conditions and subjects, predict others; the mean over subjects. Lines: from the lowest to the highest subject. " +
    (shown.drawn ? `First table: ${shown.drawn}. ` : "") +
    (shown.ceiling ? "Gray: noise ceiling of new conditions. " : "") + times +
    (shown.models.some((m) => m.kind === "weighted") ? `Weighted: by ${{ ols: "least squares" }[shown.regression as "ols"] ?? shown.regression} regression. ` : "") +
    "Weights fit everything; beside them, the lowest and the highest of any fold. A share is a weight times the standard deviation of its RDM, of the sum of all.";
}

/** Shares of variance as bars: parts first, then what sets explain. */
export function parts(shown: Parts): HTMLElement {
  const columns: Column<Part>[] = [
    { title: "Explained by", key: (p) => shown.explained.indexOf(p), text: (p) => p.name },
    { title: "R²", key: (p) => number(p.share), text: (p) => score(number(p.share)), highFirst: true },
    { title: "In subjects", key: (p) => number(p.low), text: (p) => interval(number(p.low), number(p.high), score) || "–" },
  ];
  return html("div", {},
    horizontal(shown.parts, "Part of R²"),
    scrolling("What sets explain", sortable(columns, shown.explained, () => "")),
    copyButton("Copy table", () => tabSeparated(columns, [...shown.explained, ...shown.parts])));
}

export function partsCaption(shown: Parts): string {
  const when = shown.time === null ? "" : `At ${ms(number(shown.time))} ms, where all sets explain most. `;
  return when + "Bars: the variance of RDMs that were held out that exactly these sets of model RDMs explain; the mean over subjects. Lines: from the lowest to the highest subject. " +
    "Parts sum to what all sets explain together. A part below zero does more harm than good on what was held out.";
}

const percent = (share: Maybe) => (share === null ? "–" : `${(100 * share).toFixed(1).replace("-", "−")} %`);

/** One bar below the other, each with its name and a line from low to high. */
function horizontal(rows: Part[], title: string, ceiling?: Maybe[]): HTMLElement {
  const plot = html("div", { class: "plot" });
  onWidth(plot, (width) => plot.replaceChildren(chart(rows, title, (ceiling ?? []).map(number), width)));
  return plot;
}

function chart(rows: Part[], title: string, ceiling: number[], width: number): SVGSVGElement {
  const bottom = rowHeight * rows.length + 6;
  const finite = [...rows.flatMap((r) => [r.share, r.low, r.high].map(number)), ...ceiling].filter(Number.isFinite);
  const x = linear(nice(Math.min(0, ...finite), Math.max(0, ...finite), 5), [nameWidth, width - 60]);
  const label = `${title}: ${rows.map((r) => `${r.name} ${score(number(r.share))}`).join(", ")}`;
  const element = svg("svg", { viewBox: `0 0 ${width} ${bottom + 42}`, width, height: bottom + 42, role: "img", "aria-label": label });
  const values = ticks(...x.domain, Math.max(2, Math.min(6, (width - nameWidth) / 90)));
  tickLabels(values).forEach((text, i) => element.append(
    svg("line", { x1: x(values[i]), x2: x(values[i]), y1: 2, y2: bottom, class: values[i] === 0 ? "zero" : "grid" }),
    svg("text", { x: x(values[i]), y: bottom + 16, "text-anchor": "middle", class: "small" }, text)));
  const [lower, upper] = ceiling;
  if (lower <= upper) element.append(svg("rect", { class: "ceiling-box", x: x(lower), width: Math.max(x(upper) - x(lower), 1), y: 2, height: bottom - 2 }));
  element.append(svg("text", { x: (nameWidth + width - 60) / 2, y: bottom + 36, "text-anchor": "middle", class: "title" }, title));
  rows.forEach((row, i) => element.append(bar(row, x, rowHeight * (i + 0.5) + 2)));
  return element;
}

const longestName = 26; // letters; the middle of a longer name is left out

function bar(row: Part, x: Scale, y: number): SVGElement {
  const half = (longestName - 1) / 2;
  const short = row.name.length > longestName ? `${row.name.slice(0, half)}…${row.name.slice(-half)}` : row.name;
  const [share, low, high] = [row.share, row.low, row.high].map(number);
  const group = svg("g", { class: "bar part" }, svg("text", { x: nameWidth - 8, y: y + 4, "text-anchor": "end" }, short));
  if (Number.isFinite(share)) {
    group.append(svg("rect", { class: "body", x: Math.min(x(0), x(share)), width: Math.max(Math.abs(x(share) - x(0)), 1), y: y - 8, height: 16, rx: 2 }));
  }
  if (low < high) group.append(svg("line", { class: "whisker", x1: x(low), x2: x(high), y1: y, y2: y }));
  group.append(svg("title", {}, `${row.name}: ${score(share)} ${interval(low, high, score)}`));
  return group;
}
