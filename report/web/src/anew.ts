// Layers made anew: channels weighed for a brain, and what classifiers read.

import { number, type RemixedLayer, type Model, type Weighed, type WeighedLayer } from "./data";
import { copyButton, html } from "./dom";
import { interval, score } from "./scale";
import { scrolling, sortable, tabSeparated, type Column } from "./sortable";

export function weighed(shown: Weighed): HTMLElement {
  const { layers, symbol } = shown;
  const columns: Column<WeighedLayer>[] = [
    { title: "Layer", key: (l) => layers.indexOf(l), text: (l) => l.layer },
    ...network(layers),
    { title: `Weighted, ${symbol}`, key: (l) => number(l.score), text: (l) => score(number(l.score)), highFirst: true },
    { title: "In subjects", key: (l) => number(l.low), text: (l) => (l.low === l.high ? "–" : interval(number(l.low), number(l.high), score) || "–") },
    { title: "All alike", key: (l) => number(l.unweighted), text: (l) => score(number(l.unweighted)), highFirst: true },
    { title: "Gain", key: (l) => number(l.score) - number(l.unweighted), text: (l) => score(number(l.score) - number(l.unweighted)), highFirst: true },
    { title: "Channels that count", key: (l) => l.used, text: (l) => `${l.used} of ${l.channels}` },
    { title: "Penalty", key: (l) => number(l.penalty), text: (l) => String(number(l.penalty)) },
  ];
  return table("Weighed channels", columns, layers);
}

export const weighedCaption =
  "How well the RDM of a layer whose channels are weighed, by weights fitted to some conditions and subjects, predicts others; the mean over subjects, beside the same for channels that all count alike. " +
  "Intervals go from the lowest to the highest subject. Weights fit everything.";

/** Remixed layers, beside the scores of the layers that they are made of. */
export function remixed(layers: RemixedLayer[], models: Model[], symbol: string): HTMLElement {
  const scoreOf = (net: string, name: string) => number(models.find((m) => m.network === net && m.name === name)?.score);
  const own = (l: RemixedLayer) => scoreOf(l.network, l.layer);
  const anew = (l: RemixedLayer) => scoreOf(`${l.network} remixed`, `${l.layer} remixed`);
  const columns: Column<RemixedLayer>[] = [
    { title: "Layer", key: (l) => layers.indexOf(l), text: (l) => l.layer },
    ...network(layers),
    { title: `Remixed, ${symbol}`, key: anew, text: (l) => score(anew(l)), highFirst: true },
    { title: "As it is", key: own, text: (l) => score(own(l)), highFirst: true },
    { title: "Gain", key: (l) => anew(l) - own(l), text: (l) => score(anew(l) - own(l)), highFirst: true },
    { title: "Accuracy, held out", key: (l) => number(l.accuracy), text: (l) => score(number(l.accuracy)), highFirst: true },
    { title: "By chance", key: (l) => number(l.chance), text: (l) => score(number(l.chance)) },
    { title: "Classes", key: (l) => l.classes.length, text: (l) => l.classes.join(", "), word: true },
  ];
  return table("Remixed layers", columns, layers);
}

export function remixedCaption(times: boolean): string {
  return "A remixed layer is what classifiers of other pictures read from it; none of those pictures is among the conditions, so that its score needs no further cross-validation. " +
    (times ? "Each score is at its own peak. " : "") + "Accuracy is that of classifying those pictures, each when it was held out.";
}

function network<Row extends { network: string }>(rows: Row[]): Column<Row>[] {
  return new Set(rows.map((r) => r.network)).size > 1 ? [{ title: "Network", key: (r) => r.network, text: (r) => r.network, word: true }] : [];
}

function table<Row>(label: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
  return html("div", {}, scrolling(label, sortable(columns, rows, () => "")), copyButton("Copy table", () => tabSeparated(columns, rows)));
}
