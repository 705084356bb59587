// What the tooltip says about a pair of conditions.

import type { Page, Stack } from "./data";
import { html } from "./dom";
import { value } from "./scale";

/** Both stimuli with their pictures, then the dissimilarity. */
export function pairTooltip(page: Page, stack: Stack, pair: [number, number], dissimilarity: number, percentile: number): Node[] {
  const sides = pair.map((condition) => {
    const { label, category, image } = page.stimuli[condition];
    return html("div", { class: "side" },
      image ? html("img", { src: image, alt: "", width: 84, height: 84 }) : undefined,
      html("div", { class: "label" }, label),
      category ? html("div", { class: "muted" }, category) : undefined);
  });
  const rank = Number.isFinite(percentile) ? `percentile ${Math.round(percentile)}` : "";
  return [
    html("div", { class: "pair" }, ...sides),
    html("div", { class: "value" }, html("strong", {}, value(dissimilarity)), " ", stack.measure),
    html("div", { class: "muted" }, rank),
  ];
}
