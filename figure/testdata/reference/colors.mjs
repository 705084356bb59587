// Writes colors.json: viridis, cividis and plasma at 33 places.
// Made with d3-scale-chromatic 3.1.1, d3-interpolate 3.0.2, Node 20:
//   npm install d3-scale-chromatic@3.1.1 && node colors.mjs > colors.json
import { interpolateCividis, interpolatePlasma, interpolateViridis } from "d3-scale-chromatic";

const bytes = (css) => css.startsWith("#") ? [1, 3, 5].map((i) => parseInt(css.slice(i, i + 2), 16)) : css.match(/\d+/g).map(Number);
const places = Array.from({ length: 33 }, (_, i) => i / 32);
const table = (f) => places.map((t) => bytes(f(t)));
console.log(JSON.stringify({ viridis: table(interpolateViridis), cividis: table(interpolateCividis), plasma: table(interpolatePlasma) }));
