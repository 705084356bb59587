// The box beside the pointer.

import { html } from "./dom";

export class Tooltip {
  readonly element = html("div", { class: "tooltip", role: "status", "aria-live": "polite", hidden: true });

  constructor() {
    document.body.append(this.element);
    addEventListener("scroll", () => this.hide(), { passive: true });
    addEventListener("keydown", (e) => e.key === "Escape" && this.hide());
  }

  /** Shows content near a point of the window, inside its edges. */
  show(x: number, y: number, ...content: Node[]): void {
    this.element.replaceChildren(...content);
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = x + 18 + width > innerWidth ? x - 18 - width : x + 18;
    const top = Math.min(Math.max(y - height / 2, 8), innerHeight - height - 8);
    this.element.style.left = `${Math.max(left, 8)}px`;
    this.element.style.top = `${top}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
