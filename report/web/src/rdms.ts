// The brain's RDM at the chosen time beside a model's, with a picker for models.

import { number, pairIndex, percentiles, type Page, type RDMs } from "./data";
import { viridisGradient } from "./color";
import { choice, html, onWidth } from "./dom";
import { paint, type Cells } from "./matrix";
import { ms, tickLabels, ticks, value } from "./scale";
import type { State } from "./state";
import { pairTooltip, type Reading } from "./pair";
import { Tooltip } from "./tooltip";

/** The rows of the picture, and where categories begin. */
export interface Arrangement { order: number[]; breaks: number[]; groups: { name: string; from: number; to: number }[] }

export function rdms(state: State): HTMLElement {
  const tooltip = new Tooltip();
  const panels: Panel[] = [];
  if (state.brain) panels.push(new Panel(state, tooltip, panels, "brain"));
  if (state.stacks.length) panels.push(new Panel(state, tooltip, panels, "model"));
  const row = html("div", { class: "matrices" }, ...panels.map((p) => p.element));
  onWidth(row, (width) => {
    const gap = 40;
    const size = panels.length > 1 && width > 620 ? (width - gap) / 2 : width;
    panels.forEach((p) => p.resize(Math.min(size, 510)));
  });
  const redraw = () => panels.forEach((p) => p.draw());
  state.on("time", () => panels.forEach((p) => p.which === "brain" && p.draw()));
  state.on("matrix", redraw);
  return html("div", {}, controls(state), row, state.stacks.length ? picker(state) : undefined);
}

function controls(state: State): HTMLElement {
  const bar = html("div", { class: "controls" });
  bar.append(choice("Scale", ["Values", "Percentiles"], Number(state.ranks), (i) => {
    state.ranks = i === 1;
    state.changed("matrix");
  }));
  if (state.page.stimuli.some((s) => s.category)) {
    bar.append(choice("Order", ["As given", "By category"], Number(state.grouped), (i) => {
      state.grouped = i === 1;
      state.changed("matrix");
    }));
  }
  return bar;
}

/** One matrix with its title, color bar and pointer. */
class Panel {
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { tabindex: 0, role: "img" });
  private readonly title = html("h3");
  private readonly subtitle = html("p", { class: "muted" });
  private readonly bar = html("div", { class: "colorbar" });
  private readonly frame = html("div", { class: "frame" }, this.canvas, html("div", { class: "crosshair", hidden: true }));
  private readonly groups = html("div", { class: "groups", "aria-hidden": "true" });
  private size = 0;
  private readonly ranked = new Map<number, Float64Array>();
  private readonly plain = new Map<number, Float64Array>();

  constructor(readonly state: State, private readonly tooltip: Tooltip, private readonly panels: Panel[], readonly which: "brain" | "model") {
    this.element = html("figure", { class: `matrix ${which}` }, this.title, this.subtitle, this.groups, this.frame, this.bar);
    if (which === "brain" && state.times.length > 1 && state.page.brain?.times) this.element.append(player(state));
    this.listen();
  }

  resize(size: number): void {
    this.size = size;
    this.draw();
  }

  draw(): void {
    const shown = this.shown();
    if (!shown || !this.size) return;
    const { rdms, index } = shown;
    const { order, breaks, groups } = arrange(this.state);
    const values = this.values(rdms, index);
    const [low, high] = this.state.ranks ? [0, 100] : rdms.scale(index);
    const cells: Cells = { values, order, breaks, low, high };
    paint(this.canvas, cells, this.size);
    this.describe(rdms, index);
    this.bar.replaceChildren(...colorBar(rdms, low, high, this.state.ranks));
    this.bar.style.width = this.canvas.style.width;
    this.labelGroups(groups, order.length);
  }

  /** The RDMs and the index that this panel shows now. */
  private shown(): { rdms: RDMs; index: number } | undefined {
    const { state } = this;
    if (this.which === "brain") return { rdms: state.brain!, index: state.page.brain!.times ? state.time : 0 };
    const flat = modelRDMs(state.page)[state.model];
    return flat && { rdms: state.stacks[flat.stack], index: flat.rdm };
  }

  private values(rdms: RDMs, index: number): Float64Array {
    const key = this.which === "brain" ? index : this.state.model;
    if (!this.plain.has(key)) this.plain.set(key, rdms.vector(index));
    const plain = this.plain.get(key)!;
    if (!this.state.ranks) return plain;
    if (!this.ranked.has(key)) this.ranked.set(key, percentiles(plain));
    return this.ranked.get(key)!;
  }

  private describe(rdms: RDMs, index: number): void {
    const { stack } = rdms;
    const time = stack.times && this.which === "brain" ? ` at ${ms(stack.times[index])} ms` : "";
    this.title.textContent = this.which === "brain" ? `Brain${time}` : `${stack.name} ${stack.names[index]}`;
    this.subtitle.textContent = stack.note;
    this.canvas.setAttribute("aria-label", `${this.title.textContent}: ${rdms.count} by ${rdms.count} dissimilarities. Arrow keys move between pairs.`);
  }

  private labelGroups(groups: Arrangement["groups"], n: number): void {
    const width = parseFloat(this.canvas.style.width);
    this.groups.replaceChildren(...groups.map(({ name, from, to }) => {
      const label = html("span", { title: name }, name);
      label.style.left = `${(from / n) * width}px`;
      label.style.width = `${((to - from) / n) * width}px`;
      return label;
    }));
    this.groups.hidden = groups.length === 0;
  }

  private listen(): void {
    const { canvas } = this;
    const point = (e: PointerEvent) => {
      const box = canvas.getBoundingClientRect();
      const n = this.shown()!.rdms.count;
      const place = (at: number, extent: number) => Math.min(Math.max(Math.floor((at / extent) * n), 0), n - 1);
      this.show(place(e.clientY - box.top, box.height), place(e.clientX - box.left, box.width));
    };
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    canvas.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.hide());
    canvas.addEventListener("blur", () => this.hide());
    canvas.addEventListener("keydown", (e) => this.step(e));
  }

  /** Arrow keys move between pairs. */
  private step(e: KeyboardEvent): void {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    if (!by) return;
    e.preventDefault();
    const n = this.shown()!.rdms.count;
    const [row, column] = this.state.pair ?? [1, 0];
    const inside = (i: number) => Math.min(Math.max(i, 0), n - 1);
    this.show(inside(row + by[0]), inside(column + by[1]));
  }

  private show(row: number, column: number): void {
    this.state.pair = [row, column];
    if (row === column) return this.hide();
    const { order } = arrange(this.state);
    const n = order.length;
    markPair(this.element.parentElement!, row, column, n);
    const box = this.canvas.getBoundingClientRect();
    const x = box.left + ((column + 0.5) / n) * box.width;
    const y = box.top + ((row + 0.5) / n) * box.height;
    const pair: [number, number] = [order[row], order[column]];
    const readings = this.panels.map((p) => p.read(pairIndex(n, ...pair)));
    this.tooltip.show(x, y, ...pairTooltip(this.state.page, pair, readings));
  }

  /** What this panel's RDM says about a pair. */
  private read(pair: number): Reading {
    const { rdms, index } = this.shown()!;
    const values = rdms.vector(index);
    return { title: this.title.textContent!, measure: rdms.stack.measure, dissimilarity: values[pair], percentile: percentiles(values)[pair] };
  }

  private hide(): void {
    this.tooltip.hide();
    this.element.parentElement?.querySelectorAll<HTMLElement>(".crosshair").forEach((c) => (c.hidden = true));
  }
}

/** Frames the same cell in every matrix of the row. */
function markPair(row: HTMLElement, i: number, j: number, n: number): void {
  for (const frame of row.querySelectorAll<HTMLElement>(".frame")) {
    const mark = frame.querySelector<HTMLElement>(".crosshair")!;
    const cell = parseFloat(frame.querySelector("canvas")!.style.width) / n;
    mark.hidden = false;
    Object.assign(mark.style, { left: `${j * cell}px`, top: `${i * cell}px`, width: `${cell}px`, height: `${cell}px` });
  }
}

/** The order of rows: as given, or sorted by category with the given order inside. */
export function arrange(state: State): Arrangement {
  const { stimuli } = state.page;
  const order = stimuli.map((_, i) => i);
  if (!state.grouped) return { order, breaks: [], groups: [] };
  const category = stimuli.map((s) => s.category ?? "");
  const names = [...new Set(category)];
  order.sort((a, b) => names.indexOf(category[a]) - names.indexOf(category[b]) || a - b);
  const groups = names.map((name) => {
    const rows = order.flatMap((c, i) => (category[c] === name ? [i] : []));
    return { name, from: rows[0], to: rows.at(-1)! + 1 };
  });
  return { order, breaks: groups.slice(1).map((g) => g.from), groups };
}

/** Every model RDM of every stack, in the order of the picker. */
export function modelRDMs(page: Page): { stack: number; rdm: number; name: string }[] {
  return page.models.flatMap((s, stack) => s.names.map((name, rdm) => ({ stack, rdm, name })));
}

function colorBar(rdms: RDMs, low: number, high: number, ranks: boolean): Node[] {
  const { measure, definition, chance } = rdms.stack;
  const strip = html("div", { class: "strip" });
  strip.style.background = viridisGradient;
  const scale = html("div", { class: "scale" });
  const at = (x: number, text: string, kind: string) => {
    const label = html("span", { class: kind }, text);
    label.style.left = `${((x - low) / (high - low || 1)) * 100}%`;
    scale.append(label);
  };
  const values = ticks(low, high, 4);
  tickLabels(values).forEach((text, i) => at(values[i], text, "number"));
  const c = number(chance);
  if (!ranks && c > low && c < high) {
    const mark = html("span", { class: "chance", title: `chance ${value(c)}` });
    mark.style.left = `${((c - low) / (high - low)) * 100}%`;
    strip.append(mark);
  }
  const title = ranks ? `percentile of ${measure}` : measure;
  return [strip, scale, html("div", { class: "bar-title" }, title), html("div", { class: "bar-title muted" }, definition)];
}

/** Play button and slider. */
function player(state: State): HTMLElement {
  const { times } = state;
  const slider = html("input", { type: "range", min: 0, max: times.length - 1, value: state.time, "aria-label": "Time" });
  const label = html("output", { class: "readout" });
  const button = html("button", { type: "button", class: "play", "aria-label": "Play" });
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-label", "Play");
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.setAttribute("aria-label", "Pause");
    timer = window.setInterval(() => state.setTime((state.time + 1) % times.length), 60);
  });
  slider.addEventListener("input", () => state.setTime(slider.valueAsNumber));
  slider.addEventListener("pointerdown", stop);
  const update = () => {
    slider.value = String(state.time);
    label.textContent = `${ms(times[state.time])} ms`;
    slider.setAttribute("aria-valuetext", `${ms(times[state.time])} milliseconds`);
  };
  state.on("time", update);
  update();
  return html("div", { class: "player" }, button, slider, label);
}

/** A small picture of every model RDM; pressing one shows it large. */
function picker(state: State): HTMLElement {
  const all = modelRDMs(state.page);
  const buttons = all.map(({ stack, rdm, name }, i) => {
    const canvas = html("canvas", { "aria-hidden": "true" });
    const button = html("button", { type: "button", class: "thumb" }, canvas, html("span", {}, name));
    button.addEventListener("click", () => state.setModel(i));
    const draw = () => {
      const rdms = state.stacks[stack];
      const { order } = arrange(state);
      const ranks = percentiles(rdms.vector(rdm));
      const [low, high] = state.ranks ? [0, 100] : rdms.scale(rdm);
      paint(canvas, { values: state.ranks ? ranks : rdms.vector(rdm), order, breaks: [], low, high }, 84);
      button.setAttribute("aria-pressed", String(i === state.model));
    };
    draw();
    state.on("matrix", draw);
    return button;
  });
  return html("div", { class: "picker", role: "group", "aria-label": "Model RDMs" }, ...buttons);
}
