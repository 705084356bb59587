// The page's data: the shapes of report/page.go, and how packed numbers are read.
// A number that is undefined is null in the JSON and NaN once decoded.

export type Maybe = number | null;
export type Interval = [Maybe, Maybe];

export interface Page {
  title: string;
  summary: string[];
  warnings: string[];
  version: string; // of the folder that a server shows; empty in a file
  truth?: Truth;
  results: Result[];
  brain?: Stack;
  models: Stack[];
  stimuli: Stimulus[]; // the conditions: row i of every RDM is stimuli[i]
  methods: Section[];
  provenance: Field[];
  inputs: Input[];
  study: string;
}

export interface Truth { title: string; text: string; planted: Planted[] }
/** One effect that was put into simulated data; times in seconds. */
export interface Planted { layer: string; network: string; from: Maybe; to: Maybe; found: number }
export interface Stimulus { label: string; category?: string; image?: string }
export interface Section { heading: string; text: string }
export interface Field { name: string; value: string }
export interface Input { path: string; sha256: string; bytes: number }

/** One comparator's scores of all models. */
export interface Result {
  comparator: string;
  symbol: string;
  level: number;
  tested: boolean;
  correction: string;
  percent: string; // level of the intervals, empty when there are none
  resampled: string; // what the bootstrap drew
  subjects: number;
  subjectNames: string[] | null;
  times: number[] | null;
  ceiling?: Ceiling;
  ceilingReason: string;
  models: Model[];
}

/** Lower and upper noise ceiling: one number each, or one per time. */
export interface Ceiling { lower: Maybe[]; upper: Maybe[]; kind: string }

export interface Model {
  name: string;
  network: string;
  stack: number; // index into Page.models, -1 when the RDM was not saved
  rdm: number; // index into that stack
  score: Maybe;
  interval: Interval | null;
  p: Maybe;
  corrected: Maybe;
  scores: Maybe[] | null; // per subject
  course?: Course;
  peak?: Peak;
}

export interface Course { score: Maybe[]; low: Maybe[]; high: Maybe[]; corrected: Maybe[]; scores: Maybe[][] | null }
export interface Peak { time: Maybe; interval: Interval | null; index: number }

/** Several RDMs of the same conditions under the same measure, packed. */
export interface Stack {
  name: string;
  measure: string;
  definition: string;
  chance: Maybe;
  note: string;
  names: string[]; // one per RDM
  times: number[] | null; // seconds, one per RDM
  low: number;
  step: number;
  range: [number, number]; // of the color scale
  data: string; // base64, little-endian uint16: low + step * value, 65535 is missing
}

const MISSING = 65535;

/** A stack whose RDMs can be taken out one at a time. */
export class RDMs {
  readonly count: number;
  readonly pairs: number;
  private readonly packed: Uint16Array;

  constructor(readonly stack: Stack, conditions: number) {
    this.count = conditions;
    this.pairs = (conditions * (conditions - 1)) / 2;
    const bytes = Uint8Array.from(atob(stack.data), (c) => c.charCodeAt(0));
    this.packed = new Uint16Array(bytes.length / 2);
    for (let i = 0; i < this.packed.length; i++) this.packed[i] = bytes[2 * i] | (bytes[2 * i + 1] << 8);
  }

  /** The upper triangle of RDM i, row by row. */
  vector(i: number): Float64Array {
    const { low, step } = this.stack;
    const part = this.packed.subarray(i * this.pairs, (i + 1) * this.pairs);
    return Float64Array.from(part, (v) => (v === MISSING ? NaN : low + step * v));
  }

  /** The ends of the color scale of RDM i: the same at all times, but every layer has its own. */
  scale(i: number): [number, number] {
    if (this.stack.times) return this.stack.range;
    const known = this.vector(i).filter((v) => !Number.isNaN(v)).sort();
    if (!known.length) return this.stack.range;
    const cut = Math.floor(0.005 * known.length);
    return [known[cut], known[known.length - 1 - cut]];
  }
}

/** The place of pair (i, j), i ≠ j, in the upper triangle of n conditions. */
export function pairIndex(n: number, i: number, j: number): number {
  if (i > j) [i, j] = [j, i];
  return i * n - (i * (i + 1)) / 2 + (j - i - 1);
}

/** Ranks scaled to 0..100, ties averaged, missing pairs left missing. */
export function percentiles(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).filter((i) => !Number.isNaN(values[i]));
  order.sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length).fill(NaN);
  const scale = order.length > 1 ? 100 / (order.length - 1) : 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) ranks[order[k]] = ((from + to - 1) / 2) * scale;
    from = to;
  }
  return ranks;
}

/** The number that JSON could not write: null is NaN. */
export const number = (x: Maybe | undefined): number => x ?? NaN;

/** Reads the page's data out of the document. */
export function readPage(): Page {
  return JSON.parse(document.getElementById("data")!.textContent!) as Page;
}
