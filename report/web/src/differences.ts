// What tests say of differences: rows over the bars, and marks under the ceiling.

import type { Result } from "./data";
import { layerColors } from "./color";
import { properties, svg } from "./dom";
import { places } from "./state";

/** A model that scores higher than others, by their indices. */
interface Winner { model: number; lower: number[] }

function winners({ models, higher }: Result): Winner[] {
  const pairs = higher ?? [];
  return models.flatMap((_, model) => {
    const lower = pairs.filter((p) => p[0] === model).map((p) => p[1]);
    return lower.length ? [{ model, lower }] : [];
  });
}

/** Rows are lower the more there are. */
const rowHeight = (rows: number) => Math.min(10, 140 / Math.max(rows, 1));

/** The room that the rows take over the bars. */
export function rowsHeight(shown: Result): number {
  const rows = winners(shown).length;
  return rows ? rows * rowHeight(rows) + 8 : 0;
}

/** A row for every model that scores higher than others: a dot over it, and a line with a tick over each of those. */
export function differences(shown: Result, middle: (i: number) => number): SVGElement[] {
  const rows = winners(shown);
  const high = rowHeight(rows.length);
  const place = places(shown.models);
  return rows.map(({ model, lower }, k) => {
    const y = high * (k + 0.5) - rowsHeight(shown);
    const ends = [model, ...lower].map(middle);
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    const ticks = lower.map((i) => `M${middle(i)} ${y}v${high * 0.5}`).join("");
    const row = svg("g", { class: "layer difference" },
      svg("path", { d: `M${from} ${y}H${to}${ticks}` }),
      svg("circle", { cx: middle(model), cy: y, r: Math.min(3.4, high * 0.36) }),
      svg("title", {}, `${shown.models[model].name} scores higher than ${lower.map((i) => shown.models[i].name).join(", ")}`));
    return properties(row, layerColors(place[model].index, place[model].count));
  });
}

/** A wedge that hangs from the noise ceiling. */
export function wedge(x: number, y: number, half: number): SVGElement {
  return svg("path", { class: "short", d: `M${x - half} ${y}h${2 * half}l${-half} ${1.4 * half}z` }, svg("title", {}, "below the noise ceiling"));
}
