// Color tables: viridis for matrices, plasma cut to the readable part for layers.
// Control points of the matplotlib tables (S. van der Walt & N. Smith, CC0),
// every sixteenth of the way, interpolated linearly in sRGB.

const viridisPoints = ["440154", "48186a", "472d7b", "424086", "3b528b", "33638d", "2c728e", "26828e",
  "21918c", "1fa088", "28ae80", "3fbc73", "5ec962", "84d44b", "addc30", "d8e219", "fde725"];
const plasmaPoints = ["0d0887", "310597", "4c02a1", "6600a7", "7e03a8", "9511a1", "aa2395", "bc3587",
  "cc4778", "da5a6a", "e66c5c", "f0804e", "f89540", "fdac33", "fdc527", "f8df25", "f0f921"];

type Color = [number, number, number];
const parse = (hex: string): Color => [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Color;
const viridisTable = viridisPoints.map(parse);
const plasmaTable = plasmaPoints.map(parse);

function at(table: Color[], t: number): Color {
  const place = Math.min(Math.max(t, 0), 1) * (table.length - 1);
  const k = Math.min(Math.floor(place), table.length - 2);
  return table[k].map((c, i) => Math.round(c + (table[k + 1][i] - c) * (place - k))) as Color;
}

const css = (c: Color) => `rgb(${c.join(" ")})`;

/** 256 colors of viridis as red, green, blue bytes. */
export const viridis: Color[] = Array.from({ length: 256 }, (_, i) => at(viridisTable, i / 255));

/** The viridis scale as a CSS gradient, left to right. */
export const viridisGradient = `linear-gradient(to right, ${viridisTable.map(css).join(",")})`;

/**
 * Custom properties that color layer i of n, early layers dark violet and
 * late ones orange; on a dark page the whole scale is lighter.
 */
export function layerColors(i: number, n: number): Record<string, string> {
  const t = n > 1 ? i / (n - 1) : 0.45;
  return { "--on-light": css(at(plasmaTable, 0.04 + 0.7 * t)), "--on-dark": css(at(plasmaTable, 0.37 + 0.55 * t)) };
}

/** Line patterns that tell networks apart where color tells layers apart. */
export const dashes = ["", "6 3", "2 2.5", "8 3 2 3"];

/** The color of category i of n: hues go round, light and dark take turns. */
export function categoryColor(i: number, n: number): string {
  return `oklch(${i % 2 ? 0.56 : 0.72} 0.13 ${25 + (360 * i) / n})`;
}

/** Colors from blue over white to red, both arms equally light: those of the figures. */
const divergingTable: Color[] = Array.from({ length: 65 }, (_, i) => {
  const away = Math.abs(i / 32 - 1);
  return oklch(0.975 - 0.545 * away ** 1.25, 0.15 * away ** 0.85, i > 32 ? 27 : 255);
});

export const diverging = (t: number): Color => at(divergingTable, t);

/** The part of the diverging scale from t to u as a CSS gradient, left to right. */
export const divergingGradient = (t: number, u: number): string =>
  `linear-gradient(to right, ${Array.from({ length: 33 }, (_, i) => css(diverging(t + ((u - t) * i) / 32))).join(",")})`;

/** Lightness, chroma and hue in degrees as sRGB (Ottosson 2020). */
function oklch(lightness: number, chroma: number, hue: number): Color {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const gamma = (v: number) => {
    const x = Math.min(Math.max(v, 0), 1);
    return Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055));
  };
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
