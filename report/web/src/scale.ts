// Linear scales, round ticks, and numbers as people write them.

export interface Scale {
  (value: number): number;
  invert(position: number): number;
  domain: [number, number];
}

export function linear(domain: [number, number], range: [number, number]): Scale {
  const slope = (range[1] - range[0]) / (domain[1] - domain[0] || 1);
  const scale = ((value: number) => range[0] + (value - domain[0]) * slope) as Scale;
  scale.invert = (position) => domain[0] + (position - range[0]) / slope;
  scale.domain = domain;
  return scale;
}

/** The step 1, 2 or 5 times a power of ten that cuts a span into about count parts. */
export function step(span: number, count: number): number {
  const raw = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const factor = [1, 2, 5, 10].find((f) => f * power >= raw * 0.999)!;
  return factor * power;
}

/** Round numbers inside [from, to], about count of them. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const s = step(to - from, count);
  const first = Math.ceil(from / s - 1e-4);
  const last = Math.floor(to / s + 1e-4); // packed numbers miss their ends by a little
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * s).toPrecision(12)));
}

/** The domain widened to round numbers. */
export function nice(from: number, to: number, count: number): [number, number] {
  const s = step(to - from || 1, count);
  return [Math.floor(from / s + 1e-9) * s, Math.ceil(to / s - 1e-9) * s];
}

const minus = (text: string) => text.replace("-", "−");

/** Ticks written with the same number of decimals. */
export function tickLabels(values: number[]): string[] {
  const decimals = Math.max(0, ...values.map((v) => (String(v).split(".")[1] ?? "").length));
  return values.map((v) => minus(v.toFixed(decimals)));
}

/** A score to three decimals; an undefined one is a dash. */
export function score(x: number): string {
  return Number.isFinite(x) ? minus(x.toFixed(3)) : "–";
}

/** A score to two decimals, where room is short. */
export function coarse(x: number): string {
  return minus(x.toFixed(2));
}

/** A dissimilarity to four significant digits. */
export function value(x: number): string {
  return Number.isFinite(x) ? minus(String(Number(x.toPrecision(4)))) : "missing";
}

/** Seconds as milliseconds. */
export function ms(seconds: number): string {
  return Number.isFinite(seconds) ? minus(String(Math.round(seconds * 1000))) : "–";
}

/** A probability as a paper prints it. */
export function probability(p: number): string {
  if (!Number.isFinite(p)) return "–";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(4);
}

export function interval(low: number, high: number, write: (x: number) => string): string {
  return Number.isFinite(low) && Number.isFinite(high) ? `[${write(low)}, ${write(high)}]` : "";
}
