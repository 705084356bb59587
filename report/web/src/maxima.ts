// The highest score of every layer over the sensors of each type: a panel per
// network, in which a layer is chosen.

import { svg } from "./dom";
import { linear, nice, score, tickLabels, ticks, type Scale } from "./scale";
import { rangeOf, type View } from "./scalp";

const margin = { left: 58, right: 14, top: 46, bottom: 20 };
const plotted = 150; // height of the lines
const typeColors = ["var(--accent)", "#c96f1f", "#2f8f6b"]; // of types of sensors

/** A panel per network. */
export function maxima(view: View, width: number, choose: (network: number, model: number, focus?: boolean) => void): SVGSVGElement[] {
  const columns = Math.max(1, Math.min(view.networks.length, Math.floor(width / 300)));
  const panel = Math.min(Math.floor((width - 20 * (columns - 1)) / columns), 620);
  return view.networks.map((_, n) => chart(view, n, panel, (model, focus) => choose(n, model, focus)));
}

/** The highest scores of layers over a type. */
interface Line { name: string; color: string; values: number[]; at: string[] }

function linesOf({ found, effect }: View, layers: number[]): Line[] {
  const { types, channels } = found.shown.scalp!;
  return types.map((type, i) => {
    const tops = layers.map((model) => found.highest(type, model, effect));
    return { name: type.name || "sensors", color: typeColors[i % typeColors.length], values: tops.map((t) => t.value), at: tops.map((t) => channels[t.channel] ?? "") };
  });
}

function chart(view: View, network: number, width: number, choose: (model: number, focus: boolean) => void): SVGSVGElement {
  const { found, networks, chosen } = view;
  const { name, layers } = networks[network];
  const lines = linesOf(view, layers);
  const names = layers.map((m) => found.shown.models[m].name);
  const slot = (width - margin.left - margin.right) / layers.length;
  const level = Math.max(...names.map((n) => n.length)) * 6.6 < slot;
  const bottom = margin.top + plotted;
  const room = level ? margin.bottom : 6 + Math.min(90, 0.62 * 7 * Math.max(...names.map((n) => Math.min(n.length, 18))) + 10);
  const all = found.shown.times ? rangeOf(view, view.effect) : networks.flatMap((n) => linesOf(view, n.layers)).flatMap((l) => l.values).filter(Number.isFinite);
  const x = (i: number) => margin.left + slot * (i + 0.5);
  const y = linear(nice(Math.min(0, ...all), Math.max(0, ...all), 4), [bottom, margin.top]);
  const current = layers.indexOf(chosen[network]);
  const element = svg("svg", {
    viewBox: `0 0 ${width} ${bottom + room}`, width, height: bottom + room, class: "maxima", tabindex: 0, role: "slider",
    "aria-label": `${name || "Layers"}: ${describe(lines, names)}. Arrow keys choose the layer of the maps.`,
    "aria-valuemin": 0, "aria-valuemax": layers.length - 1, "aria-valuenow": current, "aria-valuetext": names[current],
  });
  element.append(
    svg("rect", { class: "chosen", x: x(current) - slot / 2, y: margin.top - 6, width: slot, height: plotted + 6, rx: 4 }),
    ...axis(y, width, found.shown.symbol), ...layerNames(names, x, bottom, slot, level, current), ...title(name, lines));
  lines.forEach((line) => element.append(...draw(line, x, y)));
  const to = (i: number) => choose(layers[Math.min(Math.max(i, 0), layers.length - 1)], true);
  element.addEventListener("click", (e) => to(Math.floor((e.clientX - element.getBoundingClientRect().left - margin.left) / slot)));
  element.addEventListener("keydown", (e) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    to(current + by);
  });
  return element;
}

/** The highest of all layers and types, in words. */
function highest(lines: Line[], names: string[]): string {
  const tops = lines.flatMap((l) => l.values.map((v, i) => ({ v, text: `${score(v)}, ${names[i]} at ${l.at[i]}` }))).filter((t) => Number.isFinite(t.v));
  return tops.sort((a, b) => b.v - a.v)[0]?.text ?? "no score is defined";
}

const describe = (lines: Line[], names: string[]) =>
  `highest score ${highest(lines, names)}; ${lines.map((l) => `${l.name}: ${l.values.map((v, i) => `${names[i]} ${score(v)}`).join(", ")}`).join("; ")}`;

function title(name: string, lines: Line[]): SVGElement[] {
  const key = svg("text", { x: margin.left, y: 32, class: "key" });
  lines.forEach((l, i) => {
    const part = svg("tspan", { dx: i ? 14 : 0 }, `● ${l.name}`);
    part.style.setProperty("--own", l.color);
    key.append(part);
  });
  const top = Math.max(...lines.flatMap((l) => l.values).filter(Number.isFinite));
  return [svg("text", { x: margin.left, y: 14, class: "title" }, [name, Number.isFinite(top) ? `highest ${score(top)}` : ""].filter(Boolean).join(", ")), key];
}

function draw(line: Line, x: (i: number) => number, y: Scale): SVGElement[] {
  const group = svg("g", { class: "of-type" });
  group.style.setProperty("--own", line.color);
  const known = [...line.values.keys()].filter((i) => Number.isFinite(line.values[i]));
  if (known.length) group.append(svg("path", { class: "line", d: `M${known.map((i) => `${x(i).toFixed(1)} ${y(line.values[i]).toFixed(1)}`).join("L")}` }));
  group.append(...known.map((i) => svg("circle", { cx: x(i), cy: y(line.values[i]), r: 3.6 }, svg("title", {}, `${line.name}: ${score(line.values[i])} at ${line.at[i]}`))));
  return [group];
}

function axis(y: Scale, width: number, symbol: string): SVGElement[] {
  const group = svg("g", { class: "axes" });
  const values = ticks(...y.domain, 4);
  tickLabels(values).forEach((label, i) => group.append(
    svg("line", { x1: margin.left, x2: width - margin.right, y1: y(values[i]), y2: y(values[i]), class: values[i] === 0 ? "zero" : "grid" }),
    svg("text", { x: margin.left - 8, y: y(values[i]) + 4, "text-anchor": "end" }, label)));
  const middle = margin.top + plotted / 2;
  group.append(svg("text", { x: 14, y: middle, "text-anchor": "middle", class: "title", transform: `rotate(-90 14 ${middle})` }, symbol));
  return [group];
}

function layerNames(names: string[], x: (i: number) => number, bottom: number, slot: number, level: boolean, current: number): SVGElement[] {
  const every = level ? 1 : Math.ceil(12 / slot);
  return names.flatMap((text, i) => {
    if (i % every && i !== current) return [];
    const short = text.length > 18 ? `${text.slice(0, 8)}…${text.slice(-9)}` : text;
    const kind = i === current ? "small now" : "small";
    return level
      ? [svg("text", { x: x(i), y: bottom + 15, class: kind, "text-anchor": "middle" }, text)]
      : [svg("text", { x: x(i) + 4, y: bottom + 12, class: kind, "text-anchor": "end", transform: `rotate(-45 ${x(i) + 4} ${bottom + 12})` }, short)];
  });
}
