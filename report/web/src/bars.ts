// One bar per model with its interval, the subjects as dots, the noise ceiling
// and the result of the test.

import type { Model } from "./data";
import { number } from "./data";
import { layerColors } from "./color";
import { differences, rowsHeight, wedge } from "./differences";
import { choice, html, onWidth, properties, svg } from "./dom";
import { linear, ms, nice, score, interval, tickLabels, ticks, type Scale } from "./scale";
import { nearest, places, type State } from "./state";

/** What one bar shows. */
interface Bar { model: Model; score: number; low: number; high: number; subjects: number[]; corrected: number; ceiling: [number, number] }

export function bars(state: State): HTMLElement {
  const plot = html("div", { class: "plot" });
  let width = 0;
  let atCursor = false;
  const draw = () => width && plot.replaceChildren(chart(state, atCursor, width));
  onWidth(plot, (w) => {
    width = w;
    draw();
  });
  if (!state.shown!.times) return plot;
  const pick = choice("Scores", ["At each layer's peak", "At the chosen time"], 0, (i) => {
    atCursor = i === 1;
    draw();
  });
  state.on("time", () => atCursor && draw());
  return html("div", {}, html("div", { class: "controls" }, pick), plot);
}

function values(state: State, atCursor: boolean): Bar[] {
  const { models, times, ceiling } = state.shown!;
  return models.map((model) => {
    const at = times && atCursor ? nearest(times, state.times[state.time]) : (model.peak?.index ?? 0);
    const limits: [number, number] = [number(ceiling?.lower[at]), number(ceiling?.upper[at])];
    if (times && atCursor) {
      const { score, low, high, corrected, scores } = model.course!;
      const subjects = (scores ?? []).map((s) => number(s[at]));
      return { model, score: number(score[at]), low: number(low[at]), high: number(high[at]), subjects, corrected: number(corrected[at]), ceiling: limits };
    }
    const [low, high] = (model.interval ?? [null, null]).map(number);
    return { model, score: number(model.score), low, high, subjects: (model.scores ?? []).map(number), corrected: number(model.corrected), ceiling: limits };
  });
}

/** The range of all that can be shown, so that bars do not jump as time moves. */
function range(state: State, shown: Bar[], fixed: boolean): [number, number] {
  const numbers = shown.flatMap((b) => [b.score, b.low, b.high, ...b.ceiling, ...b.subjects]);
  if (fixed) {
    for (const { course } of state.models) numbers.push(...[course!.low, course!.high, ...(course!.scores ?? [])].flat().map(number));
  }
  const finite = numbers.filter(Number.isFinite);
  return nice(Math.min(0, ...finite), Math.max(0, ...finite), 5);
}

function chart(state: State, atCursor: boolean, width: number): SVGSVGElement {
  const shown = values(state, atCursor);
  const slot = (width - 72) / shown.length;
  const naming = nameStyle(shown.map((b) => b.model.name), slot);
  const height = 300 + naming.room;
  const over = rowsHeight(state.shown!);
  const bottom = 282;
  const y = linear(range(state, shown, atCursor), [bottom, 28]);
  const element = svg("svg", { viewBox: `0 ${-over} ${width} ${height + over}`, width, height: height + over, role: "img", "aria-label": describe(shown, atCursor, state) });
  element.append(axis(y, width, state.shown!.symbol));
  const shared = sharedCeiling(shown);
  if (shared) element.append(ceilingBand(shared, y, width, tallest(shown.slice(-3)) > tallest(shown.slice(0, 3))));
  const place = places(state.models);
  element.append(...networkNames(state.models, slot));
  if (!atCursor) element.append(...differences(state.shown!, (i) => 58 + slot * (i + 0.5)));
  shown.forEach((bar, i) => {
    const x = 58 + slot * (i + 0.5);
    const group = drawBar(shared ? { ...bar, ceiling: [NaN, NaN] } : bar, x, Math.min(slot * 0.56, 64), y);
    if (bar.model.short && !atCursor && bar.ceiling[0] <= bar.ceiling[1]) group.append(wedge(x, y(bar.ceiling[0]), Math.min(5, slot / 4)));
    if (i % naming.every === 0) group.append(name(bar.model.name, x, bottom + 18, naming));
    element.append(properties(group, layerColors(place[i].index, place[i].count)));
    if (bar.corrected <= state.shown!.level) {
      const top = Math.max(...[bar.score, bar.high, ...bar.subjects].filter(Number.isFinite));
      element.append(svg("text", { x, y: y(top) - 6, class: slot < 22 ? "small star" : "star", "text-anchor": "middle" }, "*"));
    }
  });
  return element;
}

/** The ceiling that all bars have in common, if they have. */
function sharedCeiling(shown: Bar[]): [number, number] | undefined {
  const [lower, upper] = shown[0].ceiling;
  return lower <= upper && shown.every((b) => b.ceiling[0] === lower && b.ceiling[1] === upper) ? [lower, upper] : undefined;
}

/** The names of several networks over their bars, with a line between them. */
function networkNames(models: Model[], slot: number): SVGElement[] {
  const starts = models.flatMap((m, i) => (i === 0 || models[i - 1].network !== m.network ? [i] : []));
  if (starts.length < 2) return [];
  return starts.flatMap((i) => {
    const x = 58 + slot * i;
    return [
      svg("text", { x: x + 6, y: 12, class: "network" }, models[i].network),
      svg("line", { x1: x, x2: x, y1: 0, y2: 282, class: i ? "grid" : "none" }),
    ];
  });
}

const tallest = (some: Bar[]) => Math.max(...some.flatMap((b) => [b.score, b.high, ...b.subjects]).filter(Number.isFinite));

function ceilingBand([lower, upper]: [number, number], y: Scale, width: number, nameLeft: boolean): SVGElement {
  const [from, to] = [58, width - 14];
  return svg("g", {},
    svg("rect", { class: "ceiling-box", x: from, width: to - from, y: y(upper), height: Math.max(y(lower) - y(upper), 1) }),
    svg("text", { class: "note", x: nameLeft ? from + 6 : to - 6, y: y(upper) + 15, "text-anchor": nameLeft ? "start" : "end" }, "noise ceiling"));
}

function axis(y: Scale, width: number, title: string): SVGElement {
  const group = svg("g", { class: "axes" });
  const values = ticks(...y.domain, 5);
  tickLabels(values).forEach((label, i) => {
    const at = y(values[i]);
    group.append(
      svg("line", { x1: 58, x2: width - 14, y1: at, y2: at, class: values[i] === 0 ? "zero" : "grid" }),
      svg("text", { x: 50, y: at + 4, "text-anchor": "end" }, label));
  });
  group.append(svg("text", { x: 14, y: 149, "text-anchor": "middle", class: "title", transform: "rotate(-90 14 149)" }, title));
  return group;
}

function drawBar(bar: Bar, x: number, width: number, y: Scale): SVGElement {
  const group = svg("g", { class: "layer bar" });
  const [lower, upper] = bar.ceiling;
  if (lower <= upper) {
    group.append(svg("rect", { class: "ceiling-box", x: x - width * 0.8, y: y(upper), width: width * 1.6, height: Math.max(y(lower) - y(upper), 1) }));
  }
  if (Number.isFinite(bar.score)) {
    const [top, base] = [Math.max(bar.score, 0), Math.min(bar.score, 0)];
    group.append(svg("rect", { class: "body", x: x - width / 2, y: y(top), width, height: Math.max(y(base) - y(top), 1), rx: 2 }));
  }
  bar.subjects.forEach((s, i) => {
    if (!Number.isFinite(s) || bar.subjects.length < 2) return;
    const spread = ((i * 0.618034) % 1) - 0.5; // the golden ratio keeps neighbours apart, the same way every time
    group.append(svg("circle", { class: "subject", cx: x + spread * width * 0.7, cy: y(s), r: 2.4 }));
  });
  if (bar.low <= bar.high) {
    group.append(svg("line", { class: "whisker", x1: x, x2: x, y1: y(bar.low), y2: y(bar.high) }));
  }
  group.append(svg("title", {}, `${bar.model.name}: ${score(bar.score)} ${interval(bar.low, bar.high, score)}`));
  return group;
}

/** How names stand under their bars: level, slanted, or upright where bars are narrow; not every one where they are very narrow. */
interface Naming { turn: number; room: number; every: number }

const longestName = 26; // letters; the middle of a longer name is left out

function nameStyle(names: string[], slot: number): Naming {
  const longest = 7.2 * Math.max(...names.map((n) => Math.min(n.length, longestName)));
  if (longest <= slot - 6) return { turn: 0, room: 22, every: 1 };
  if (slot >= 24) return { turn: -45, room: longest * 0.7 + 10, every: 1 };
  return { turn: -90, room: longest * 0.8 + 4, every: Math.ceil(11 / slot) };
}

function name(text: string, x: number, y: number, { turn }: Naming): SVGElement {
  const half = (longestName - 1) / 2;
  const short = text.length > longestName ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  if (turn === 0) return svg("text", { x, y, "text-anchor": "middle" }, text);
  const [at, small] = turn === -90 ? [x + 3.5, "small"] : [x, ""];
  return svg("text", { x: at, y: y - 6, class: small, "text-anchor": "end", transform: `rotate(${turn} ${at} ${y - 6})` }, short, svg("title", {}, text));
}

function describe(shown: Bar[], atCursor: boolean, state: State): string {
  const when = atCursor ? `at ${ms(state.times[state.time])} ms` : "";
  return `Scores per model ${when}: ` + shown.map((b) => `${b.model.name} ${score(b.score)}`).join(", ");
}
