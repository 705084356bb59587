// One RDM on a canvas: one block of device pixels per cell, never smoothed.

import { pairIndex } from "./data";
import { viridis } from "./color";

export interface Cells {
  values: Float64Array; // upper triangle in the given order
  order: number[]; // row of the picture -> condition
  low: number; // shown as the first color, and so is everything below
  high: number; // shown as the last color
  breaks: number[]; // rows before which a line is drawn
}

const missing = [150, 155, 160];

/**
 * Paints cells as a square of about size CSS pixels; the diagonal stays clear,
 * missing pairs are hatched. Cells of equal size may leave a part of the square
 * free; where that is much, they are scaled to fill it.
 */
export function paint(canvas: HTMLCanvasElement, cells: Cells, size: number): void {
  const n = cells.order.length;
  const whole = Math.max(1, Math.floor((size * devicePixelRatio) / n));
  const filled = (n * whole) / (size * devicePixelRatio);
  const cell = filled < 0.92 ? whole + 1 : whole;
  canvas.width = canvas.height = n * cell;
  canvas.style.width = canvas.style.height = `${filled < 0.92 ? size : (n * cell) / devicePixelRatio}px`;
  const context = canvas.getContext("2d")!;
  const small = new OffscreenCanvas(n, n);
  small.getContext("2d")!.putImageData(picture(cells), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, n * cell, n * cell);
  hatch(context, cells, cell);
  separate(context, cells.breaks, cell, n);
}

/** Paints one color per row along the upper or left edge of a matrix. */
export function paintBand(canvas: HTMLCanvasElement, colors: string[], along: "top" | "left"): void {
  const n = colors.length;
  [canvas.width, canvas.height] = along === "top" ? [n, 1] : [1, n];
  const context = canvas.getContext("2d")!;
  colors.forEach((color, i) => {
    context.fillStyle = color;
    context.fillRect(along === "top" ? i : 0, along === "top" ? 0 : i, 1, 1);
  });
}

/** One pixel per cell. */
function picture({ values, order, low, high }: Cells): ImageData {
  const n = order.length;
  const image = new ImageData(n, n);
  const scale = 255 / (high - low || 1);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      if (row === column) continue;
      const value = values[pairIndex(n, order[row], order[column])];
      const level = Math.min(Math.max(Math.round((value - low) * scale), 0), 255);
      const [r, g, b] = Number.isNaN(value) ? missing : viridis[level];
      image.data.set([r, g, b, 255], 4 * (row * n + column));
    }
  }
  return image;
}

function hatch(context: CanvasRenderingContext2D, { values, order }: Cells, cell: number): void {
  const n = order.length;
  context.strokeStyle = "rgb(255 255 255 / 0.7)";
  context.beginPath();
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      if (row === column || !Number.isNaN(values[pairIndex(n, order[row], order[column])])) continue;
      context.moveTo(column * cell, (row + 1) * cell);
      context.lineTo((column + 1) * cell, row * cell);
    }
  }
  context.stroke();
}

function separate(context: CanvasRenderingContext2D, breaks: number[], cell: number, n: number): void {
  context.strokeStyle = "rgb(255 255 255 / 0.85)";
  context.lineWidth = Math.max(1, Math.round(devicePixelRatio * 1.25));
  context.beginPath();
  for (const row of breaks) {
    context.moveTo(0, row * cell);
    context.lineTo(n * cell, row * cell);
    context.moveTo(row * cell, 0);
    context.lineTo(row * cell, n * cell);
  }
  context.stroke();
}
