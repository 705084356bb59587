// One map of the scalp: colors and contours on a canvas, above them the head, the
// sensors and their marks, which a pointer and the arrow keys reach.

import { diverging } from "./color";
import { html, svg } from "./dom";
import { score, ticks } from "./scale";
import { contour, Mesh, type Point } from "./surface";
import type { Sensors } from "./data";
import type { Tooltip } from "./tooltip";

/** What a map shows; values and marks are one per sensor. */
export interface Shown { title: string; note: string; values: number[]; stars: boolean[]; range: [number, number]; tell: (sensor: number) => Node[] }

const pixels = 108; // of the side of a surface, fine enough for the distance of sensors
const meshes = new WeakMap<Sensors, Mesh>(); // of types shown before

/** Half of the side of a map, in radii of the head: room for nose, ears and all sensors. */
function reachOf(type: Sensors): number {
  return 1.02 * Math.max(1.15, type.radius, ...(type.outline ?? []).flat().map(Math.abs));
}

function meshOf(type: Sensors): Mesh {
  const known = meshes.get(type) ?? new Mesh(type.points, type.triangles, pixels, reachOf(type));
  meshes.set(type, known);
  return known;
}

/** The values of all points of the mesh: those around the sensors have the mean of the sensors next to them. */
function spread(type: Sensors, mesh: Mesh, values: number[]): number[] {
  const all = type.points.map((_, i) => (i < type.known.length ? values[type.known[i]] : NaN));
  const around = type.points.flatMap((_, i) => (i < type.known.length ? [] : [i]));
  const mean = (some: number[]) => some.reduce((sum, v) => sum + v, 0) / some.length; // of none it is NaN
  const filled = around.map((i) => mean(mesh.neighbors[i].filter((j) => j < type.known.length).map((j) => all[j]).filter(Number.isFinite)));
  const other = mean(filled.filter(Number.isFinite));
  around.forEach((i, k) => (all[i] = Number.isFinite(filled[k]) ? filled[k] : other));
  return all;
}

export class Head {
  readonly element: HTMLElement;
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly paper = svg("svg", { tabindex: 0, role: "img" });
  private readonly title = html("figcaption");
  private readonly note = html("p", { class: "muted" });
  private readonly reach: number;
  private shown?: Shown;
  private size = 0;
  private pointed = -1;

  constructor(private readonly type: Sensors, private readonly tooltip: Tooltip) {
    this.reach = reachOf(type);
    this.element = html("figure", { class: "head" }, this.title, html("div", { class: "frame" }, this.canvas, this.paper), this.note);
    this.listen();
  }

  draw(shown: Shown, size: number): void {
    [this.shown, this.size] = [shown, size];
    this.element.style.width = `${size}px`;
    this.title.textContent = shown.title;
    this.note.textContent = shown.note;
    this.paper.setAttribute("aria-label", `${shown.title}: ${shown.note}. Arrow keys go from the highest sensor to the lowest.`);
    this.paint();
    this.mark();
  }

  private at = ([x, y]: Point): Point => [(x / this.reach + 1) * this.size / 2, (1 - y / this.reach) * this.size / 2];

  private path(points: Point[], closed = false): string {
    return `M${points.map((p) => this.at(p).map((v) => v.toFixed(1)).join(" ")).join("L")}${closed ? "Z" : ""}`;
  }

  /** Colors the surface and draws its contours, inside of what cuts the map off. */
  private paint(): void {
    const { canvas, size, type } = this;
    const { range: [low, high], values } = this.shown!;
    const scale = devicePixelRatio;
    canvas.width = canvas.height = size * scale;
    canvas.style.width = canvas.style.height = `${size}px`;
    const context = canvas.getContext("2d")!;
    context.scale(scale, scale);
    context.clip(new Path2D(type.outline ? this.path(type.outline, true) : circle(size / 2, size / 2, (type.radius / this.reach) * size / 2)));
    const mesh = meshOf(type);
    const heights = mesh.heights(spread(type, mesh, values));
    const small = new OffscreenCanvas(pixels, pixels);
    small.getContext("2d")!.putImageData(picture(heights, Math.max(high, -low) || 1), 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, size, size);
    const step = size / pixels;
    context.strokeStyle = "rgb(27 31 36 / 0.75)";
    context.lineWidth = Math.min(Math.max(size / 300, 0.45), 0.8);
    for (const level of ticks(low, high, 6)) {
      context.setLineDash(level < 0 ? [2.5, 2] : []);
      context.beginPath();
      for (const [from, to] of contour(heights, pixels, level)) {
        context.moveTo((from[0] + 0.5) * step, (from[1] + 0.5) * step);
        context.lineTo((to[0] + 0.5) * step, (to[1] + 0.5) * step);
      }
      context.stroke();
    }
  }

  /** Draws the head, seen from above with its nose up, and the sensors. */
  private mark(): void {
    const { paper, size, type } = this;
    const { values, stars } = this.shown!;
    paper.setAttribute("width", String(size));
    paper.setAttribute("height", String(size));
    const x = Math.sin(Math.PI / 15);
    const y = Math.sqrt(1 - x * x);
    const ear = (side: number) => this.path(Array.from({ length: 25 }, (_, i): Point => {
      const [sin, cos] = [Math.sin((Math.PI * i) / 24), Math.cos((Math.PI * i) / 24)];
      return [side * (0.975 + 0.105 * sin ** 0.7 * (1 + 0.25 * cos)), 0.22 * cos - 0.02];
    }));
    const outline = svg("path", { class: "outline", d: circle(...this.at([0, 0]), size / 2 / this.reach) + this.path([[-x, y], [0, 1.15], [x, y]]) + ear(-1) + ear(1) });
    const dots = type.places.map((place, i) => {
      const [cx, cy] = this.at(place);
      return svg("circle", { cx, cy, r: Number.isFinite(values[i]) ? Math.min(Math.max(size / 180, 0.7), 1.3) : 2, class: Number.isFinite(values[i]) ? "sensor" : "sensor missing" });
    });
    const marks = type.places.flatMap((place, i) => (stars[i] ? [svg("path", { class: "white-star", d: star(...this.at(place), Math.max(3.6, size / 55)) })] : []));
    paper.replaceChildren(outline, ...dots, ...marks, svg("circle", { class: "pointed", r: 6, display: "none" }));
    if (this.pointed >= 0) this.point(this.pointed);
  }

  private point(sensor: number): void {
    this.pointed = sensor;
    const ring = this.paper.querySelector(".pointed")!;
    ring.setAttribute("display", sensor < 0 ? "none" : "inline");
    if (sensor < 0) return this.tooltip.hide();
    const [cx, cy] = this.at(this.type.places[sensor]);
    ring.setAttribute("cx", String(cx));
    ring.setAttribute("cy", String(cy));
    const box = this.paper.getBoundingClientRect();
    this.tooltip.show(box.left + cx, box.top + cy, ...this.shown!.tell(sensor));
  }

  private listen(): void {
    const { paper } = this;
    const move = (e: PointerEvent) => {
      const box = paper.getBoundingClientRect();
      this.point(this.nearest(e.clientX - box.left, e.clientY - box.top));
    };
    paper.addEventListener("pointermove", move);
    paper.addEventListener("pointerdown", move);
    paper.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.point(-1));
    paper.addEventListener("blur", () => this.point(-1));
    paper.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (!by) return;
      e.preventDefault();
      const order = ranked(this.shown!.values);
      const from = order.indexOf(this.pointed);
      this.point(order[from < 0 ? 0 : (from + by + order.length) % order.length] ?? -1);
    });
  }

  /** The sensor within reach of a point of the paper, -1 if there is none. */
  private nearest(x: number, y: number): number {
    let [best, reach] = [-1, 20 ** 2];
    this.type.places.forEach((place, i) => {
      const [u, v] = this.at(place);
      const square = (u - x) ** 2 + (v - y) ** 2;
      if (square < reach) [best, reach] = [i, square];
    });
    return best;
  }
}

/** The sensors with a value, the highest first. */
export function ranked(values: number[]): number[] {
  return [...values.keys()].filter((i) => Number.isFinite(values[i])).sort((a, b) => values[b] - values[a]);
}

/** What a map shows in words. */
export function inWords(values: number[], names: string[]): string {
  const [first] = ranked(values);
  return first === undefined ? "no score is defined" : `highest ${score(values[first])} at ${names[first]}`;
}

function picture(heights: Float64Array, limit: number): ImageData {
  const image = new ImageData(pixels, pixels);
  heights.forEach((v, i) => {
    if (!Number.isNaN(v)) image.data.set([...diverging(0.5 + v / limit / 2), 255], 4 * i);
  });
  return image;
}

const circle = (x: number, y: number, r: number) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

function star(x: number, y: number, r: number): string {
  const tips = Array.from({ length: 10 }, (_, i) => {
    const [angle, away] = [(Math.PI * i) / 5, i % 2 ? 0.42 * r : r];
    return `${(x + away * Math.sin(angle)).toFixed(1)} ${(y - away * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${tips.join("L")}Z`;
}
