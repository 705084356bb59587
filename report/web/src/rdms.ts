// The brain's RDM at the chosen time beside a model's, with a picker for models.

import { legend } from "./legend";
import { percentiles } from "./data";
import { choice, html, menu, onWidth, type Child } from "./dom";
import { paint } from "./matrix";
import type { Order } from "./order";
import { BrainPanel, ModelPanel, type Panel } from "./panel";
import { player } from "./player";
import { modelRDMs, type State } from "./state";

const orders: [Order, string][] = [["given", "As given"], ["category", "By category"], ["similarity", "By similarity"]];

export function rdms(state: State): HTMLElement {
  const panels: Panel[] = [];
  const brain = state.brain && new BrainPanel(state, panels, "brain");
  const model = state.stacks.length ? new ModelPanel(state, panels, "model") : undefined;
  panels.push(...[brain, model].filter((p) => p !== undefined));
  if (brain && state.times.length > 1 && state.brain!.mean.stack.times) brain.element.querySelector(".under")!.before(player(state));
  const row = html("div", { class: "matrices" }, ...panels.map((p) => p.element));
  onWidth(row, (width) => {
    const [gap, band] = [40, 14];
    const size = panels.length > 1 && width > 620 ? (width - gap) / 2 : width;
    panels.forEach((p) => p.resize(Math.min(size - band, 510)));
  });
  state.on("time", () => brain?.draw());
  state.on("matrix", () => panels.forEach((p) => p.draw()));
  return html("div", {}, controls(state), legend(state), row, model ? picker(state) : undefined);
}

function controls(state: State): HTMLElement {
  const { choices, page, brain } = state;
  const sorted = orders.filter(([order]) => order !== "category" || page.stimuli.some((s) => s.category));
  const redraw = () => state.changed("matrix");
  const who = (title: string, names: string[], choose: (name: string) => void): Child =>
    names.length ? menu(title, ["all", ...names], 0, (i) => { choose(i ? names[i - 1] : ""); redraw(); }) : undefined;
  return html("div", { class: "controls" },
    choice("Order", sorted.map(([, title]) => title), sorted.findIndex(([order]) => order === choices.order), (i) => state.setOrder(sorted[i][0])),
    choice("Scale", ["Values", "Percentiles"], Number(choices.ranks), (i) => {
      choices.ranks = i === 1;
      redraw();
    }),
    ...(brain ? [
      who("Subject", brain.subjects, (name) => (brain.subject = name)),
      who("Session", brain.sessions, (name) => (brain.session = name)),
    ] : []));
}

/** A small picture of every model RDM, network by network; pressing one shows it large. */
function picker(state: State): HTMLElement {
  const all = modelRDMs(state.page);
  const thumbs = all.map((model, i) => thumb(state, model, i));
  return html("div", { class: "picker", role: "group", "aria-label": "Model RDMs" }, ...state.page.models.flatMap((network, s) => [
    html("div", { class: "picker-network" }, network.name),
    html("div", { class: "thumbs" }, ...thumbs.filter((_, i) => all[i].stack === s)),
  ]));
}

function thumb(state: State, { stack, rdm, name }: { stack: number; rdm: number; name: string }, i: number): HTMLElement {
  const { choices } = state;
  const canvas = html("canvas", { "aria-hidden": "true" });
  const button = html("button", { type: "button", class: "thumb" }, canvas, html("span", {}, name));
  button.addEventListener("click", () => state.setModel(i));
  const rdms = state.stacks[stack];
  const values = rdms.vector(rdm);
  const ranks = percentiles(values);
  const draw = () => {
    const [low, high] = choices.ranks ? [0, 100] : rdms.scale(values);
    paint(canvas, { values: choices.ranks ? ranks : values, order: state.arrangement.order, breaks: [], low, high }, 84);
    button.setAttribute("aria-pressed", String(i === choices.model));
  };
  draw();
  state.on("matrix", draw);
  return button;
}
