// Play button and slider of the time.

import { html } from "./dom";
import { ms } from "./scale";
import type { State } from "./state";

export function player(state: State): HTMLElement {
  const { times } = state;
  const slider = html("input", { type: "range", min: 0, max: times.length - 1, value: state.time, "aria-label": "Time" });
  const label = html("output", { class: "readout" });
  const button = html("button", { type: "button", class: "play", "aria-label": "Play" });
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.setAttribute("aria-label", "Play");
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    button.setAttribute("aria-label", "Pause");
    timer = window.setInterval(() => (button.isConnected ? state.setTime((state.time + 1) % times.length) : stop()), 60);
  });
  slider.addEventListener("input", () => state.setTime(slider.valueAsNumber));
  slider.addEventListener("pointerdown", stop);
  const update = () => {
    slider.value = String(state.time);
    label.textContent = `${ms(times[state.time])} ms`;
    slider.setAttribute("aria-valuetext", `${ms(times[state.time])} milliseconds`);
  };
  state.on("time", update);
  update();
  return html("div", { class: "player" }, button, slider, label);
}
