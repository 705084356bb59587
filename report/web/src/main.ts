// Puts the page together from its data.

import { remixed, remixedCaption, weighed, weighedCaption } from "./anew";
import { bars } from "./bars";
import { course, crowd } from "./course";
import { readPage, type Model, type Result } from "./data";
import { choice, copyButton, html, type Child } from "./dom";
import { fusion, fusionCaption } from "./fusion";
import { maps, mapped } from "./maps";
import { mixtures, mixturesCaption, parts, partsCaption } from "./mixtures";
import { overview } from "./overview";
import { rdms } from "./rdms";
import { scalp, scalpCaption } from "./scalp";
import { chosenResult, modelRDMs, nearest, State, type Choices } from "./state";
import { table } from "./table";
import { Tooltip } from "./tooltip";
import { truth } from "./truth";

const page = readPage();
const tooltip = new Tooltip();
const comparators = [...new Set(page.results.map((r) => r.comparator))];
const choices: Choices = {
  brain: page.results[0]?.brain ?? 0, comparator: comparators[0] ?? "", ranks: false, model: 0,
  order: page.stimuli.some((s) => s.category) ? "category" : "given",
};
const glance = html("div");
const body = html("div", { id: "results" });
const brainChoice = html("div", { class: "controls" });
document.getElementById("page")!.replaceChildren(...[header(), glance, comparatorChoice(), brainChoice, body, ...text()].filter((c) => c !== undefined));
showGlance();
showBrain(bestModel());
if (page.version) followChanges();

/** Draws what is of the chosen brain and comparator, opening the RDM of a model. */
function showBrain(model: Model | undefined): void {
  fillBrainChoice();
  if (model && model.stack >= 0) choices.model = Math.max(modelRDMs(page).findIndex((m) => m.stack === model.stack && m.rdm === model.rdm), 0);
  const state = new State(page, choices, tooltip);
  if (state.times.length) state.time = nearest(state.times, (model ?? bestModel())?.peak?.time ?? 0);
  if (state.brain || state.stacks.length) state.setOrder(choices.order);
  tooltip.hide();
  body.replaceChildren(...results(state).filter((c) => c !== undefined));
}

/** The page opens at the peak, and with the RDM, of the model with the highest score. */
function bestModel(): Model | undefined {
  const models = chosenResult(page, choices)?.models ?? [];
  return models.filter((m) => m.score !== null).sort((a, b) => b.score! - a.score!)[0];
}

/** All brains at a glance, when there are several. */
function showGlance(): void {
  const shown = page.results.filter((r) => r.comparator === choices.comparator);
  if (new Set(page.results.map((r) => r.brain)).size < 2) return;
  const caption = `${shown[0].symbol}${shown[0].times ? " at the peak" : ""}, the mean over the subjects of each brain. ` +
    sentence(shown.some((r) => r.tested), `*: corrected p ≤ ${shown[0].level}`) + "Noise ceilings are given from lower to upper. Choose a score to see its brain and its model below.";
  glance.replaceChildren(section("brains", "All brains", caption, overview(page, shown, (result, model) => {
    choices.brain = result.brain;
    showBrain(model);
    brainChoice.scrollIntoView({ block: "start" });
  })));
}

function comparatorChoice(): HTMLElement | undefined {
  if (comparators.length < 2) return undefined;
  const names = comparators.map((c) => page.results.find((r) => r.comparator === c)!.symbol);
  return html("div", { class: "controls" }, choice("Comparator", names, 0, (i) => {
    choices.comparator = comparators[i];
    showGlance();
    showBrain(bestModel());
  }));
}

function fillBrainChoice(): void {
  if (page.brains.length < 2) return;
  const names = page.brains.map((b) => b.name);
  const pressed = brainChoice.querySelectorAll("button");
  if (pressed.length) return pressed.forEach((b, i) => b.setAttribute("aria-pressed", String(i === choices.brain)));
  brainChoice.classList.add("sticky");
  brainChoice.append(choice("Brain", names, choices.brain, (i) => {
    choices.brain = i;
    showBrain(undefined);
  }));
}

function header(): HTMLElement {
  return html("header", {},
    html("p", { class: "wordmark" }, "isocortex"),
    html("h1", {}, page.title),
    page.brains.length > 1 && page.summary.length > 1
      ? html("ul", { class: "summary" }, ...page.summary.map((s) => html("li", {}, s)))
      : html("p", { class: "summary" }, page.summary.join(" ")),
    page.warnings.length ? html("div", { class: "warnings", role: "note", "aria-label": "Warnings" }, ...warnings()) : undefined);
}

/** The first warnings, and the others where one asks for them. */
function warnings(): Child[] {
  const list = (texts: string[]) => html("ul", {}, ...texts.map((w) => html("li", {}, w)));
  const [first, others] = page.warnings.length > 4 ? [page.warnings.slice(0, 3), page.warnings.slice(3)] : [page.warnings, []];
  return [list(first), others.length ? html("details", {}, html("summary", {}, `${others.length} more warnings`), list(others)) : undefined];
}

function section(id: string, title: string, caption: string, ...content: Child[]): HTMLElement {
  return html("section", { id, "aria-labelledby": `${id}-title` },
    html("h2", { id: `${id}-title` }, title), ...content,
    caption ? html("p", { class: "caption" }, caption) : undefined);
}

function results(state: State): Child[] {
  const { shown } = state;
  const box = page.truth && shown === page.results[0] ? truth(state, page.truth) : undefined;
  if (!shown) return [rdmSection(state), mapSection(state)];
  const where = page.brains.length > 1 ? `: ${page.brains[shown.brain].name}` : "";
  return [
    box,
    shown.times ? section("course", `Time course${where}`, courseCaption(shown), course(state)) : undefined,
    ...(shown.times ? [rdmSection(state), mapSection(state)] : []),
    shown.scalp ? section("scalp", `Maps of the scalp${where}`, scalpCaption(shown), scalp(state)) : undefined,
    section("bars", (shown.times ? "Layers" : "Scores") + where, barsCaption(shown), bars(state)),
    section("peaks", (shown.times ? "Peaks" : "Scores in numbers") + where, "", table(state)),
    ...fusionSections(shown.brain, where),
    ...mixtureSections(shown.brain, where),
    ...anewSections(shown, where),
    ...(shown.times ? [] : [rdmSection(state), mapSection(state)]),
  ];
}

function mixtureSections(brain: number, where: string): Child[] {
  const mixed = page.mixtures?.find((m) => m.brain === brain);
  const divided = page.parts?.find((p) => p.brain === brain);
  return [
    mixed ? section("mixtures", `Mixtures${where}`, mixturesCaption(mixed), mixtures(mixed)) : undefined,
    divided ? section("parts", `Shares of variance${where}`, partsCaption(divided), parts(divided)) : undefined,
  ];
}

function fusionSections(brain: number, where: string): Child[] {
  const fused = page.fusions?.find((f) => f.brain === brain);
  return [fused ? section("fusion", `Regions and layers over time${where}`, fusionCaption(fused), fusion(fused)) : undefined];
}

function anewSections(shown: Result, where: string): Child[] {
  const own = page.weighed?.find((w) => w.brain === shown.brain);
  return [
    own ? section("weighed", `Weighed channels${where}`, weighedCaption, weighed(own)) : undefined,
    page.remixed ? section("remixed", `Remixed layers${where}`, remixedCaption(Boolean(shown.times)), remixed(page.remixed, shown.models, shown.symbol)) : undefined,
  ];
}

function courseCaption(shown: Result): string {
  return `Lines: scores${shown.models.some((m) => m.peak?.channel) ? ", each at the channel where the model peaks" : ""}. ` +
    sentence(shown.percent, `Bands: ${shown.percent} bootstrap intervals over ${shown.resampled}`) +
    sentence(shown.models.length > crowd, "Only the best model, or the one pointed at in the list, shows its band and name") +
    ceilingCaption(shown) +
    sentence(shown.tested, `Marks below the curves: corrected p ≤ ${shown.level} (${shown.correction})`) +
    sentence(true, `Dots: peaks${shown.percent ? " with the interval of their latency" : ""}`) +
    "Drag over the figure, or use the arrow keys, to choose the time of the brain RDM below.";
}

function barsCaption(shown: Result): string {
  const peak = `A score at its own peak is the largest of ${shown.times ? "its curve" : "all channels"} and so flatters; its p value is corrected for that`;
  const channels = shown.models.some((m) => m.peak?.channel);
  return `Bars: mean scores${channels ? ", each at the channel where it is highest" : ""}. ` +
    sentence(shown.percent, `Lines: ${shown.percent} bootstrap intervals over ${shown.resampled}`) +
    sentence(shown.subjects > 1, "Dots: single subjects") +
    ceilingCaption(shown) +
    sentence(shown.tested, `*: corrected p ≤ ${shown.level} (${shown.correction})`) +
    sentence(shown.higher?.length, `Rows over the bars: the model with the dot scores higher than those with a tick${shown.times ? ", at the time where the mean of both is highest" : ""}, p ≤ ${shown.level} (${shown.compared})`) +
    sentence(shown.models.some((m) => m.short), `Wedges under the noise ceiling: models below it, p ≤ ${shown.level} (${shown.compared})`) +
    sentence((shown.times || channels) && shown.correction.includes(" over "), peak);
}

function ceilingCaption({ ceiling, ceilingReason }: Result): string {
  return ceiling ? `Gray: noise ceiling (${ceiling.kind}). ` : sentence(ceilingReason, `No noise ceiling: ${ceilingReason}`);
}

function sentence(condition: unknown, text: string): string {
  return condition ? `${text}. ` : "";
}

function rdmSection(state: State): HTMLElement | undefined {
  if (!state.brain && !state.stacks.length) return undefined;
  const caption = "Dissimilarity of every pair of conditions. The color scale is the same at all times of the brain, and its own for every layer; " +
    "the lowest and highest 0.5 % of values take its end colors. " +
    sentence(page.stimuli.some((s) => s.category), "Colors along the edges are categories") +
    sentence(true, `By similarity: average-linkage clustering of ${state.brain ? "the RDM of the brain as it was shown then" : "the model RDM"}, in whose order all others stand`) +
    "Point at a cell, or move with the arrow keys, to see the pair.";
  return section("rdms", "Dissimilarity matrices", caption, rdms(state));
}

function mapSection(state: State): HTMLElement | undefined {
  if (!mapped(state)) return undefined;
  const caption = "The conditions on paper: what lies close is alike (classical scaling of the RDM). " +
    "Stress says how far distances on the map are from dissimilarities, 0 being a perfect map; no map can show pairs below zero. Directions mean nothing; maps are turned onto each other" +
    (state.times.length > 1 ? ", those over time each onto its neighbor, so that what moves is the conditions" : "") +
    ". Sizes of different maps cannot be compared. Point at a condition, or move with the arrow keys, to find it on both maps.";
  return section("maps", "Map of the conditions", caption, maps(state));
}

function text(): Child[] {
  const methods = page.methods.map((m) => `${m.heading}. ${m.text}`).join("\n\n");
  return [
    page.methods.length ? section("methods", "Methods", "",
      ...page.methods.map((m) => html("p", {}, html("strong", {}, `${m.heading}. `), m.text)),
      copyButton("Copy methods", () => methods)) : undefined,
    section("provenance", "Provenance", "", provenance()),
    page.study ? section("study", "Study", "",
      html("details", {}, html("summary", {}, "study.yaml with every default filled in"), html("pre", { tabindex: 0 }, page.study)),
      copyButton("Copy study.yaml", () => page.study)) : undefined,
    page.version ? html("p", { class: "muted" }, "This page follows its folder.") : undefined,
  ];
}

function provenance(): HTMLElement {
  const rows = page.provenance.map((f) => html("div", {}, html("dt", {}, f.name), html("dd", {}, f.value)));
  const inputs = page.inputs.map((i) => html("tr", {},
    html("th", { scope: "row" }, i.path), html("td", { class: "hash", title: i.sha256 }, i.sha256)));
  return html("div", {},
    html("dl", {}, ...rows),
    inputs.length ? html("details", {}, html("summary", {}, `${inputs.length} input files with SHA-256`),
      html("div", { class: "scroll" }, html("table", { class: "inputs" }, html("tbody", {}, ...inputs)))) : undefined,
    copyButton("Copy provenance", () => [...page.provenance.map((f) => `${f.name}\t${f.value}`), ...page.inputs.map((i) => `${i.path}\t${i.sha256}`)].join("\n")));
}

/** A served page asks every other second whether its folder has changed. */
function followChanges(): void {
  setInterval(async () => {
    const answer = await fetch("version", { cache: "no-store" }).catch(() => undefined); // the server may have ended
    if (answer?.ok && (await answer.text()) !== page.version) location.reload();
  }, 2000);
}
