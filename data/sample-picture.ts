/**
 * The sample clip's picture: a running clock in a dial on a slowly drifting gradient, a white square that flashes on each
 * full second (beside the beep, for lip-sync and delay), and the frame's number as a row of lamps that a program can read.
 */
import type { Canvas, Colour, Stroke } from './canvas.ts';
import { lettering, widthOf } from './lettering.ts';

export const PICTURE = { width: 854, height: 480, framesPerSecond: 25, seconds: 20 } as const;

/** The square that is white for {@link FLASH.frames} frames from each full second on, and dark otherwise. */
export const FLASH = { left: 730, top: 356, size: 88, frames: 2 } as const;

/** The frame's number in binary, most significant lamp first: white is 1. */
export const LAMPS = { count: 9, left: 40, top: 428, size: 16, pitch: 24 } as const;

const WHITE: Colour = [255, 255, 255];
const ACCENT: Colour = [122, 240, 222];
const SHADE: Colour = [8, 10, 30];

/** Blobs of light that circle a whole number of times in a loop, so that the end meets the beginning. */
const LIGHTS: readonly { colour: Colour; x: number; y: number; reach: number; orbit: number; turns: number; phase: number }[] = [
  { colour: [64, 52, 196], x: 0.24, y: 0.3, reach: 0.5, orbit: 0.16, turns: 1, phase: 0.1 },
  { colour: [18, 148, 158], x: 0.78, y: 0.66, reach: 0.46, orbit: 0.18, turns: -1, phase: 0.55 },
  { colour: [176, 46, 122], x: 0.66, y: 0.16, reach: 0.38, orbit: 0.2, turns: 2, phase: 0.3 },
  { colour: [226, 132, 70], x: 0.2, y: 0.88, reach: 0.3, orbit: 0.14, turns: -2, phase: 0.8 },
];
const NIGHT: Colour = [13, 16, 44];

/** An ordered pattern one level high hides the steps of a smooth gradient, and costs an encoder nothing since it stands still. */
const DITHER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((step) => step / 16);

const DIAL = { x: 427, y: 240, radius: 148 } as const;
const CLOCK = { size: 68, spacing: 0.27 } as const;
const TITLE = { left: 42, top: 34, size: 42, spacing: 0.2, thickness: 5.5 } as const;

function lightAt(x: number, y: number, loop: number): Colour {
  const colour: [number, number, number] = [...NIGHT];
  for (const light of LIGHTS) {
    const angle = 2 * Math.PI * (light.turns * loop + light.phase);
    const dx = (x - light.x - light.orbit * Math.cos(angle)) * (PICTURE.width / PICTURE.height);
    const dy = y - light.y - light.orbit * Math.sin(angle);
    const weight = Math.exp(-(dx * dx + dy * dy) / (light.reach * light.reach));
    for (let channel = 0; channel < 3; channel++) {
      colour[channel] = (colour[channel] ?? 0) + ((light.colour[channel] ?? 0) - (colour[channel] ?? 0)) * weight * 0.85;
    }
  }
  return colour;
}

/** Computes the gradient on a coarse grid and interpolates: it is smooth, and a frame has 400,000 pixels. */
function drawBackground(canvas: Canvas, loop: number): void {
  const step = 16;
  const columns = Math.ceil(canvas.width / step) + 1;
  const rows = Math.ceil(canvas.height / step) + 1;
  const grid = Array.from({ length: rows * columns }, (_, cell) =>
    lightAt(((cell % columns) * step) / canvas.width, (Math.floor(cell / columns) * step) / canvas.height, loop),
  );
  const at = (row: number, column: number, channel: number) => grid[row * columns + column]?.[channel] ?? 0;
  for (let y = 0; y < canvas.height; y++) {
    const row = Math.floor(y / step);
    const down = (y % step) / step;
    for (let x = 0; x < canvas.width; x++) {
      const column = Math.floor(x / step);
      const across = (x % step) / step;
      const dither = DITHER[(y % 4) * 4 + (x % 4)] ?? 0;
      for (let channel = 0; channel < 3; channel++) {
        const above = at(row, column, channel) * (1 - across) + at(row, column + 1, channel) * across;
        const below = at(row + 1, column, channel) * (1 - across) + at(row + 1, column + 1, channel) * across;
        canvas.pixels[(y * canvas.width + x) * 3 + channel] = Math.floor(above * (1 - down) + below * down + dither);
      }
    }
  }
}

/** A ring that fills once a second, and around it one mark for each second of the loop. */
function drawDial(canvas: Canvas, second: number, part: number): void {
  const { x, y, radius } = DIAL;
  canvas.disc(x, y, radius + 36, SHADE, 0.34);
  canvas.stroke([{ arc: [x, y, radius, 0, 0.9999] }], 5, WHITE, 0.16);
  if (part > 0) canvas.stroke([{ arc: [x, y, radius, 0, part] }], 7, ACCENT);
  canvas.disc(x + radius * Math.sin(2 * Math.PI * part), y - radius * Math.cos(2 * Math.PI * part), 10, WHITE);
  for (let mark = 0; mark < PICTURE.seconds; mark++) {
    const angle = (2 * Math.PI * mark) / PICTURE.seconds;
    const lit = mark <= second;
    canvas.disc(x + (radius + 20) * Math.sin(angle), y - (radius + 20) * Math.cos(angle), lit ? 4 : 3, lit ? ACCENT : WHITE, lit ? 1 : 0.3);
  }
}

/** Seconds and hundredths; all digits are equally wide, so that the running clock does not jitter. */
function drawClock(canvas: Canvas, second: number, frameOfSecond: number): void {
  const hundredths = (frameOfSecond * 100) / PICTURE.framesPerSecond;
  const text = `${String(second).padStart(2, '0')}.${String(hundredths).padStart(2, '0')}`;
  const left = DIAL.x - widthOf('00.00', CLOCK.size, CLOCK.spacing) / 2;
  for (const glyph of lettering(text, left, DIAL.y - CLOCK.size / 2, CLOCK.size, CLOCK.spacing)) canvas.stroke(glyph, 7, WHITE);
}

function drawTitle(canvas: Canvas): void {
  const strokes: Stroke[][] = lettering('sipcast', TITLE.left, TITLE.top, TITLE.size, TITLE.spacing);
  for (const glyph of strokes) canvas.stroke(glyph, TITLE.thickness, WHITE, 0.96);
}

/** Waves beside the title, as of a loudspeaker, that light up with the beep. */
function drawWaves(canvas: Canvas, frameOfSecond: number): void {
  const left = TITLE.left + widthOf('sipcast', TITLE.size, TITLE.spacing) + 8;
  const y = TITLE.top + TITLE.size * 0.72;
  for (let wave = 0; wave < 3; wave++) {
    const strength = Math.max(0, 1 - Math.abs(frameOfSecond - 1 - wave * 2) / 5);
    canvas.stroke([{ arc: [left, y, 10 + wave * 9, 0.16, 0.34] }], 4, ACCENT, 0.25 + 0.75 * strength);
  }
}

function drawFlash(canvas: Canvas, lit: boolean): void {
  const { left, top, size } = FLASH;
  canvas.box(left - 5, top - 5, size + 10, size + 10, 14, WHITE, 0.28);
  canvas.box(left - 2, top - 2, size + 4, size + 4, 11, SHADE);
  if (lit) canvas.box(left, top, size, size, 9, WHITE);
}

function drawLamps(canvas: Canvas, frame: number): void {
  const { count, left, top, size, pitch } = LAMPS;
  canvas.box(left - 8, top - 8, (count - 1) * pitch + size + 16, size + 16, 8, SHADE, 0.75);
  for (let lamp = 0; lamp < count; lamp++) {
    const lit = ((frame >> (count - 1 - lamp)) & 1) === 1;
    canvas.box(left + lamp * pitch, top, size, size, 4, lit ? WHITE : [58, 62, 92]);
  }
}

/** Draws frame number `frame` of the loop (from 0) onto `canvas`, which has the size of {@link PICTURE}. */
export function drawFrame(canvas: Canvas, frame: number): void {
  const { framesPerSecond, seconds } = PICTURE;
  const second = Math.floor(frame / framesPerSecond);
  const frameOfSecond = frame % framesPerSecond;
  drawBackground(canvas, frame / (framesPerSecond * seconds));
  drawDial(canvas, second, frameOfSecond / framesPerSecond);
  drawClock(canvas, second, frameOfSecond);
  drawTitle(canvas);
  drawWaves(canvas, frameOfSecond);
  drawFlash(canvas, frameOfSecond < FLASH.frames);
  drawLamps(canvas, frame);
}
