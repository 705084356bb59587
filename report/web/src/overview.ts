// Models and brains at a glance: a heat map of scores that is a table too.

import { number, type Model, type Page, type Result } from "./data";
import { copyButton, html, type Child } from "./dom";
import { coarse, interval, score } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";

/** One model with its scores in every brain, in the order of the results. */
interface Row { name: string; network: string; scores: (Model | undefined)[] }

/** The scores under one comparator, one column per brain; choosing a score shows its brain and model. */
export function overview(page: Page, results: Result[], choose: (result: Result, model: Model) => void): HTMLElement {
  const rows = rowsOf(results);
  const sizes = results.flatMap((r) => r.models.map((m) => Math.abs(number(m.score)))).filter(Number.isFinite).sort((a, b) => a - b);
  const strongest = sizes[Math.floor(0.95 * (sizes.length - 1))] || 1; // one perfect score does not take the contrast from all others
  const columns: Column<Row>[] = [{ title: "Model", key: (row) => rows.indexOf(row), text: (row) => row.name }];
  if (new Set(rows.map((r) => r.network)).size > 1) columns.push({ title: "Network", key: (row) => row.network, text: (row) => row.network, word: true });
  results.forEach((result, k) => columns.push({
    title: page.brains[result.brain].name,
    key: (row) => number(row.scores[k]?.score),
    text: (row) => written(result, row.scores[k]),
    cell: (row) => scoreCell(result, row.scores[k], strongest, choose),
    highFirst: true,
  }));
  const foot = html("tfoot", {}, html("tr", {},
    html("th", { scope: "row" }, "Noise ceiling"),
    ...(columns.length > results.length + 1 ? [html("td")] : []),
    ...results.map((r) => html("td", {}, ceilings(r)))));
  return html("div", {},
    scrolling("Scores of models in all brains", sortable(columns, rows, () => "", foot), "heat"),
    copyButton("Copy table", () => tabSeparated(columns, rows)));
}

/** Every model of every brain once, matched by network and name. */
function rowsOf(results: Result[]): Row[] {
  const rows = new Map<string, Row>();
  results.forEach(({ models }, k) => models.forEach((m) => {
    const id = JSON.stringify([m.network, m.name]);
    if (!rows.has(id)) rows.set(id, { name: m.name, network: m.network, scores: results.map(() => undefined) });
    rows.get(id)!.scores[k] = m;
  }));
  return [...rows.values()];
}

const passes = (result: Result, model: Model) => number(model.corrected) <= result.level;

function written(result: Result, model: Model | undefined): string {
  return model ? score(number(model.score)) + (passes(result, model) ? "*" : "") : "–";
}

/** A score on its color: the more of it the farther from zero, red above and blue below, as in the figures. */
function scoreCell(result: Result, model: Model | undefined, strongest: number, choose: (result: Result, model: Model) => void): Child {
  if (!model || model.score === null) return "–";
  const star = html("span", { class: "mark" }, passes(result, model) ? "*" : "\u00a0");
  const button = html("button", { type: "button", class: model.score < 0 ? "heat-cell below" : "heat-cell" }, score(model.score), star);
  button.style.setProperty("--share", `${Math.min(Math.round((100 * Math.abs(model.score)) / strongest), 100)}%`);
  button.addEventListener("click", () => choose(result, model));
  return button;
}

/** The noise ceiling, at its highest where there are times. */
function ceilings({ ceiling }: Result): string {
  if (!ceiling) return "–";
  const upper = ceiling.upper.map(number);
  const at = upper.indexOf(Math.max(...upper.filter(Number.isFinite)));
  return interval(number(ceiling.lower[at]), upper[at], coarse) || "–";
}
