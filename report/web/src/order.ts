// The order of the rows of every RDM: as given, by category, or so that what the
// brain takes for alike stands together.

import { pairIndex, type Stimulus } from "./data";

export type Order = "given" | "category" | "similarity";

/** A stretch of rows of one category. */
export interface Group { name: string; from: number; to: number }

export interface Arrangement {
  order: number[]; // row of the picture -> condition
  groups: Group[]; // stretches of one category, when rows are sorted by it
}

/** Sorts conditions; values gives the upper triangle that "similarity" goes by. */
export function arrange(order: Order, stimuli: Stimulus[], values?: () => Float64Array): Arrangement {
  const given = stimuli.map((_, i) => i);
  if (order === "similarity" && values) return { order: clustered(values(), stimuli.length), groups: [] };
  if (order !== "category") return { order: given, groups: [] };
  const names = categories(stimuli);
  const rank = given.map((i) => names.indexOf(stimuli[i].category ?? ""));
  const sorted = given.sort((a, b) => rank[a] - rank[b] || a - b);
  const groups = names.map((name, k) => {
    const from = sorted.findIndex((i) => rank[i] === k);
    return { name, from, to: from + sorted.filter((i) => rank[i] === k).length };
  });
  return { order: sorted, groups };
}

/** The categories in the order in which they first appear; "" is that of conditions without one. */
export function categories(stimuli: Stimulus[]): string[] {
  return [...new Set(stimuli.map((s) => s.category ?? ""))];
}

/**
 * The leaves of an average-linkage clustering, every two clusters joined at
 * those of their ends that are most alike. A missing pair counts as the mean of
 * all others. Nearest neighbors are chained, so the cost is n².
 * Source: Murtagh (1983), A survey of recent advances in hierarchical clustering algorithms.
 */
export function clustered(values: Float64Array, n: number): number[] {
  const known = values.filter((v) => !Number.isNaN(v));
  const mean = known.reduce((sum, v) => sum + v, 0) / (known.length || 1);
  const pairs = values.map((v) => (Number.isNaN(v) ? mean : v));
  const between = (i: number, j: number) => (i === j ? 0 : pairs[pairIndex(n, i, j)]);
  const distance = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => between(i, j)));
  const leaves: number[][] = distance.map((_, i) => [i]);
  const alive = new Set(leaves.keys());
  const chain: number[] = [];
  while (alive.size > 1) {
    if (!chain.length) chain.push(alive.values().next().value!);
    const top = chain.at(-1)!;
    const next = nearestTo(top, chain.at(-2), distance, alive);
    if (next !== chain.at(-2)) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    merge(distance, alive, leaves, top, next);
    leaves[next] = joined(leaves[next], leaves[top], between);
  }
  return leaves[alive.values().next().value ?? 0] ?? [];
}

/** The cluster nearest to one; among equals the one before it in the chain, so that chains end. */
function nearestTo(one: number, before: number | undefined, distance: Float64Array[], alive: Set<number>): number {
  let best = before ?? -1;
  for (const other of alive) {
    if (other !== one && (best < 0 || distance[one][other] < distance[one][best])) best = other;
  }
  return best;
}

/** Lets cluster "into" stand for both: its distances become the means over all pairs of leaves. */
function merge(distance: Float64Array[], alive: Set<number>, leaves: number[][], from: number, into: number): void {
  alive.delete(from);
  const [a, b] = [leaves[from].length, leaves[into].length];
  for (const other of alive) {
    const mean = (a * distance[from][other] + b * distance[into][other]) / (a + b);
    distance[into][other] = distance[other][into] = mean;
  }
}

/** Two rows of leaves in one, turned so that the ends that meet are most alike. */
function joined(left: number[], right: number[], between: (i: number, j: number) => number): number[] {
  const turned = (leaves: number[]) => leaves.slice().reverse();
  const turns = [[left, right], [left, turned(right)], [turned(left), right], [turned(left), turned(right)]];
  const gap = ([a, b]: number[][]) => between(a.at(-1)!, b[0]);
  return turns.reduce((best, turn) => (gap(turn) < gap(best) ? turn : best)).flat();
}
