// The peaks as a table that sorts by any column.

import type { Model } from "./data";
import { number } from "./data";
import { copyButton, html } from "./dom";
import { interval, ms, probability, score } from "./scale";
import type { State } from "./state";

interface Column { title: string; key: (m: Model) => number | string; text: (m: Model) => string }

export function table(state: State): HTMLElement {
  const columns = columnsFor(state);
  const body = html("tbody");
  let sorted = -1;
  let descending = false;
  const fill = () => {
    const rows = [...state.models];
    if (sorted >= 0) rows.sort((a, b) => order(columns[sorted].key(a), columns[sorted].key(b)) * (descending ? -1 : 1));
    body.replaceChildren(...rows.map((m) => row(m, columns, state.shown!.level)));
  };
  const heads = columns.map(({ title }, i) => {
    const button = html("button", { type: "button" }, title);
    button.addEventListener("click", () => {
      descending = sorted === i && !descending;
      sorted = i;
      heads.forEach((h, k) => h.setAttribute("aria-sort", k !== i ? "none" : descending ? "descending" : "ascending"));
      fill();
    });
    return html("th", { scope: "col", "aria-sort": "none" }, button);
  });
  fill();
  const text = () => [columns.map((c) => c.title), ...state.models.map((m) => columns.map((c) => c.text(m)))].map((r) => r.join("\t")).join("\n");
  return html("div", {},
    html("div", { class: "scroll" }, html("table", {}, html("thead", {}, html("tr", {}, ...heads)), body)),
    copyButton("Copy table", text));
}

function row(model: Model, columns: Column[], level: number): HTMLElement {
  const significant = number(model.corrected) <= level;
  const cells = columns.map((c, i) => (i === 0 ? html("th", { scope: "row" }, c.text(model)) : html("td", {}, c.text(model))));
  return html("tr", { class: significant ? "significant" : "" }, ...cells);
}

/** Numbers by size with undefined ones last, words by name. */
function order(a: number | string, b: number | string): number {
  if (typeof a === "string") return a.localeCompare(String(b), undefined, { numeric: true });
  return (Number.isNaN(a) ? Infinity : a) - (Number.isNaN(b) ? Infinity : (b as number)) || 0;
}

function columnsFor(state: State): Column[] {
  const { symbol, times, models, percent } = state.shown!;
  const place = (m: Model) => models.indexOf(m);
  const columns: Column[] = [{ title: "Layer", key: place, text: (m) => m.name }];
  if (new Set(models.map((m) => m.network)).size > 1) columns.push({ title: "Network", key: (m) => m.network, text: (m) => m.network });
  columns.push({ title: times ? `Peak ${symbol}` : symbol, key: (m) => number(m.score), text: (m) => score(number(m.score)) },
    { title: `${percent || "95 %"} interval`, key: (m) => number(m.interval?.[0]), text: (m) => interval(number(m.interval?.[0]), number(m.interval?.[1]), score) || "–" });
  if (times) {
    columns.push({ title: "Latency (ms)", key: (m) => number(m.peak?.time), text: (m) => ms(number(m.peak?.time)) },
      { title: `${percent || "95 %"} interval (ms)`, key: (m) => number(m.peak?.interval?.[0]), text: (m) => interval(number(m.peak?.interval?.[0]), number(m.peak?.interval?.[1]), ms) || "–" });
  }
  columns.push({ title: "p", key: (m) => number(m.p), text: (m) => probability(number(m.p)) },
    { title: "p corrected", key: (m) => number(m.corrected), text: (m) => probability(number(m.corrected)) });
  return columns;
}
