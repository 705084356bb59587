// What the tooltip says about a pair of conditions.

import type { Page } from "./data";
import { html } from "./dom";
import { value } from "./scale";

/** What one RDM says about the pair. */
export interface Reading { title: string; measure: string; dissimilarity: number; percentile: number }

/** Both stimuli with their pictures, then the dissimilarity in every RDM shown. */
export function pairTooltip(page: Page, pair: [number, number], readings: Reading[]): Node[] {
  const sides = pair.map((condition) => {
    const { label, category, image } = page.stimuli[condition];
    return html("div", { class: "side" },
      image ? html("img", { src: image, alt: "", width: 84, height: 84 }) : undefined,
      html("div", { class: "label" }, label),
      category ? html("div", { class: "muted" }, category) : undefined);
  });
  const lines = readings.map(({ title, measure, dissimilarity, percentile }) => html("div", { class: "reading" },
    html("div", {}, title),
    html("div", {}, html("strong", {}, value(dissimilarity)), ` ${measure}`),
    html("div", { class: "muted" }, Number.isFinite(percentile) ? `percentile ${Math.round(percentile)}` : "")));
  return [html("div", { class: "pair" }, ...sides), ...lines];
}
