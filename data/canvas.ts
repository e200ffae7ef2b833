/**
 * A small anti-aliased canvas: strokes, discs and rounded boxes drawn by their signed distance into an RGB frame.
 * The sample clip is drawn with it, so that making the clip needs neither a font nor a filter of a certain ffmpeg.
 */

export type Colour = readonly [red: number, green: number, blue: number];

/** A stroke with round ends: a straight line, or an arc around a centre (angles in turns, clockwise from the top). */
export type Stroke =
  | { readonly line: readonly [x1: number, y1: number, x2: number, y2: number] }
  | { readonly arc: readonly [x: number, y: number, radius: number, from: number, to: number] };

const TURN = 2 * Math.PI;

/** Distance in pixels from a point to a line segment. */
function distanceToLine(px: number, py: number, [x1, y1, x2, y2]: readonly [number, number, number, number]): number {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((px - x1) * dx + (py - y1) * dy) / length2));
  return Math.hypot(px - x1 - along * dx, py - y1 - along * dy);
}

/** Distance in pixels from a point to an arc. */
function distanceToArc(px: number, py: number, [x, y, radius, from, to]: readonly [number, number, number, number, number]): number {
  const turn = Math.atan2(px - x, y - py) / TURN;
  const within = (((turn - from) % 1) + 1) % 1;
  if (within <= to - from) return Math.abs(Math.hypot(px - x, py - y) - radius);
  const end = (at: number) => Math.hypot(px - x - radius * Math.sin(at * TURN), py - y + radius * Math.cos(at * TURN));
  return Math.min(end(from), end(to));
}

function distanceToStroke(px: number, py: number, stroke: Stroke): number {
  return 'line' in stroke ? distanceToLine(px, py, stroke.line) : distanceToArc(px, py, stroke.arc);
}

function boundsOf(stroke: Stroke): [left: number, top: number, right: number, bottom: number] {
  if ('line' in stroke) {
    const [x1, y1, x2, y2] = stroke.line;
    return [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
  }
  const [x, y, radius] = stroke.arc;
  return [x - radius, y - radius, x + radius, y + radius];
}

/** One RGB picture, 8 bits a channel. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = Buffer.alloc(width * height * 3);
  }

  /** Draws strokes that belong together as one shape, `thickness` pixels wide; overlaps do not show. */
  stroke(strokes: readonly Stroke[], thickness: number, colour: Colour, alpha = 1): void {
    const all = strokes.map(boundsOf);
    const reach = thickness / 2 + 1;
    this.#cover(
      Math.min(...all.map(([left]) => left)) - reach,
      Math.min(...all.map(([, top]) => top)) - reach,
      Math.max(...all.map(([, , right]) => right)) + reach,
      Math.max(...all.map(([, , , bottom]) => bottom)) + reach,
      (x, y) => Math.min(...strokes.map((stroke) => distanceToStroke(x, y, stroke))) - thickness / 2,
      colour,
      alpha,
    );
  }

  /** Fills a box with corners rounded by `radius` pixels. */
  box(left: number, top: number, width: number, height: number, radius: number, colour: Colour, alpha = 1): void {
    const cx = left + width / 2;
    const cy = top + height / 2;
    const distance = (x: number, y: number) => {
      const qx = Math.abs(x - cx) - width / 2 + radius;
      const qy = Math.abs(y - cy) - height / 2 + radius;
      return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
    };
    this.#cover(left - 1, top - 1, left + width + 1, top + height + 1, distance, colour, alpha);
  }

  disc(x: number, y: number, radius: number, colour: Colour, alpha = 1): void {
    this.#cover(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1, (px, py) => Math.hypot(px - x, py - y) - radius, colour, alpha);
  }

  /** Blends `colour` over each pixel by how much of it lies within distance 0. */
  #cover(left: number, top: number, right: number, bottom: number, distance: (x: number, y: number) => number, colour: Colour, alpha: number): void {
    const firstX = Math.max(0, Math.floor(left));
    const lastX = Math.min(this.width - 1, Math.ceil(right));
    const lastY = Math.min(this.height - 1, Math.ceil(bottom));
    for (let y = Math.max(0, Math.floor(top)); y <= lastY; y++) {
      for (let x = firstX; x <= lastX; x++) {
        const coverage = Math.min(1, Math.max(0, 0.5 - distance(x + 0.5, y + 0.5))) * alpha;
        if (coverage > 0) this.#blend((y * this.width + x) * 3, colour, coverage);
      }
    }
  }

  #blend(offset: number, colour: Colour, coverage: number): void {
    for (let channel = 0; channel < 3; channel++) {
      const below = this.pixels[offset + channel] ?? 0;
      this.pixels[offset + channel] = Math.round(below + ((colour[channel] ?? 0) - below) * coverage);
    }
  }
}
