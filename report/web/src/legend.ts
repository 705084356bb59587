// The key of the categories.

import { categoryColor } from "./color";
import { html, type Child } from "./dom";
import { categories } from "./order";
import type { State } from "./state";

/** Names the colors of the categories. */
export function legend(state: State): Child {
  const { stimuli } = state.page;
  if (!stimuli.some((s) => s.category)) return undefined;
  const names = categories(stimuli);
  return html("ul", { class: "categories", "aria-label": "Categories of the conditions" }, ...names.map((name, i) => {
    const swatch = html("span", { class: "swatch" });
    swatch.style.background = categoryColor(i, names.length);
    return html("li", {}, swatch, name || "no category");
  }));
}
