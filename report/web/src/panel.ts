// One matrix with its title, the categories of its rows, its color bar and pointer.

import { categoryColor, viridisGradient } from "./color";
import { number, pairIndex, percentiles, type Stack } from "./data";
import { copyButton, html } from "./dom";
import { paint, paintBand } from "./matrix";
import { categories, type Group } from "./order";
import { pairTooltip, type Reading } from "./pair";
import { ms, tickLabels, ticks, value } from "./scale";
import { modelRDMs, type State } from "./state";

/** What a panel shows: an upper triangle in the order of the conditions, and what it is. */
interface Shown { title: string; note: string; stack: Stack; values: Float64Array; range: [number, number] }

export abstract class Panel {
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { class: "cells", tabindex: 0, role: "img" });
  private readonly title = html("h3");
  private readonly note = html("p", { class: "muted note" });
  private readonly bar = html("div", { class: "colorbar" });
  private readonly names = html("div", { class: "groups", "aria-hidden": "true" });
  private readonly bands = { top: html("canvas", { class: "band top", "aria-hidden": "true" }), left: html("canvas", { class: "band left", "aria-hidden": "true" }) };
  private readonly frame: HTMLElement;
  private size = 0;
  private shown?: Shown; // with values as they are drawn: percentiles where these are chosen

  constructor(protected readonly state: State, private readonly panels: Panel[], kind: string) {
    const { page } = state;
    const banded = page.stimuli.some((s) => s.category);
    this.frame = html("div", { class: "frame" }, ...(banded ? [this.bands.top, this.bands.left] : []), this.canvas, html("div", { class: "crosshair", hidden: true }));
    this.element = html("figure", { class: banded ? `matrix ${kind} banded` : `matrix ${kind}` }, this.title, this.note, this.names, this.frame, this.bar,
      html("div", { class: "under" }, copyButton("Copy matrix", () => this.table())));
    this.listen();
  }

  /** What the reader chose for this panel; undefined when there is nothing. */
  protected abstract choose(): Shown | undefined;

  resize(size: number): void {
    this.size = size;
    this.draw();
  }

  draw(): void {
    const chosen = this.choose();
    this.shown = chosen;
    if (!chosen || !this.size) return;
    const { ranks } = this.state.choices;
    const { order, groups } = this.state.arrangement;
    const [low, high] = ranks ? [0, 100] : chosen.range;
    paint(this.canvas, { values: ranks ? percentiles(chosen.values) : chosen.values, order, breaks: groups.slice(1).map((g) => g.from), low, high }, this.size);
    this.title.textContent = chosen.title;
    this.note.textContent = chosen.note;
    const n = order.length;
    this.canvas.setAttribute("aria-label", `${chosen.title}: ${n} by ${n} dissimilarities. Arrow keys move between pairs.`);
    this.bar.replaceChildren(...colorBar(chosen.stack, [low, high], ranks));
    this.bar.style.width = this.canvas.style.width;
    this.drawCategories(order, groups);
  }

  /** Colors the edges by category, and names the categories above if all names have room. */
  private drawCategories(order: number[], groups: Group[]): void {
    const { stimuli } = this.state.page;
    const known = categories(stimuli);
    const colors = order.map((i) => categoryColor(known.indexOf(stimuli[i].category ?? ""), known.length));
    paintBand(this.bands.top, colors, "top");
    paintBand(this.bands.left, colors, "left");
    const side = parseFloat(this.canvas.style.width);
    this.bands.top.style.width = this.bands.left.style.height = `${side}px`;
    const room = ({ from, to }: Group) => ((to - from) / order.length) * side;
    const fit = groups.every((g) => g.name.split(" ").every((word) => textWidth(word) <= room(g) - 4));
    this.names.hidden = !fit || groups.length === 0;
    this.names.replaceChildren(...groups.map((group) => {
      const label = html("span", {}, group.name);
      label.style.left = `${(group.from / order.length) * side}px`;
      label.style.width = `${room(group)}px`;
      return label;
    }));
  }

  /** The matrix as it is drawn, rows and columns with their labels. */
  private table(): string {
    const { order } = this.state.arrangement;
    const { stimuli } = this.state.page;
    const cell = (i: number, j: number) => (i === j ? 0 : this.shown!.values[pairIndex(order.length, i, j)]);
    const rows = order.map((i) => [stimuli[i].label, ...order.map((j) => (Number.isNaN(cell(i, j)) ? "n/a" : String(Number(cell(i, j).toPrecision(6)))))]);
    return [["", ...order.map((i) => stimuli[i].label)], ...rows].map((row) => row.join("\t")).join("\n");
  }

  private listen(): void {
    const { canvas } = this;
    const point = (e: PointerEvent) => {
      const box = canvas.getBoundingClientRect();
      const n = this.state.arrangement.order.length;
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
    const n = this.state.arrangement.order.length;
    const [row, column] = this.state.pair ?? [1, 0];
    const inside = (i: number) => Math.min(Math.max(i, 0), n - 1);
    this.show(inside(row + by[0]), inside(column + by[1]));
  }

  private show(row: number, column: number): void {
    this.state.pair = [row, column];
    if (row === column) return this.hide();
    const { order } = this.state.arrangement;
    this.panels.forEach((p) => p.mark(row, column));
    const box = this.canvas.getBoundingClientRect();
    const x = box.left + ((column + 0.5) / order.length) * box.width;
    const y = box.top + ((row + 0.5) / order.length) * box.height;
    const pair: [number, number] = [order[row], order[column]];
    const readings = this.panels.flatMap((p) => p.read(pairIndex(order.length, ...pair)));
    this.state.tooltip.show(x, y, ...pairTooltip(this.state.page, pair, readings));
  }

  /** Frames the cell of a row and a column. */
  private mark(row: number, column: number): void {
    const mark = this.frame.querySelector<HTMLElement>(".crosshair")!;
    const cell = parseFloat(this.canvas.style.width) / this.state.arrangement.order.length;
    mark.hidden = false;
    Object.assign(mark.style, { left: `${column * cell}px`, top: `${row * cell}px`, width: `${cell}px`, height: `${cell}px` });
  }

  /** What this panel's RDM says about a pair. */
  private read(pair: number): Reading[] {
    if (!this.shown) return [];
    const { title, stack, values } = this.shown;
    return [{ title, measure: stack.measure, dissimilarity: values[pair], percentile: percentiles(values)[pair] }];
  }

  private hide(): void {
    this.state.tooltip.hide();
    this.panels.forEach((p) => (p.frame.querySelector<HTMLElement>(".crosshair")!.hidden = true));
  }
}

/** The brain's RDM: the mean, or that of one subject or session. */
export class BrainPanel extends Panel {
  protected choose(): Shown | undefined {
    const { state } = this;
    const brain = state.brain!;
    const { stack } = brain.shown;
    const values = brain.vector(state.time);
    const time = brain.mean.stack.times ? ` at ${ms(state.times[state.time])} ms` : "";
    const chosen = [brain.subject && `subject ${brain.subject}`, brain.session && `session ${brain.session}`].filter(Boolean).join(", ");
    return { title: `${state.name}${time}`, note: chosen || stack.note, stack, values, range: brain.shown.scale(values) };
  }
}

/** The RDM of the model that the reader picked. */
export class ModelPanel extends Panel {
  protected choose(): Shown | undefined {
    const { state } = this;
    const model = modelRDMs(state.page)[state.choices.model];
    if (!model) return undefined;
    const rdms = state.stacks[model.stack];
    const values = rdms.vector(model.rdm);
    return { title: rdms.stack.name === model.name ? model.name : `${rdms.stack.name}: ${model.name}`, note: rdms.stack.note, stack: rdms.stack, values, range: rdms.scale(values) };
  }
}

const measuring = document.createElement("canvas").getContext("2d")!;

/** The width of a category's name in CSS pixels. */
function textWidth(text: string): number {
  measuring.font = "12px system-ui, sans-serif";
  return measuring.measureText(text).width;
}

function colorBar(stack: Stack, [low, high]: [number, number], ranks: boolean): Node[] {
  const { measure, definition, chance } = stack;
  const strip = html("div", { class: "strip" });
  strip.style.background = viridisGradient;
  const scale = html("div", { class: "scale" });
  const at = (x: number, text: string, kind: string) => {
    const label = html("span", { class: kind }, text);
    label.style.left = `${((x - low) / (high - low || 1)) * 100}%`;
    scale.append(label);
  };
  const values = ticks(low, high, 5);
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
