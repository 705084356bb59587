// Puts the page together from its data.

import { bars } from "./bars";
import { course, crowd } from "./course";
import { readPage, type Model, type Result } from "./data";
import { choice, copyButton, html, type Child } from "./dom";
import { modelRDMs, rdms } from "./rdms";
import { nearest, State } from "./state";
import { table } from "./table";
import { truth } from "./truth";

const page = readPage();
render(0);
if (page.version) followChanges();

/** Draws the whole page for one comparator. */
function render(result: number): void {
  const state = new State(page);
  state.result = result;
  state.grouped = page.stimuli.some((s) => s.category);
  const best = bestModel(state);
  if (state.times.length) state.time = nearest(state.times, best?.peak?.time ?? 0);
  state.model = Math.max(modelRDMs(page).findIndex((m) => m.stack === best?.stack && m.rdm === best?.rdm), 0);
  document.querySelectorAll(".tooltip").forEach((t) => t.remove());
  const main = document.getElementById("page")!;
  main.replaceChildren(...[header(), ...results(state), ...text()].filter((c) => c !== undefined));
}

/** The page opens at the peak, and with the RDM, of the model with the highest score. */
function bestModel(state: State): Model | undefined {
  return state.models.filter((m) => m.score !== null).sort((a, b) => b.score! - a.score!)[0];
}

function header(): HTMLElement {
  return html("header", {},
    html("p", { class: "wordmark" }, "isocortex"),
    html("h1", {}, page.title),
    html("p", { class: "summary" }, page.summary.join(" ")),
    page.warnings.length ? html("div", { class: "warnings", role: "note", "aria-label": "Warnings" },
      html("ul", {}, ...page.warnings.map((w) => html("li", {}, w)))) : undefined);
}

function section(id: string, title: string, caption: string, ...content: Child[]): HTMLElement {
  return html("section", { id, "aria-labelledby": `${id}-title` },
    html("h2", { id: `${id}-title` }, title), ...content,
    caption ? html("p", { class: "caption" }, caption) : undefined);
}

function results(state: State): Child[] {
  const shown = state.shown;
  const box = page.truth && truth(state, page.truth);
  if (!shown) return [box, rdmSection(state)];
  const names = page.results.map((r) => r.symbol);
  return [
    box,
    names.length > 1 ? html("div", { class: "controls" }, choice("Comparator", names, state.result, render)) : undefined,
    shown.times ? section("course", "Time course", courseCaption(shown), course(state)) : undefined,
    shown.times ? rdmSection(state) : undefined,
    section("bars", shown.times ? "Layers" : "Scores", barsCaption(shown), bars(state)),
    section("peaks", shown.times ? "Peaks" : "Scores in numbers", "", table(state)),
    shown.times ? undefined : rdmSection(state),
  ];
}

function courseCaption(shown: Result): string {
  return "Lines: scores. " +
    sentence(shown.percent, `Bands: ${shown.percent} bootstrap intervals over ${shown.resampled}`) +
    sentence(shown.models.length > crowd, "Only the best model, or the one pointed at in the list, shows its band and name") +
    ceilingCaption(shown) +
    sentence(shown.tested, `Marks below the curves: corrected p ≤ ${shown.level} (${shown.correction})`) +
    sentence(true, `Dots: peaks${shown.percent ? " with the interval of their latency" : ""}`) +
    "Drag over the figure, or use the arrow keys, to choose the time of the brain RDM below.";
}

function barsCaption(shown: Result): string {
  const peak = "A score at its own peak is the largest of its curve and so flatters; its p value is corrected for that";
  return "Bars: mean scores. " +
    sentence(shown.percent, `Lines: ${shown.percent} bootstrap intervals over ${shown.resampled}`) +
    sentence(shown.subjects > 1, "Dots: single subjects") +
    ceilingCaption(shown) +
    sentence(shown.tested, `*: corrected p ≤ ${shown.level} (${shown.correction})`) +
    sentence(shown.times && shown.correction.includes(" over "), peak);
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
    "the lowest and highest 0.5 % of values take its end colors. Point at a cell to see the pair.";
  return section("rdms", "Dissimilarity matrices", caption, rdms(state));
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
