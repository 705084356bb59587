// The conditions on paper: those of the brain at the chosen time beside a model's.

import { categoryColor } from "./color";
import { Maps, type Stack } from "./data";
import { choice, html, onWidth, svg, type Child } from "./dom";
import { legend } from "./legend";
import { categories } from "./order";
import { player } from "./player";
import { linear, ms } from "./scale";
import { modelRDMs, type State } from "./state";

/** Whether there is a map to show. */
export function mapped({ page, brain }: State): boolean {
  return Boolean(brain?.mean.stack.map || page.models.some((m) => m.map));
}

export function maps(state: State): HTMLElement {
  const { brain, page } = state;
  const panels: MapPanel[] = [];
  const pictured = page.stimuli.some((s) => s.image);
  if (brain) panels.push(new MapPanel(state, "brain", () => brainMap(state)));
  if (page.models.length) panels.push(new MapPanel(state, "model", () => modelMap(state)));
  const row = html("div", { class: "matrices" }, ...panels.map((p) => p.element));
  onWidth(row, (width) => {
    const gap = 40;
    const size = Math.min(panels.length > 1 && width > 620 ? (width - gap) / 2 : width, 560);
    panels.forEach((p) => p.resize(size));
  });
  const moving = brain && state.times.length > 1 && brain.mean.stack.times;
  if (moving) panels[0].element.append(player(state));
  state.on("time", () => panels[0].draw());
  state.on("matrix", () => panels.forEach((p) => p.draw()));
  state.on("condition", () => panels.forEach((p) => p.point()));
  return html("div", {}, pictured ? points(panels) : undefined, legend(state), row);
}

function points(panels: MapPanel[]): HTMLElement {
  return html("div", { class: "controls" }, choice("Conditions", ["Pictures", "Dots"], 0, (i) => panels.forEach((p) => p.show(i === 0))));
}

/** One map of a stack, and what it is called. */
interface Shown { title: string; note: string; stack: Stack; index: number }

function brainMap(state: State): Shown {
  const { stack } = state.brain!.mean;
  const time = stack.times ? state.time : 0;
  return { title: stack.times ? `${state.name} at ${ms(stack.times[time])} ms` : state.name, note: stack.note, stack, index: time };
}

function modelMap(state: State): Shown {
  const { stack, rdm, name } = modelRDMs(state.page)[state.choices.model];
  const own = state.page.models[stack];
  return { title: own.name === name ? name : `${own.name}: ${name}`, note: own.note, stack: own, index: rdm };
}

const margin = 32; // room for half a picture, in pixels
const unpacked = new WeakMap<Stack, Maps>(); // maps of stacks shown before

class MapPanel {
  readonly element: HTMLElement;
  private readonly title = html("h3");
  private readonly note = html("p", { class: "muted note" });
  private readonly paper = svg("svg", { tabindex: 0, role: "img" });
  private readonly marks: SVGGElement[];
  private places: { x: number; y: number }[] = []; // in pixels; empty where there is no map
  private size = 0;

  constructor(private readonly state: State, kind: string, private readonly choose: () => Shown) {
    this.marks = state.page.stimuli.map((_, i) => this.mark(i));
    this.paper.append(...this.marks);
    this.element = html("figure", { class: `map of-${kind}` }, this.title, this.note, this.paper);
    this.show(true);
    this.listen();
  }

  /** A condition as its picture framed in the color of its category, and as a dot. */
  private mark(i: number): SVGGElement {
    const { stimuli } = this.state.page;
    const known = categories(stimuli);
    const { image, category } = stimuli[i];
    const group = svg("g", { class: "mark" });
    group.style.setProperty("--own", known.length > 1 || category ? categoryColor(known.indexOf(category ?? ""), known.length) : "var(--muted)");
    const picture: Child[] = image ? [svg("rect", { class: "edge" }), svg("image", { href: image, preserveAspectRatio: "xMidYMid slice" })] : [];
    group.append(svg("circle", { r: 4.5 }), ...picture.filter((p) => p !== undefined));
    return group;
  }

  /** Shows pictures, or dots. */
  show(pictures: boolean): void {
    this.paper.setAttribute("class", pictures && this.state.page.stimuli.some((s) => s.image) ? "pictures" : "dots");
  }

  resize(size: number): void {
    this.size = size;
    this.element.style.width = `${size}px`;
    this.paper.setAttribute("width", String(size));
    this.paper.setAttribute("height", String(size));
    const side = Math.min(Math.max(0.56 * size / Math.sqrt(this.marks.length), 14), 52);
    for (const mark of this.marks) {
      fit(mark.querySelector("rect"), side + 3);
      fit(mark.querySelector("image"), side);
    }
    this.draw();
  }

  draw(): void {
    if (!this.size) return;
    const { title, note, stack, index } = this.choose();
    const { map } = stack;
    const maps = map && (unpacked.get(stack) ?? new Maps(stack, this.marks.length));
    if (maps) unpacked.set(stack, maps);
    this.places = [];
    if (maps && map.stress[index] !== null) {
      const { x, y, radius } = maps.frame(index);
      const across = linear([x - radius, x + radius], [margin, this.size - margin]);
      const up = linear([y - radius, y + radius], [this.size - margin, margin]);
      this.places = maps.places(index).map((p) => ({ x: across(p.x), y: up(p.y) }));
    }
    this.title.textContent = title;
    const stress = map?.stress[index];
    this.note.textContent = [note, stress == null ? "" : `stress ${stress.toFixed(2)}`, map ? map.notes[index] : "no map: too many conditions"].filter(Boolean).join(" · ");
    this.paper.setAttribute("aria-label", `${title}: map of ${this.marks.length} conditions. Arrow keys go from one to the next.`);
    this.marks.forEach((mark, i) => {
      const at = this.places[i];
      mark.setAttribute("display", at ? "inline" : "none");
      if (at) mark.setAttribute("transform", `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`);
    });
  }

  /** Brings the condition that is pointed at to the front. */
  point(): void {
    const { condition } = this.state;
    this.paper.classList.toggle("pointing", condition >= 0);
    this.marks.forEach((mark, i) => mark.classList.toggle("pointed", i === condition));
    if (condition >= 0) this.paper.append(this.marks[condition]);
  }

  private listen(): void {
    const { paper, state } = this;
    const move = (e: PointerEvent) => {
      const box = paper.getBoundingClientRect();
      const i = this.nearest(e.clientX - box.left, e.clientY - box.top);
      state.setCondition(i);
      if (i >= 0) this.tell(i);
      else state.tooltip.hide();
    };
    paper.addEventListener("pointermove", move);
    paper.addEventListener("pointerdown", move);
    paper.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.leave());
    paper.addEventListener("blur", () => this.leave());
    paper.addEventListener("keydown", (e) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (!step || !this.places.length) return;
      e.preventDefault();
      const { order } = state.arrangement;
      const from = order.indexOf(state.condition);
      const next = order[from < 0 ? 0 : (from + step + order.length) % order.length];
      state.setCondition(next);
      this.tell(next);
    });
  }

  private leave(): void {
    this.state.setCondition(-1);
    this.state.tooltip.hide();
  }

  /** The condition within reach of a point of the paper, -1 if there is none. */
  private nearest(x: number, y: number): number {
    let best = -1;
    let reach = 24 ** 2;
    this.places.forEach((p, i) => {
      const square = (p.x - x) ** 2 + (p.y - y) ** 2;
      if (square < reach) [best, reach] = [i, square];
    });
    return best;
  }

  /** Names a condition beside its place. */
  private tell(i: number): void {
    const { label, category, image } = this.state.page.stimuli[i];
    const box = this.paper.getBoundingClientRect();
    const { x, y } = this.places[i];
    this.state.tooltip.show(box.left + x, box.top + y, html("div", { class: "pair" }, html("div", { class: "side" },
      image ? html("img", { src: image, alt: "", width: 84, height: 84 }) : undefined,
      html("div", { class: "label" }, label),
      category ? html("div", { class: "muted" }, category) : undefined)));
  }
}

/** Centers an element of a mark on its place. */
function fit(element: Element | null, side: number): void {
  element?.setAttribute("x", String(-side / 2));
  element?.setAttribute("y", String(-side / 2));
  element?.setAttribute("width", String(side));
  element?.setAttribute("height", String(side));
}
