// What models score at channels, as maps of the scalp: per network those of one
// layer, sensor types below each other, the mean over subjects beside the score
// with their mean RDM; above them the highest score of every layer.

import { divergingGradient } from "./color";
import { number, type Model, type Result } from "./data";
import { choice, copyButton, html, menu, onWidth, type Child } from "./dom";
import { Head, inWords, ranked } from "./head";
import { maxima } from "./maxima";
import { player } from "./player";
import { ms, probability, score, tickLabels, ticks } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";
import { Found, mergings, networksOf, type Effect, type Merging, type Row } from "./sensors";
import { nearest, type State } from "./state";

const untested = 5; // sensors with a star where nothing is tested

export function scalp(state: State): HTMLElement {
  const found = new Found(state.shown!);
  const effects: Effect[] = found.fixed ? ["subjects", "fixed"] : ["subjects"];
  const networks = networksOf(found.shown.models);
  const view: View = { found, effects, networks, merging: "mean", effect: "subjects", chosen: networks.map(({ layers }) => best(found.shown.models, layers)) };
  const charts = html("div", { class: "plot panels" });
  const maps = html("div", { class: "scalps" });
  const bars = html("div", { class: "bars-of-maps" });
  let width = 0;
  const heads = new Map<string, Head>();
  const draw = () => {
    if (!width) return;
    const { times } = found.shown;
    if (times && state.times.length) found.time = nearest(times, state.times[state.time]);
    charts.replaceChildren(...maxima(view, width, choose));
    maps.replaceChildren(...networks.map((_, n) => block(view, n, sizeOf(view, width), state, heads)));
    bars.replaceChildren(...effects.map((effect) => colorBar(view, effect)));
  };
  const choose = (network: number, model: number, focus = false) => {
    view.chosen[network] = model;
    menus[network].querySelector("select")!.selectedIndex = networks[network].layers.indexOf(model);
    draw();
    if (focus) charts.querySelectorAll<SVGElement>("svg")[network]?.focus();
  };
  const menus = networks.map(({ name, layers }, n) => menu(name || "Layer", layers.map((m) => found.shown.models[m].name), layers.indexOf(view.chosen[n]), (i) => choose(n, layers[i])));
  if (found.shown.times) state.on("time", draw);
  onWidth(charts, (w) => {
    width = w;
    draw();
  });
  return html("div", {},
    found.fixed ? html("div", { class: "controls" }, choice("Scores", effects.map((e) => effectNames[e]), 0, (i) => {
      view.effect = effects[i];
      draw();
    })) : undefined,
    charts,
    html("div", { class: "controls" }, ...menus, found.paired ? choice("Pairs of gradiometers", ["Mean of pairs", "Maximum", "Each"], 0, (i) => {
      view.merging = mergings[i];
      draw();
    }) : undefined),
    maps, found.shown.times && state.times.length > 1 ? player(state) : undefined, bars, found.shown.times ? undefined : table(view),
    copyButton("Copy the scores of all channels", () => channelTable(found)));
}

/** What is chosen. */
export interface View {
  found: Found;
  effects: Effect[];
  networks: { name: string; layers: number[] }[];
  merging: Merging;
  effect: Effect; // of the highest scores
  chosen: number[]; // model, one per network
}

const effectNames = { subjects: "Mean over subjects", fixed: "Mean RDM, fixed effect" };

export function scalpCaption(shown: Result): string {
  const found = new Found(shown);
  return `Upper panels: the highest score of every layer over the single sensors of each type${shown.times ? ", at the chosen time" : ""}; choose a layer there to see its maps. Maps: the head from above, its nose up; red is above zero, blue below, lines are of equal score, dashed below zero; maps of a column have one scale${shown.times ? ", at all times" : ""}. ` +
    (shown.tested ? `Stars: corrected p ≤ ${shown.level} (${shown.correction})${found.paired ? "; a pair has one if either of its gradiometers does" : ""}. ` : `Stars: the highest ${untested} of each map, untested. `) +
    (found.fixed ? `With the mean RDM: what a model scores with the RDM averaged over these subjects, a fixed effect that speaks of no others; its stars are the highest ${untested}, untested. ` : "") +
    "Point at a sensor, or move with the arrow keys, to see its name and score.";
}

/** The layer with the highest score. */
function best(models: Model[], layers: number[]): number {
  return layers.reduce((top, m) => (number(models[m].score) > number(models[top].score) || models[top].score === null ? m : top), layers[0]);
}

const ranges = new WeakMap<Found, Map<string, [number, number]>>(); // of what was shown before

/** The ends of the scale of the maps of an effect. */
export function rangeOf({ found, merging }: View, effect: Effect): [number, number] {
  const known = ranges.get(found) ?? new Map<string, [number, number]>();
  ranges.set(found, known);
  const key = `${merging} ${effect}`;
  if (!known.has(key)) known.set(key, found.range(found.rows(merging), effect));
  return known.get(key)!;
}

const gap = 18;

/** The side of a map: as many networks side by side as there is room for. */
function sizeOf({ networks, effects }: View, width: number): number {
  for (let beside = networks.length; ; beside--) {
    const columns = beside * effects.length;
    const side = Math.floor((width - gap * (columns - 1)) / columns);
    if (side >= 150 || beside === 1) return Math.min(side, 280);
  }
}

/** The maps of a network's layer. */
function block(view: View, network: number, size: number, state: State, heads: Map<string, Head>): HTMLElement {
  const { found, effects, networks, chosen } = view;
  const model = found.shown.models[chosen[network]];
  const now = found.shown.times ? `at ${ms(found.shown.times[found.time])} ms` : "";
  const cells = found.rows(view.merging).flatMap((row) => effects.map((effect) => {
    const key = `${network} ${row.title} ${effect}`;
    const head = heads.get(key) ?? new Head(row.type, state.tooltip);
    heads.set(key, head);
    const values = found.of(row, chosen[network], effect);
    const { stars, said } = marks(view, row, chosen[network], effect, values);
    head.draw({
      title: capital(row.title), note: `${inWords(values, row.type.sensors)}; ${said}`, values, stars, range: rangeOf(view, effect),
      tell: (sensor) => reading(found, row, chosen[network], sensor),
    }, size);
    return head.element;
  }));
  const grid = html("div", { class: "grid-of-maps" }, ...(effects.length > 1 ? effects.map((e) => html("p", { class: "effect" }, effectNames[e])) : []), ...cells);
  grid.style.gridTemplateColumns = `repeat(${effects.length}, ${size}px)`;
  return html("div", { class: "network-maps" }, html("h3", {}, [networks[network].name, model.name, now].filter(Boolean).join(" ")), grid);
}

/** The stars of a map, and what they say. */
function marks({ found }: View, row: Row, model: number, effect: Effect, values: number[]): { stars: boolean[]; said: string } {
  if (effect === "subjects" && found.shown.tested) {
    const stars = found.significant(row, model);
    return { stars, said: `${stars.filter(Boolean).length} of ${stars.length} significant` };
  }
  const least = values[ranked(values)[untested - 1] ?? -1] ?? -Infinity; // ties have a star too
  return { stars: values.map((v) => v >= least), said: `stars: highest ${untested}, untested` };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What is known of a sensor: its name, or that of both of a pair, with the scores of each. */
function reading(found: Found, row: Row, model: number, sensor: number): Node[] {
  const { score: subjects, fixed, corrected } = found.at(model);
  const { channels } = found.shown.scalp!;
  const of = row.type.of[sensor];
  const line = (what: string, values: number[] | undefined, write: (v: number) => string): Child =>
    values && html("div", {}, html("span", { class: "muted" }, `${what} `), of.map((c) => write(values[c])).join(", "));
  return [
    html("strong", {}, row.type.sensors[sensor]),
    ...(of.length > 1 ? [html("div", { class: "muted" }, of.map((c) => channels[c]).join(", "))] : []),
    ...[line("score", subjects, score), line("corrected p", corrected, probability), line("with the mean RDM", fixed, score)].filter((c) => c instanceof Node),
  ];
}

/** The scale of the maps of an effect. */
function colorBar(view: View, effect: Effect): HTMLElement {
  const { found } = view;
  const [low, high] = rangeOf(view, effect);
  const limit = Math.max(high, -low) || 1;
  const [from, to] = [low < 0 ? -limit : 0, high > 0 ? limit : 0];
  const strip = html("div", { class: "strip" });
  strip.style.background = divergingGradient(0.5 + from / limit / 2, 0.5 + to / limit / 2);
  const values = ticks(from, to, 5);
  const scale = html("div", { class: "scale" }, ...tickLabels(values).map((text, i) => {
    const label = html("span", {}, text);
    label.style.left = `${((values[i] - from) / (to - from || 1)) * 100}%`;
    return label;
  }));
  const title = found.fixed ? `${found.shown.symbol}, ${effectNames[effect].toLowerCase().replace("rdm", "RDM")}` : found.shown.symbol;
  return html("div", { class: "colorbar" }, strip, scale, html("div", { class: "bar-title" }, title));
}

/** The highest score of a layer over the sensors of a type. */
interface Maximum { model: Model; index: number; type: string; value: number; channel: string; p: number; significant: number; fixed: number; fixedChannel: string }

function maximaOf({ found }: View): Maximum[] {
  const { scalp, models, level } = found.shown;
  return models.flatMap((model, index) => scalp!.types.map((type): Maximum => {
    const [subjects, fixed] = [found.highest(type, index, "subjects"), found.highest(type, index, "fixed")];
    const p = found.at(index).corrected;
    return {
      model, index, type: type.name || "sensors", value: subjects.value, channel: scalp!.channels[subjects.channel] ?? "–", p: number(p?.[subjects.channel]),
      significant: type.of.flat().filter((c) => p && p[c] <= level).length, fixed: fixed.value, fixedChannel: scalp!.channels[fixed.channel] ?? "–",
    };
  }));
}

function table(view: View): HTMLElement {
  const { shown, fixed } = view.found;
  const rows = maximaOf(view);
  const columns: Column<Maximum>[] = [{ title: "Model", key: (r) => r.index, text: (r) => r.model.name }];
  if (view.networks.length > 1) columns.push({ title: "Network", key: (r) => r.model.network, text: (r) => r.model.network, word: true });
  columns.push(
    { title: "Sensors", key: (r) => r.type, text: (r) => r.type, word: true },
    { title: `Highest ${shown.symbol}`, key: (r) => r.value, text: (r) => score(r.value), highFirst: true },
    { title: "At", key: (r) => r.channel, text: (r) => r.channel, word: true });
  if (shown.tested) {
    columns.push(
      { title: "p corrected", key: (r) => r.p, text: (r) => probability(r.p) },
      { title: `Sensors at p ≤ ${shown.level}`, key: (r) => r.significant, text: (r) => String(r.significant), highFirst: true });
  }
  if (fixed) {
    columns.push(
      { title: "With the mean RDM", key: (r) => r.fixed, text: (r) => score(r.fixed), highFirst: true },
      { title: "At", key: (r) => r.fixedChannel, text: (r) => r.fixedChannel, word: true });
  }
  const look = (r: Maximum) => (r.p <= shown.level ? "significant" : "");
  return html("details", {}, html("summary", {}, "Highest scores of each type of sensors"),
    scrolling("Highest scores of each type of sensors", sortable(columns, rows, look)),
    copyButton("Copy table", () => tabSeparated(columns, rows)));
}

/** A row per model and channel, and per time where there are times. */
function channelTable({ shown, values }: Found): string {
  const write = (v: number | undefined) => (v === undefined || Number.isNaN(v) ? "n/a" : String(Number(v.toPrecision(5))));
  const { channels, times } = shown.scalp!;
  const rows = shown.models.flatMap((m, i) => (values[i].score.length ? channels.flatMap((channel, c) => Array.from({ length: times }, (_, t) => {
    const numbers = [values[i].score, values[i].corrected, values[i].fixed].map((all) => write(all?.[c * times + t]));
    return [m.network, m.name, channel, ...(shown.times ? [String(shown.times[t])] : []), ...numbers];
  })) : []));
  return [["network", "model", "channel", ...(shown.times ? ["time"] : []), "score", "p_corrected", "fixed"], ...rows].map((row) => row.join("\t")).join("\n");
}
