// A smooth surface through numbers at points: cubic in each third of every
// triangle (Alfeld 1984, doi:10.1016/0167-8396(84)90029-3), its slopes those that
// bend the edges least (Nielson 1983, doi:10.1090/S0025-5718-1983-0679444-7), as in
// the figures of package triangulation.

export type Point = [number, number];

const mostSweeps = 100;
const steady = 1e-6; // change of the slopes, as a share of the steepest, that ends their search

/** Triangles over a square of pixels, on which any numbers can be drawn. */
export class Mesh {
  readonly neighbors: number[][];
  private readonly across: number[][]; // per triangle and corner, the direction behind the edge opposite to it
  private readonly pixels: { at: number; triangle: number; shares: number[] }[] = [];

  /** Pixels stand row by row from the upper left corner of the square from -reach to reach. */
  constructor(readonly points: Point[], readonly triangles: number[][], readonly side: number, readonly reach: number) {
    const joined = points.map(() => new Set<number>());
    const behind = new Map<string, number>(); // edge, seen from inside, to triangle
    triangles.forEach((t, k) => t.forEach((a, i) => {
      const [b, c] = [t[(i + 1) % 3], t[(i + 2) % 3]];
      joined[a].add(b).add(c);
      behind.set(`${b} ${c}`, k);
    }));
    this.neighbors = joined.map((s) => [...s]);
    this.across = triangles.map((t) => t.map((_, i) => this.direction(t, i, behind.get(`${t[(i + 2) % 3]} ${t[(i + 1) % 3]}`))));
    triangles.forEach((_, k) => this.cover(k));
  }

  /** Where the middle of the triangle behind an edge lies along it; the middle of the edge where none is. */
  private direction(t: number[], i: number, other: number | undefined): number {
    if (other === undefined) return -0.5;
    const middle = [0, 1].map((axis) => this.triangles[other].reduce((sum, p) => sum + this.points[p][axis] / 3, 0)) as Point;
    const b = this.shares(t, middle);
    const [near, far] = [b[(i + 1) % 3], b[(i + 2) % 3]];
    return (2 * far + near - 1) / (2 - 3 * far - 3 * near);
  }

  /** The barycentric coordinates of a place in a triangle. */
  private shares(t: number[], [x, y]: Point): number[] {
    const [a, b, c] = t.map((p) => this.points[p]);
    const det = (a[0] - c[0]) * (b[1] - c[1]) - (a[1] - c[1]) * (b[0] - c[0]);
    const first = ((x - c[0]) * (b[1] - c[1]) - (y - c[1]) * (b[0] - c[0])) / det;
    const second = ((a[0] - c[0]) * (y - c[1]) - (a[1] - c[1]) * (x - c[0])) / det;
    return [first, second, 1 - first - second];
  }

  /** The middle of a column or row of pixels; rows go down. */
  middle(i: number): number {
    return ((2 * i + 1) / this.side - 1) * this.reach;
  }

  /** Finds the pixels inside a triangle. */
  private cover(k: number): void {
    const t = this.triangles[k];
    const span = (axis: number, sign: number) => {
      const ends = t.map((p) => ((sign * this.points[p][axis]) / this.reach + 1) * this.side / 2);
      return [Math.max(0, Math.floor(Math.min(...ends))), Math.min(this.side - 1, Math.ceil(Math.max(...ends)))];
    };
    const [left, right] = span(0, 1);
    const [top, bottom] = span(1, -1);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const shares = this.shares(t, [this.middle(column), -this.middle(row)]);
        if (Math.min(...shares) >= -1e-9) this.pixels.push({ at: row * this.side + column, triangle: k, shares });
      }
    }
  }

  /** The heights of the pixels, NaN outside, given those of the points; a point without one leaves a hole. */
  heights(values: number[]): Float64Array {
    const slopes = this.slopes(values);
    const pieces = this.triangles.map((_, k) => this.piece(k, values, slopes));
    const heights = new Float64Array(this.side ** 2).fill(NaN);
    for (const { at, triangle, shares } of this.pixels) heights[at] = height(pieces[triangle], shares);
    return heights;
  }

  private slopes(values: number[]): Point[] {
    const slopes = values.map((): Point => [0, 0]);
    for (let sweep = 0; sweep < mostSweeps; sweep++) {
      let [change, steepest] = [0, 0];
      values.forEach((v, i) => {
        if (Number.isNaN(v)) return;
        const next = this.slope(i, values, slopes);
        change = Math.max(change, Math.abs(next[0] - slopes[i][0]), Math.abs(next[1] - slopes[i][1]));
        steepest = Math.max(steepest, Math.abs(next[0]), Math.abs(next[1]));
        slopes[i] = next;
      });
      if (!(change > steady * steepest)) break;
    }
    return slopes;
  }

  /** The slope at a point that bends its edges least, given those at its neighbors. */
  private slope(i: number, values: number[], slopes: Point[]): Point {
    let [xx, xy, yy, sumX, sumY] = [0, 0, 0, 0, 0];
    for (const j of this.neighbors[i]) {
      if (Number.isNaN(values[j])) continue;
      const [x, y] = [this.points[j][0] - this.points[i][0], this.points[j][1] - this.points[i][1]];
      const cube = Math.hypot(x, y) ** 3;
      xx += (4 * x * x) / cube;
      xy += (4 * x * y) / cube;
      yy += (4 * y * y) / cube;
      const pull = (6 * (values[i] - values[j]) + 2 * (x * slopes[j][0] + y * slopes[j][1])) / cube;
      sumX += pull * x;
      sumY += pull * y;
    }
    const det = xx * yy - xy * xy;
    return Math.abs(det) > 1e-12 * xx * yy ? [-(yy * sumX - xy * sumY) / det, -(xx * sumY - xy * sumX) / det] : [0, 0];
  }

  /** The ordinates of a triangle: at its corners, beside them, inside its edges, and towards its middle. */
  private piece(k: number, values: number[], slopes: Point[]): Piece {
    const t = this.triangles[k];
    const f = t.map((p) => values[p]);
    const along = (i: number, j: number) => {
      const [from, to] = [this.points[t[i]], this.points[t[j]]];
      return f[i] + (slopes[t[i]][0] * (to[0] - from[0]) + slopes[t[i]][1] * (to[1] - from[1])) / 3;
    };
    const next = [0, 1, 2].map((i) => along(i, (i + 1) % 3)); // beside corner i, towards the next
    const last = [0, 1, 2].map((i) => along(i, (i + 2) % 3));
    const inner = [0, 1, 2].map((i) => (next[i] + last[i] + f[i]) / 3);
    const edges = [0, 1, 2].map((i) => { // opposite to corner i
      const [a, b] = [(i + 1) % 3, (i + 2) % 3];
      const g = this.across[k][i];
      return (g * (-f[a] + 3 * next[a] - 3 * last[b] + f[b]) - f[a] + 2 * next[a] - last[b] + inner[b] + inner[a]) / 2;
    });
    const deep = [0, 1, 2].map((i) => (edges[(i + 1) % 3] + edges[(i + 2) % 3] + inner[i]) / 3);
    return { f, next, last, inner, edges, deep, middle: (deep[0] + deep[1] + deep[2]) / 3 };
  }
}

interface Piece { f: number[]; next: number[]; last: number[]; inner: number[]; edges: number[]; deep: number[]; middle: number }

function height(p: Piece, shares: number[]): number {
  const least = Math.min(...shares);
  const b = shares.map((s) => s - least);
  const w = 3 * least;
  let sum = w ** 3 * p.middle;
  for (let i = 0; i < 3; i++) {
    const [j, k] = [(i + 1) % 3, (i + 2) % 3];
    sum += b[i] ** 3 * p.f[i] + 3 * b[i] * b[i] * (b[j] * p.next[i] + b[k] * p.last[i] + w * p.inner[i]) +
      3 * w * w * b[i] * p.deep[i] + 6 * w * b[j] * b[k] * p.edges[i];
  }
  return sum;
}

/** The points of lines of equal height, in pairs: ends of the pieces of a line, in pixels. */
export function contour(heights: Float64Array, side: number, level: number): Point[][] {
  const lines: Point[][] = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const corners: Point[] = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]];
      const above = corners.map(([x, y]) => heights[y * side + x] - level);
      if (above.some(Number.isNaN)) continue;
      const ends = corners.flatMap((from, i): Point[] => {
        const [a, b, to] = [above[i], above[(i + 1) % 4], corners[(i + 1) % 4]];
        if (a < 0 === b < 0) return [];
        const share = a / (a - b);
        return [[from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
      });
      for (let i = 0; i + 1 < ends.length; i += 2) lines.push([ends[i], ends[i + 1]]);
    }
  }
  return lines;
}
