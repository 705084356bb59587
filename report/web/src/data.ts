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
  results: Result[]; // one per brain and comparator
  mixtures?: Mixtures[]; // at most one per brain
  parts?: Parts[]; // at most one per brain
  fusions?: Fusion[]; // at most one per brain
  weighed?: Weighed[]; // at most one per brain
  remixed?: RemixedLayer[];
  brains: Brain[];
  models: Stack[]; // one per network
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

/** What models were compared with; its RDMs are packed where they were saved. */
export interface Brain { name: string; mean?: Stack; single?: Stack }

/** The scores of all models in one brain under one comparator. */
export interface Result {
  brain: number; // index into Page.brains
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
  scalp?: Scalp; // of channels in place of times
  ceiling?: Ceiling;
  ceilingReason: string;
  models: Model[];
  higher?: [number, number][]; // indices into models: the first scores higher than the second, by a test
  compared?: string; // that test, and the one of Model.short
}

/** The flexible models of a brain; with times, where each scores highest. */
export interface Mixtures { brain: number; symbol: string; regression: string; ceiling: Maybe[] | null; models: Mixture[]; drawn: string }
export interface Mixture { name: string; kind: string; time: Maybe; score: Maybe; low: Maybe; high: Maybe; estimate: Maybe[] | null; p_corrected: Maybe; components: Component[] }
/** One model RDM of a mixture, with its weights in folds. */
export interface Component { name: string; weight: Maybe; low: Maybe; high: Maybe; share: Maybe }

/** How variance is divided among sets of model RDMs. */
export interface Parts { brain: number; time: Maybe; explained: Part[]; parts: Part[] }
export interface Part { name: string; share: Maybe; low: Maybe; high: Maybe }

/** What a brain over time has in common with regions and layers. */
export interface Fusion {
  brain: number;
  times: Maybe[];
  level: number;
  tested: boolean;
  percent: string;
  variance: string;
  controls: string[];
  panels: Panel[]; // regions over time, then a region each
  later: Later[];
}
/** Courses that share an axis; limit is the most that a layer can share. */
export interface Panel { title: string; measure: string; limit: Maybe[] | null; lines: Model[] }
/** How much later one peak comes than another. */
export interface Later { of: string; from: string; to: string; time: Maybe; interval: Interval | null; corrected: Maybe }

/** Layers whose channels were weighed for a brain. */
export interface Weighed { brain: number; symbol: string; layers: WeighedLayer[] }
export interface WeighedLayer {
  network: string; layer: string; score: Maybe; low: Maybe; high: Maybe; unweighted: Maybe; used: number; channels: number; penalty: Maybe;
}
/** A layer turned into what classifiers decide. */
export interface RemixedLayer { network: string; layer: string; classes: string[]; accuracy: Maybe; chance: Maybe; fitted: number }

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
  short?: boolean; // below the noise ceiling, by a test
  course?: Course;
  channels?: Channels; // where the result has a scalp
  peak?: Peak;
}

/** Where channels are, on a head seen from above; lengths are in radii of the head, from its center. */
export interface Scalp { channels: string[]; times: number; types: Sensors[] } // times: how many every channel has scores at, 1 without
/** The sensors of one type. */
export interface Sensors {
  name: string;
  sensors: string[]; // names, pairs of gradiometers under one
  of: number[][]; // channels of each: one, or the two of a pair
  places: [number, number][];
  known: number[]; // sensors with a score: the first points of the mesh
  points: [number, number][];
  triangles: number[][];
  outline: [number, number][] | null; // that cuts maps off, null for a circle
  radius: number; // of the circle
}
/** What was found for a model at channels, at all times of one after the other: mean over subjects, with their mean RDM, corrected p. */
export interface Channels { score: Packed; fixed?: Packed; corrected?: Packed }
export interface Packed { low: number; step: number; data: string }

export interface Course { score: Maybe[]; low: Maybe[]; high: Maybe[]; corrected: Maybe[]; scores: Maybe[][] | null }
export interface Peak { time: Maybe; interval: Interval | null; channel?: string; index: number }

/** Several RDMs of the same conditions under the same measure, packed. */
export interface Stack {
  name: string;
  measure: string;
  definition: string;
  chance: Maybe;
  note: string;
  names: string[]; // one per RDM
  times: number[] | null; // seconds, one per RDM
  subjects: string[] | null; // one per RDM
  sessions: string[] | null; // one per RDM
  low: number;
  step: number;
  range: [number, number]; // of the color scale
  data: string; // base64, little-endian uint16: low + step * value, 65535 is missing
  map?: PackedMap;
}

/** A place on paper for every condition, in every RDM of a stack. */
export interface PackedMap {
  step: number;
  stress: Maybe[]; // one per RDM, null where there is no map
  notes: string[]; // one per RDM
  data: string; // base64, little-endian int16: RDMs × conditions × 2, in steps
}

const MISSING = 65535;

/** The numbers of 16 bits in base64, little-endian. */
function words(base64: string): Uint16Array {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i] | (bytes[2 * i + 1] << 8));
}

/** Packed numbers; missing ones are NaN. */
export function unpack({ low, step, data }: Packed): number[] {
  return Array.from(words(data), (v) => (v === MISSING ? NaN : low + step * v));
}

interface Place { x: number; y: number }
interface Frame extends Place { radius: number }

/** The maps of a stack, taken out one at a time. */
export class Maps {
  private readonly coordinates: Int16Array;
  private whole?: Frame;

  constructor(private readonly stack: Stack, private readonly conditions: number) {
    this.coordinates = Int16Array.from(words(stack.map!.data));
  }

  /** The middle of the map of RDM i, and how far it reaches; over time, of all of them, so that growth is seen. */
  frame(i: number): Frame {
    if (!this.stack.times) return this.around(this.places(i));
    return (this.whole ??= this.around([...this.stack.map!.stress.keys()].flatMap((k) => this.places(k))));
  }

  private around(shown: Place[]): Frame {
    const ends = (values: number[]) => values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
    const [left, right] = ends(shown.map((p) => p.x));
    const [bottom, top] = ends(shown.map((p) => p.y));
    return { x: (left + right) / 2, y: (bottom + top) / 2, radius: Math.max(right - left, top - bottom) / 2 || 1 };
  }

  /** Where the conditions lie in RDM i; nowhere when it has no map. */
  places(i: number): Place[] {
    const { step, stress } = this.stack.map!;
    if (stress[i] === null) return [];
    const at = (k: number) => this.coordinates[2 * i * this.conditions + k] * step;
    return Array.from({ length: this.conditions }, (_, k) => ({ x: at(2 * k), y: at(2 * k + 1) }));
  }
}

/** A stack whose RDMs can be taken out one at a time. */
export class RDMs {
  readonly count: number;
  readonly pairs: number;
  private readonly packed: Uint16Array;

  constructor(readonly stack: Stack, conditions: number) {
    this.count = conditions;
    this.pairs = (conditions * (conditions - 1)) / 2;
    this.packed = words(stack.data);
  }

  /** The upper triangle of RDM i, row by row. */
  vector(i: number): Float64Array {
    const { low, step } = this.stack;
    const part = this.packed.subarray(i * this.pairs, (i + 1) * this.pairs);
    return Float64Array.from(part, (v) => (v === MISSING ? NaN : low + step * v));
  }

  /** The mean of some RDMs; a pair that some lack is the mean of those that have it. */
  mean(members: number[]): Float64Array {
    const sum = new Float64Array(this.pairs);
    const count = new Float64Array(this.pairs);
    for (const i of members) {
      this.vector(i).forEach((v, p) => {
        if (Number.isNaN(v)) return;
        sum[p] += v;
        count[p]++;
      });
    }
    return sum.map((v, p) => v / count[p]);
  }

  /** The ends of the color scale of values of this stack: the same at all times, else those of the values. */
  scale(values: Float64Array): [number, number] {
    if (this.stack.times) return this.stack.range;
    const known = values.filter((v) => !Number.isNaN(v)).sort();
    if (!known.length) return this.stack.range;
    const cut = Math.floor(0.005 * known.length);
    return [known[cut], known[known.length - 1 - cut]];
  }
}

/** The RDMs of a brain: the mean of all, or of one subject or session. */
export class BrainRDMs {
  readonly mean: RDMs;
  readonly subjects: string[]; // to choose from; empty when there is one at most
  readonly sessions: string[];
  subject = ""; // "" is all
  session = "";
  private readonly single?: RDMs;

  constructor(mean: Stack, single: Stack | undefined, conditions: number) {
    this.mean = new RDMs(mean, conditions);
    this.single = single && new RDMs(single, conditions);
    const choices = (labels: string[] | null | undefined) => {
      const names = [...new Set(labels ?? [])];
      return names.length > 1 ? names : [];
    };
    this.subjects = choices(single?.subjects);
    this.sessions = choices(single?.sessions);
  }

  /** The stack that is shown: that of the mean, or of single subjects and sessions. */
  get shown(): RDMs {
    return this.single && (this.subject || this.session) ? this.single : this.mean;
  }

  /** The upper triangle of what is chosen, at the time of index t. */
  vector(t: number): Float64Array {
    const { shown, mean } = this;
    if (shown === mean) return mean.vector(mean.stack.times ? t : 0);
    const { subjects, sessions, times, names } = shown.stack;
    const fits = (labels: string[] | null, wanted: string, i: number) => !wanted || labels?.[i] === wanted;
    return shown.mean([...names.keys()].filter((i) =>
      fits(subjects, this.subject, i) && fits(sessions, this.session, i) && (!times || times[i] === mean.stack.times![t])));
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
