// What the reader has chosen. Every figure draws from it and is told of changes.

import type { Page, Result, Model } from "./data";
import { RDMs } from "./data";

export type Change = "time" | "models" | "matrix";

export class State {
  readonly brain?: RDMs;
  readonly stacks: RDMs[];
  readonly hidden = new Set<number>(); // models not drawn in the time course
  result = 0; // the comparator shown
  time = 0; // index into the brain's times
  model = 0; // whose RDM stands beside the brain's
  emphasis = -1; // model under the pointer, -1 is none
  ranks = false; // RDMs as percentiles
  grouped = false; // conditions by category
  pair: [number, number] | null = null; // rows of the RDM under the pointer
  private readonly listeners: [Change, () => void][] = [];

  constructor(readonly page: Page) {
    this.brain = page.brain && new RDMs(page.brain, page.stimuli.length);
    this.stacks = page.models.map((s) => new RDMs(s, page.stimuli.length));
  }

  get shown(): Result | undefined {
    return this.page.results[this.result];
  }

  get models(): Model[] {
    return this.shown?.models ?? [];
  }

  /** The times of the brain's RDMs, else those of the scores; empty when nothing is resolved in time. */
  get times(): number[] {
    return this.page.brain?.times ?? this.shown?.times ?? [];
  }

  on(change: Change, listener: () => void): void {
    this.listeners.push([change, listener]);
  }

  changed(change: Change): void {
    for (const [to, listener] of this.listeners) if (to === change) listener();
  }

  setTime(index: number): void {
    const next = Math.min(Math.max(Math.round(index), 0), this.times.length - 1);
    if (next !== this.time) {
      this.time = next;
      this.changed("time");
    }
  }

  setModel(index: number): void {
    this.model = index;
    this.changed("matrix");
  }

  setEmphasis(index: number): void {
    if (index !== this.emphasis) {
      this.emphasis = index;
      this.changed("models");
    }
  }
}

/** The index of the time nearest to t; times ascend. */
export function nearest(times: number[], t: number): number {
  let best = 0;
  for (let i = 1; i < times.length; i++) if (Math.abs(times[i] - t) < Math.abs(times[best] - t)) best = i;
  return best;
}

/** The place of every model within its network, for colors and dashes. */
export function places(models: Model[]): { index: number; count: number; network: number }[] {
  const networks = [...new Set(models.map((m) => m.network))];
  return models.map((m, i) => {
    const layers = models.flatMap((other, k) => (other.network === m.network ? [k] : []));
    return { index: layers.indexOf(i), count: layers.length, network: networks.indexOf(m.network) };
  });
}
