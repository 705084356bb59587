// What maps of the scalp show: values of the sensors of every type, of every model,
// as means over subjects or with the mean RDM.

import { number, unpack, type Model, type Result, type Sensors } from "./data";

/** Mean scores of the subjects, or scores with their mean RDM. */
export type Effect = "subjects" | "fixed";

/** How two gradiometers at one place become one value; "each" shows both. */
export const mergings = ["mean", "maximum", "each"] as const;
export type Merging = (typeof mergings)[number];

/** The sensors of one row of maps. */
export interface Row {
  type: Sensors;
  title: string;
  pick: (channels: number[], values: number[]) => number; // the value of a sensor
}

/** Values of all channels of a model. */
interface Values { score: number[]; fixed?: number[]; corrected?: number[] }

/** What was found at the channels of a result, unpacked once. */
export class Found {
  readonly values: Values[]; // one per model
  readonly paired: boolean;
  readonly fixed: boolean;
  time = 0; // at which values are taken

  constructor(readonly shown: Result) {
    this.values = shown.models.map(({ channels }) => ({
      score: channels ? unpack(channels.score) : [],
      fixed: channels?.fixed && unpack(channels.fixed),
      corrected: channels?.corrected && unpack(channels.corrected),
    }));
    this.paired = shown.scalp!.types.some((t) => t.of.some((of) => of.length > 1));
    this.fixed = this.values.some((v) => v.fixed);
  }

  /** The rows of maps: a type of sensors each, or a gradiometer of every pair. */
  rows(merging: Merging): Row[] {
    return this.shown.scalp!.types.flatMap((type): Row[] => {
      const title = type.name || "sensors";
      if (!type.of.some((of) => of.length > 1)) return [{ type, title, pick: ([c], values) => values[c] }];
      if (merging === "each") return [0, 1].map((i) => ({ type, title: `${title}, ${i ? "second" : "first"} of each pair`, pick: (of, values) => values[of[i]] }));
      const merge = merging === "mean" ? (a: number, b: number) => (a + b) / 2 : Math.max;
      return [{ type, title: `${title}, ${merging} of pairs`, pick: ([a, b], values) => merge(values[a], values[b]) }];
    });
  }

  /** What was found for a model at all channels, at the chosen time. */
  at(model: number): Values {
    const { times, channels } = this.shown.scalp!;
    const now = (all: number[] | undefined) => (times === 1 ? all : all?.length ? channels.map((_, c) => all[c * times + this.time]) : undefined);
    const { score, fixed, corrected } = this.values[model];
    return { score: now(score) ?? [], fixed: now(fixed), corrected: now(corrected) };
  }

  /** The values of the sensors of a row; NaN where one has none. */
  of(row: Row, model: number, effect: Effect): number[] {
    const { score, fixed } = this.at(model);
    const values = effect === "fixed" ? fixed : score;
    return row.type.of.map((of) => (values?.length ? row.pick(of, values) : NaN));
  }

  /** Sensors that pass the test: at either channel of a pair, or at the one that is shown. */
  significant(row: Row, model: number): boolean[] {
    const p = this.at(model).corrected;
    const passes = p?.map((v) => (v <= this.shown.level ? 1 : 0));
    return row.type.of.map((of) => Boolean(passes && (row.title.endsWith("each pair") ? row.pick(of, passes) : of.some((c) => passes[c]))));
  }

  /** The highest value over the single channels of a type at the chosen time, and where it is. */
  highest(type: Sensors, model: number, effect: Effect): { value: number; channel: number } {
    const { score, fixed } = this.at(model);
    const values = (effect === "fixed" ? fixed : score) ?? [];
    const channels = type.of.flat().filter((c) => Number.isFinite(values[c]));
    const channel = channels.reduce((best, c) => (best < 0 || values[c] > values[best] ? c : best), -1);
    return { value: number(values[channel]), channel };
  }

  /** How far values of an effect reach, below zero and above it, over all models, rows and times. */
  range(rows: Row[], effect: Effect): [number, number] {
    const ends: [number, number] = [0, 0];
    const { times, channels } = this.shown.scalp!;
    for (const all of this.values) {
      const values = effect === "fixed" ? all.fixed : all.score;
      for (let t = 0; values?.length && t < times; t++) {
        const now = times === 1 ? values : channels.map((_, c) => values[c * times + t]);
        for (const row of rows) for (const of of row.type.of) {
          const v = row.pick(of, now);
          if (v < ends[0]) ends[0] = v;
          if (v > ends[1]) ends[1] = v;
        }
      }
    }
    return ends;
  }
}

/** The networks of models, each with the places of its layers. */
export function networksOf(models: Model[]): { name: string; layers: number[] }[] {
  const names = [...new Set(models.map((m) => m.network))];
  return names.map((name) => ({ name, layers: models.flatMap((m, i) => (m.network === name ? [i] : [])) }));
}
