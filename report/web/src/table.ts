// The scores of a brain in numbers.

import { number, type Model, type Result } from "./data";
import { copyButton, html } from "./dom";
import { interval, ms, probability, score } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";
import type { State } from "./state";

export function table(state: State): HTMLElement {
  const shown = state.shown!;
  const columns = columnsFor(shown);
  const look = (m: Model) => (number(m.corrected) <= shown.level ? "significant" : "");
  return html("div", {},
    scrolling("Scores in numbers", sortable(columns, shown.models, look)),
    copyButton("Copy table", () => tabSeparated(columns, shown.models)));
}

function columnsFor(shown: Result): Column<Model>[] {
  const { symbol, times, models, percent, subjects } = shown;
  const range = (ends: Model["interval"] | undefined, write: (x: number) => string) => interval(number(ends?.[0]), number(ends?.[1]), write) || "–";
  const limits = `${percent || "95 %"} interval`;
  const columns: Column<Model>[] = [{ title: "Model", key: (m) => models.indexOf(m), text: (m) => m.name }];
  if (new Set(models.map((m) => m.network)).size > 1) columns.push({ title: "Network", key: (m) => m.network, text: (m) => m.network, word: true });
  columns.push(
    { title: times || models.some((m) => m.peak?.channel) ? `Peak ${symbol}` : symbol, key: (m) => number(m.score), text: (m) => score(number(m.score)), highFirst: true },
    { title: limits, key: (m) => number(m.interval?.[0]), text: (m) => range(m.interval, score), highFirst: true });
  if (times) {
    columns.push(
      { title: "Latency (ms)", key: (m) => number(m.peak?.time), text: (m) => ms(number(m.peak?.time)) },
      { title: `${limits} (ms)`, key: (m) => number(m.peak?.interval?.[0]), text: (m) => range(m.peak?.interval, ms) });
  }
  if (models.some((m) => m.peak?.channel)) columns.push({ title: "Channel", key: (m) => m.peak?.channel ?? "", text: (m) => m.peak?.channel ?? "", word: true });
  return [...columns,
    { title: "p", key: (m) => number(m.p), text: (m) => probability(number(m.p)) },
    { title: "p corrected", key: (m) => number(m.corrected), text: (m) => probability(number(m.corrected)) },
    { title: "Noise ceiling", key: (m) => ceiling(shown, m)[0], text: (m) => interval(...ceiling(shown, m), score) || "–", highFirst: true },
    { title: "Subjects", key: () => subjects, text: () => String(subjects) }];
}

/** The noise ceiling where a model has its score. */
export function ceiling({ ceiling: limits }: Result, { peak }: Model): [number, number] {
  const at = peak?.index ?? 0;
  return [number(limits?.lower[at]), number(limits?.upper[at])];
}
