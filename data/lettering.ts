/**
 * Digits and the letters of the product's name as strokes in a cell one unit high, so that the clip needs no font file.
 * x grows to the right, y downwards; 0 is the top of the cell, 1 the baseline; small letters stand between 0.4 and 1.
 */
import type { Stroke } from './canvas.ts';

interface Glyph {
  readonly width: number;
  readonly strokes: readonly Stroke[];
}

const line = (x1: number, y1: number, x2: number, y2: number): Stroke => ({ line: [x1, y1, x2, y2] });
const arc = (x: number, y: number, radius: number, from: number, to: number): Stroke => ({ arc: [x, y, radius, from, to] });

const digit = (...strokes: readonly Stroke[]): Glyph => ({ width: 0.56, strokes });
const letter = (width: number, ...strokes: readonly Stroke[]): Glyph => ({ width, strokes });

const GLYPHS: Readonly<Record<string, Glyph>> = {
  '0': digit(arc(0.28, 0.28, 0.28, -0.25, 0.25), line(0.56, 0.28, 0.56, 0.72), arc(0.28, 0.72, 0.28, 0.25, 0.75), line(0, 0.28, 0, 0.72)),
  '1': digit(line(0.1, 0.18, 0.32, 0), line(0.32, 0, 0.32, 1)),
  '2': digit(arc(0.28, 0.28, 0.28, -0.27, 0.33), line(0.522, 0.42, 0, 1), line(0, 1, 0.56, 1)),
  '3': digit(arc(0.28, 0.25, 0.25, -0.3, 0.5), arc(0.28, 0.74, 0.26, 0, 0.81)),
  '4': digit(line(0.42, 0, 0, 0.68), line(0, 0.68, 0.56, 0.68), line(0.42, 0, 0.42, 1)),
  '5': digit(line(0.5, 0, 0.08, 0), line(0.08, 0, 0.05, 0.45), arc(0.26, 0.69, 0.305, -0.13, 0.66)),
  '6': digit(arc(0.28, 0.69, 0.28, 0, 1), line(0.03, 0.56, 0.38, 0)),
  '7': digit(line(0, 0, 0.56, 0), line(0.56, 0, 0.18, 1)),
  '8': digit(arc(0.28, 0.25, 0.235, 0, 1), arc(0.28, 0.745, 0.265, 0, 1)),
  '9': digit(arc(0.28, 0.31, 0.28, 0, 1), line(0.53, 0.44, 0.18, 1)),
  '.': letter(0.02, line(0.01, 0.985, 0.011, 0.985)),
  s: letter(0.36, arc(0.18, 0.55, 0.15, 0.5, 1.19), arc(0.18, 0.85, 0.15, 0, 0.69)),
  i: letter(0.02, line(0.01, 0.4, 0.01, 1), line(0.01, 0.16, 0.011, 0.16)),
  p: letter(0.6, arc(0.32, 0.7, 0.3, 0, 1), line(0.02, 0.4, 0.02, 1.32)),
  c: letter(0.5, arc(0.3, 0.7, 0.3, 0.375, 1.125)),
  a: letter(0.6, arc(0.3, 0.7, 0.3, 0, 1), line(0.6, 0.4, 0.6, 1)),
  t: letter(0.34, line(0.14, 0.1, 0.14, 0.82), line(0, 0.4, 0.32, 0.4), arc(0.32, 0.82, 0.18, 0.5, 0.75)),
};

function placed(stroke: Stroke, left: number, top: number, size: number): Stroke {
  if ('line' in stroke) {
    const [x1, y1, x2, y2] = stroke.line;
    return line(left + x1 * size, top + y1 * size, left + x2 * size, top + y2 * size);
  }
  const [x, y, radius, from, to] = stroke.arc;
  return arc(left + x * size, top + y * size, radius * size, from, to);
}

/**
 * The strokes of a text, glyph by glyph.
 * @param size height of the cell in pixels; `spacing` between glyphs in units of it.
 */
export function lettering(text: string, left: number, top: number, size: number, spacing: number): Stroke[][] {
  const glyphs: Stroke[][] = [];
  let x = left;
  for (const character of text) {
    const glyph = GLYPHS[character];
    if (!glyph) throw new Error(`No strokes are drawn for the character ${JSON.stringify(character)}`);
    glyphs.push(glyph.strokes.map((stroke) => placed(stroke, x, top, size)));
    x += (glyph.width + spacing) * size;
  }
  return glyphs;
}

/** Width in pixels that {@link lettering} takes. */
export function widthOf(text: string, size: number, spacing: number): number {
  return Array.from(text).reduce((sum, character) => sum + ((GLYPHS[character]?.width ?? 0) + spacing) * size, -spacing * size);
}
