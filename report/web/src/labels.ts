// Finds room for text among points and other text.

export interface Box { x: number; y: number; width: number; height: number } // x, y: top left
export interface Point { x: number; y: number }

/** Where a label may stand around its point, best first: left, right, above, below, then farther away. */
function candidates(p: Point, width: number, height: number): Box[] {
  const near = 9;
  const boxes: Box[] = [];
  for (const far of [0, 10, 22, 36]) {
    boxes.push(
      { x: p.x - near - far - width, y: p.y - height / 2 - far / 2, width, height },
      { x: p.x + near + far, y: p.y - height / 2 - far / 2, width, height },
      { x: p.x - width / 2, y: p.y - near - far - height, width, height },
      { x: p.x - width / 2, y: p.y + near + far, width, height });
  }
  return boxes;
}

const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const inside = (p: Point, b: Box) => p.x > b.x && p.x < b.x + b.width && p.y > b.y && p.y < b.y + b.height;

/** Places one label per point, each where it covers the least of frame, obstacles and earlier labels. */
export function placeLabels(points: Point[], widths: number[], obstacles: Point[], frame: Box): Box[] {
  const height = 14;
  const placed: Box[] = [];
  points.forEach((point, i) => {
    const cost = (box: Box, rank: number) => {
      const outside = box.x < frame.x || box.x + box.width > frame.x + frame.width || box.y < frame.y || box.y + box.height > frame.y + frame.height;
      const covered = obstacles.filter((o) => inside(o, box)).length + 6 * points.filter((o) => inside(o, box)).length;
      return covered + 0.5 * rank + (outside ? 1000 : 0) + 100 * placed.filter((b) => overlap(b, box)).length;
    };
    const boxes = candidates(point, widths[i], height).map((box, rank) => ({ box, cost: cost(box, rank) }));
    placed.push(boxes.reduce((a, b) => (b.cost < a.cost ? b : a)).box);
  });
  return placed;
}
