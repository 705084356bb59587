// What the reader has chosen. Every figure draws from it and is told of changes.

import { BrainRDMs, RDMs, type Model, type Page, type Result } from "./data";
import { arrange, type Arrangement, type Order } from "./order";
import type { Tooltip } from "./tooltip";

export type Change = "time" | "models" | "matrix" | "condition";

/** What stays chosen when the reader turns to another brain or comparator. */
export interface Choices { brain: number; comparator: string; order: Order; ranks: boolean; model: number }

export class State {
  readonly brain?: BrainRDMs;
  readonly stacks: RDMs[];
  readonly hidden = new Set<number>(); // models not drawn in the time course
  time = 0; // index into times
  emphasis = -1; // model under the pointer, -1 is none
  condition = -1; // under the pointer on a map, -1 is none
  pair: [number, number] | null = null; // rows of the RDM under the pointer
  arrangement: Arrangement; // of the rows of every RDM
  private readonly listeners: [Change, () => void][] = [];

  constructor(readonly page: Page, readonly choices: Choices, readonly tooltip: Tooltip) {
    const brain = page.brains[choices.brain];
    this.brain = brain?.mean && new BrainRDMs(brain.mean, brain.single, page.stimuli.length);
    this.stacks = page.models.map((s) => new RDMs(s, page.stimuli.length));
    this.arrangement = arrange("given", page.stimuli);
  }

  get shown(): Result | undefined {
    return chosenResult(this.page, this.choices);
  }

  get models(): Model[] {
    return this.shown?.models ?? [];
  }

  /** The name of the brain, as it begins a title. */
  get name(): string {
    const name = this.page.brains[this.choices.brain]?.name ?? "";
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  /** The times of the brain's RDMs, else those of the scores; empty when nothing is resolved in time. */
  get times(): number[] {
    return this.brain?.mean.stack.times ?? this.shown?.times ?? [];
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

  /** Sorts the rows of every RDM; by similarity means that of the brain's RDM now shown, else the model's. */
  setOrder(order: Order): void {
    this.choices.order = order;
    const model = modelRDMs(this.page)[this.choices.model];
    const values = () => this.brain?.vector(this.time) ?? this.stacks[model.stack].vector(model.rdm);
    this.arrangement = arrange(order, this.page.stimuli, values);
    this.changed("matrix");
  }

  setModel(index: number): void {
    this.choices.model = index;
    this.changed("matrix");
  }

  setCondition(index: number): void {
    if (index !== this.condition) {
      this.condition = index;
      this.changed("condition");
    }
  }

  setEmphasis(index: number): void {
    if (index !== this.emphasis) {
      this.emphasis = index;
      this.changed("models");
    }
  }
}

/** The scores in the chosen brain under the chosen comparator, else under any. */
export function chosenResult(page: Page, { brain, comparator }: Choices): Result | undefined {
  const own = page.results.filter((r) => r.brain === brain);
  return own.find((r) => r.comparator === comparator) ?? own[0];
}

/** Every model RDM of every stack, in the order of the picker. */
export function modelRDMs(page: Page): { stack: number; rdm: number; name: string }[] {
  return page.models.flatMap((s, stack) => s.names.map((name, rdm) => ({ stack, rdm, name })));
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
