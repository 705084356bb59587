// Scores over time: a line and a band per model, noise ceiling, onset,
// significance marks, peaks, and the cursor that the RDMs follow.

import type { Model } from "./data";
import { number } from "./data";
import { dashes, layerColors } from "./color";
import { html, onWidth, properties, svg } from "./dom";
import { placeLabels, type Point } from "./labels";
import { interval, linear, ms, nice, score, tickLabels, ticks, type Scale } from "./scale";
import { nearest, places, type State } from "./state";

const margin = { left: 58, right: 14, top: 18, bottom: 46 };
const row = 7; // height of one row of significance marks
export const crowd = 8; // with more models only the one pointed at, or the best, has its band and name

export function course(state: State): HTMLElement {
  const plot = html("div", { class: "plot" });
  const legend = html("div", { class: "legend" });
  let chart: Chart | undefined;
  onWidth(plot, (width) => plot.replaceChildren((chart = new Chart(state, width)).element));
  state.on("models", () => chart?.showEmphasis());
  state.on("time", () => chart?.moveCursor());
  fillLegend(state, legend);
  return html("div", { class: "course" }, plot, legend);
}

class Chart {
  readonly element: SVGSVGElement;
  private readonly x: Scale;
  private readonly y: Scale;
  private readonly times: number[];
  private readonly height: number;
  private readonly bottom: number; // of the plotting area, above the significance rows
  private readonly cursor = svg("g", { class: "cursor" });
  private readonly crowded: boolean;
  private readonly best: number; // model with the highest score
  private readonly layers: { index: number; group: SVGElement }[] = [];

  constructor(private readonly state: State, private readonly width: number) {
    this.times = state.shown!.times!;
    this.crowded = state.models.length > crowd;
    const scores = state.models.map((m) => (m.score === null ? -Infinity : m.score));
    this.best = scores.indexOf(Math.max(...scores));
    this.height = Math.round(Math.min(Math.max(width * 0.5, 260), 400)) + row * state.models.length;
    this.bottom = this.height - margin.bottom - row * state.models.length - 6;
    this.x = linear([this.times[0], this.times.at(-1)!], [margin.left, width - margin.right]);
    this.y = linear(this.range(), [this.bottom, margin.top]);
    this.element = svg("svg", {
      class: this.crowded ? "crowded" : "", viewBox: `0 0 ${width} ${this.height}`, width, height: this.height, tabindex: 0, role: "slider",
      "aria-label": "Time course of scores; arrow keys move the time", "aria-valuemin": 0, "aria-valuemax": state.times.length - 1,
    });
    this.element.append(this.axes(), this.ceiling(), ...this.models(), this.marks(), this.peaks(), this.cursor);
    this.showEmphasis();
    this.moveCursor();
    this.listen();
  }

  private range(): [number, number] {
    const { models, ceiling } = this.state.shown!;
    const values = models.flatMap((m) => [...m.course!.low, ...m.course!.high, ...m.course!.score]);
    const all = [0, ...values, ...(ceiling?.upper ?? []), ...(ceiling?.lower ?? [])].map(number).filter(Number.isFinite);
    return nice(Math.min(...all), Math.max(...all), 12);
  }

  private axes(): SVGElement {
    const group = svg("g", { class: "axes" });
    const values = ticks(...this.y.domain, 6);
    tickLabels(values).forEach((label, i) => {
      const y = this.y(values[i]);
      group.append(
        svg("line", { x1: margin.left, x2: this.width - margin.right, y1: y, y2: y, class: values[i] === 0 ? "zero" : "grid" }),
        svg("text", { x: margin.left - 8, y: y + 4, "text-anchor": "end" }, label));
    });
    const floor = this.height - margin.bottom;
    for (const t of ticks(this.times[0] * 1000, this.times.at(-1)! * 1000, Math.min(10, this.width / 80))) {
      const x = this.x(t / 1000);
      group.append(
        svg("line", { x1: x, x2: x, y1: floor, y2: floor + 5, class: "tick" }),
        svg("text", { x, y: floor + 18, "text-anchor": "middle" }, ms(t / 1000)));
    }
    const middle = (margin.top + this.bottom) / 2;
    group.append(
      svg("line", { x1: margin.left, x2: this.width - margin.right, y1: floor, y2: floor, class: "tick" }),
      svg("text", { x: (margin.left + this.width - margin.right) / 2, y: this.height - 6, "text-anchor": "middle", class: "title" }, "time from stimulus onset (ms)"),
      svg("text", { x: 14, y: middle, "text-anchor": "middle", class: "title", transform: `rotate(-90 14 ${middle})` }, this.state.shown!.symbol));
    if (this.times[0] < 0) {
      const x = this.x(0);
      group.append(
        svg("line", { x1: x, x2: x, y1: margin.top - 4, y2: floor, class: "onset" }),
        svg("text", { x: x + 5, y: margin.top + 5, class: "note" }, "stimulus onset"));
    }
    return group;
  }

  private ceiling(): SVGElement {
    const group = svg("g", { class: "ceiling" });
    const ceiling = this.state.shown!.ceiling;
    if (!ceiling || ceiling.lower.length !== this.times.length) return group;
    const upper = ceiling.upper.map(number);
    const last = Math.round(this.times.length * 0.985) - 1;
    group.append(
      svg("path", { d: this.band(ceiling.lower.map(number), upper) }),
      svg("text", { x: this.x(this.times[last]), y: this.y(upper[last]) - 6, "text-anchor": "end", class: "note" }, "noise ceiling"));
    return group;
  }

  /** A group in the color of model i, which follows the legend. */
  private layer(i: number, ...children: SVGElement[]): SVGElement {
    const { index, count } = places(this.state.models)[i];
    const group = properties(svg("g", {}, ...children), layerColors(index, count));
    this.layers.push({ index: i, group });
    return group;
  }

  /** Fades the models behind the one pointed at and takes away the hidden ones. */
  showEmphasis(): void {
    const { hidden, emphasis } = this.state;
    for (const { index, group } of this.layers) {
      const strong = emphasis === index || (emphasis < 0 && this.crowded && index === this.best);
      const look = hidden.has(index) ? " gone" : strong ? " strong" : emphasis < 0 ? "" : " faded";
      group.setAttribute("class", `layer${look}`);
    }
  }

  private models(): SVGElement[] {
    const place = places(this.state.models);
    return this.state.models.map((model, i) => {
      const { low, high, score } = model.course!;
      return this.layer(i,
        svg("path", { class: "band", d: this.band(low.map(number), high.map(number)) }),
        svg("path", { class: "line", d: this.line(score.map(number)), "stroke-dasharray": dashes[place[i].network % dashes.length] }));
    });
  }

  private marks(): SVGElement {
    const group = svg("g", { class: "marks" });
    const half = (this.times[1] - this.times[0]) / 2;
    this.state.models.forEach((model, i) => {
      const y = this.bottom + 10 + row * i;
      const line = this.layer(i);
      for (const [from, to] of runs(model.course!.corrected.map((p) => number(p) <= this.state.shown!.level))) {
        const x1 = this.x(Math.max(this.times[from] - half, this.times[0]));
        const x2 = this.x(Math.min(this.times[to] + half, this.times.at(-1)!));
        line.append(svg("rect", { x: x1, y: y - 2, width: Math.max(x2 - x1, 2), height: 4, rx: 1 }));
      }
      group.append(line);
    });
    if (!this.state.shown!.tested) return group;
    const label = `p ≤ ${this.state.shown!.level}`;
    group.append(svg("text", { x: margin.left - 8, y: this.bottom + 10 + (row * (this.state.models.length - 1)) / 2 + 4, "text-anchor": "end", class: "note" }, label));
    return group;
  }

  private peaks(): SVGElement {
    const group = svg("g", { class: "peaks" });
    const peaks = this.state.models.flatMap((model, i) => (Number.isFinite(number(model.peak?.time)) ? [{ model, i }] : []));
    const points = peaks.map(({ model }) => ({ x: this.x(number(model.peak!.time)), y: this.y(number(model.score)) }));
    const texts = peaks.map(({ model }) => `${model.name} ${ms(number(model.peak!.time))}`);
    const frame = { x: margin.left, y: margin.top - 6, width: this.width - margin.left - margin.right, height: this.bottom - margin.top };
    const place = (which: Point[], names: string[]) => placeLabels(which, names.map((t) => 7 * t.length), this.drawnPoints(), frame);
    const boxes = this.crowded ? points.flatMap((p, k) => place([p], [texts[k]])) : place(points, texts);
    peaks.forEach(({ model, i }, k) => {
      const mark = this.layer(i);
      const [from, to] = (model.peak!.interval ?? [null, null]).map(number);
      const { x, y } = points[k];
      if (from <= to) mark.append(svg("line", { x1: this.x(from), x2: this.x(to), y1: y, y2: y, class: "whisker" }));
      mark.append(svg("circle", { cx: x, cy: y, r: 4 }));
      mark.append(svg("text", { x: boxes[k].x + boxes[k].width / 2, y: boxes[k].y + 11, "text-anchor": "middle" }, texts[k]));
      group.append(mark);
    });
    return group;
  }

  /** Every point of every line, for labels to keep away from. */
  private drawnPoints(): Point[] {
    return this.state.models.flatMap(({ course }) => course!.score.map((v, t) => ({ x: this.x(this.times[t]), y: this.y(number(v)) })));
  }

  private line(values: number[]): string {
    let pen = "M";
    return values.map((v, i) => {
      if (!Number.isFinite(v)) return (pen = "M"), "";
      const part = `${pen}${this.x(this.times[i]).toFixed(1)} ${this.y(v).toFixed(1)}`;
      pen = "L";
      return part;
    }).join("");
  }

  private band(low: number[], high: number[]): string {
    const point = (v: number, i: number) => `${this.x(this.times[i]).toFixed(1)} ${this.y(v).toFixed(1)}`;
    return runs(low.map((v, i) => Number.isFinite(v) && Number.isFinite(high[i]))).map(([from, to]) => {
      const upper = high.slice(from, to + 1).map((v, k) => point(v, from + k));
      const lower = low.slice(from, to + 1).map((v, k) => point(v, from + k)).reverse();
      return `M${[...upper, ...lower].join("L")}Z`;
    }).join("");
  }

  /** Puts the cursor at the chosen time. */
  moveCursor(): void {
    const t = this.state.times[this.state.time];
    const x = this.x(t);
    const end = x > this.width - 60;
    this.cursor.replaceChildren(
      svg("line", { x1: x, x2: x, y1: margin.top - 8, y2: this.height - margin.bottom }),
      svg("text", { x: end ? x - 5 : x + 5, y: this.bottom - 6, "text-anchor": end ? "end" : "start" }, `${ms(t)} ms`));
    this.element.setAttribute("aria-valuenow", String(this.state.time));
    this.element.setAttribute("aria-valuetext", `${ms(t)} milliseconds`);
  }

  private listen(): void {
    const { state, element } = this;
    const follow = (e: PointerEvent) => {
      const at = e.clientX - element.getBoundingClientRect().left;
      state.setTime(nearest(state.times, this.x.invert(at)));
    };
    element.addEventListener("pointerdown", (e) => {
      element.setPointerCapture(e.pointerId);
      follow(e);
    });
    element.addEventListener("pointermove", (e) => element.hasPointerCapture(e.pointerId) && follow(e));
    element.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
      if (by === undefined) return;
      e.preventDefault();
      state.setTime(state.time + by);
    });
  }
}

/** The stretches [from, to] in which flags are set. */
function runs(flags: boolean[]): [number, number][] {
  const found: [number, number][] = [];
  flags.forEach((set, i) => {
    if (!set) return;
    if (flags[i - 1]) found.at(-1)![1] = i;
    else found.push([i, i]);
  });
  return found;
}

/** One button per model with its score at the chosen time; pressing hides the model. */
function fillLegend(state: State, legend: HTMLElement): void {
  const heading = html("div", { class: "legend-time" });
  const readouts: (() => void)[] = [];
  const place = places(state.models);
  legend.append(heading);
  legend.classList.toggle("crowded", state.models.length > crowd);
  let network = "";
  state.models.forEach((model, i) => {
    if (model.network !== network) legend.append(html("div", { class: "legend-network" }, (network = model.network)));
    const { button, update } = entry(state, model, i);
    properties(button, layerColors(place[i].index, place[i].count));
    readouts.push(update);
    legend.append(button);
  });
  const update = () => {
    heading.textContent = `score at ${ms(state.times[state.time])} ms`;
    readouts.forEach((read) => read());
  };
  state.on("time", update);
  update();
}

function entry(state: State, model: Model, i: number): { button: HTMLElement; update: () => void } {
  const dash = dashes[places(state.models)[i].network % dashes.length];
  const swatch = svg("svg", { class: "swatch", width: 22, height: 10, "aria-hidden": "true" },
    svg("line", { x1: 1, x2: 21, y1: 5, y2: 5, "stroke-dasharray": dash }));
  const readout = html("span", { class: "readout" });
  const button = html("button", { type: "button", class: "layer entry", "aria-pressed": "true", title: `${model.name}: click to hide or show` },
    swatch, html("span", { class: "name" }, model.name), readout);
  button.addEventListener("click", () => {
    const hide = !state.hidden.has(i);
    if (hide) state.hidden.add(i);
    else state.hidden.delete(i);
    button.setAttribute("aria-pressed", String(!hide));
    state.changed("models");
  });
  button.addEventListener("pointerenter", () => state.setEmphasis(i));
  button.addEventListener("pointerleave", () => state.setEmphasis(-1));
  const update = () => {
    const at = nearest(state.shown!.times!, state.times[state.time]);
    const { score: scores, low, high } = model.course!;
    const range = state.models.length > crowd ? "" : interval(number(low[at]), number(high[at]), score);
    readout.textContent = `${score(number(scores[at]))} ${range}`;
  };
  return { button, update };
}
