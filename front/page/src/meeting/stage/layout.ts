/** Where everybody is placed on the stage: pure geometry in CSS pixels. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arrangement {
  /** Of each shared screen. */
  readonly screens: readonly Box[];
  /** Of each person that finds a place, in order. */
  readonly people: readonly Box[];
  /** The last of `people` lies over the others, as one's own picture does between two. */
  readonly floating: boolean;
  /** So many find no place; a box for the word on it is in `rest`. */
  readonly hidden: number;
  readonly rest: Box | undefined;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly people: number;
  readonly screens: number;
}

export const GAP = 10;
/** Pictures are cut to anything between upright and wide, since faces are in the middle; upright only where the stage is. */
const NARROWEST = { upright: 0.45, wide: 1.2 };
const WIDEST = 16 / 9;
/** Nobody is recognised in less. */
const LEAST = { width: 128, height: 92 };
const MOST_TILES = 25;
/** From this width on, faces stand beside a shared screen; below, under it. */
const BESIDE_FROM = 720;
const FEW_ROWS = 2;

export function arrange({ width, height, people, screens }: Scene): Arrangement {
  if (width <= 0 || height <= 0) return { screens: [], people: [], floating: false, hidden: people, rest: undefined };
  if (screens > 0) return withScreens({ width, height, people, screens });
  if (people === 2) return betweenTwo(width, height);
  const all: Box = { x: 0, y: 0, width, height };
  return { screens: [], floating: false, ...crowd(all, people) };
}

/** The other fills the stage, oneself is a small picture in its corner. */
function betweenTwo(width: number, height: number): Arrangement {
  const upright = width < height;
  const own = upright ? { width: Math.min(112, width * 0.3), height: Math.min(150, width * 0.4) } : ofAspect(Math.min(248, Math.max(140, width * 0.2)), WIDEST);
  const margin = upright ? 12 : 16;
  const floating = { x: width - own.width - margin, y: height - own.height - margin, ...own };
  return { screens: [], people: [{ x: 0, y: 0, width, height }, floating], floating: true, hidden: 0, rest: undefined };
}

function withScreens({ width, height, people, screens }: Scene): Arrangement {
  const beside = width >= BESIDE_FROM && width > height;
  const strip = beside ? Math.min(280, Math.max(168, width * 0.2)) : 0;
  const main: Box = beside
    ? { x: 0, y: 0, width: width - strip - GAP, height }
    : { x: 0, y: 0, width, height: Math.min(height * 0.62, Math.max(height * 0.4, (width * 9) / 16)) };
  const faces: Box = beside ? { x: width - strip, y: 0, width: strip, height } : { x: 0, y: main.height + GAP, width, height: height - main.height - GAP };
  return { screens: grid(main, screens, { narrowest: 0, widest: Infinity }), floating: false, ...(beside ? column(faces, people) : crowd(faces, people, FEW_ROWS)) };
}

/** One below the other, as wide as the column, none stretched; centred where there is room left. */
function column(area: Box, people: number): Pick<Arrangement, 'people' | 'hidden' | 'rest'> {
  const tile = ofAspect(area.width, WIDEST);
  const room = Math.max(1, Math.floor((area.height + GAP) / (tile.height + GAP)));
  const shown = Math.min(room, people);
  const used = shown * (tile.height + GAP) - GAP;
  const top = area.y + Math.max(0, (area.height - used) / 2);
  const boxes = Array.from({ length: shown }, (_, index) => ({ x: area.x, y: top + index * (tile.height + GAP), ...tile }));
  return withRest(boxes, people);
}

function crowd(area: Box, people: number, rows = Infinity): Pick<Arrangement, 'people' | 'hidden' | 'rest'> {
  const columns = Math.max(1, Math.floor((area.width + GAP) / (LEAST.width + GAP)));
  const room = columns * Math.min(rows, Math.max(1, Math.floor((area.height + GAP) / (LEAST.height + GAP))));
  return withRest(grid(area, Math.min(people, room, MOST_TILES)), people);
}

/** Where not everybody finds a place, the last box says how many more there are. */
function withRest(boxes: readonly Box[], people: number): Pick<Arrangement, 'people' | 'hidden' | 'rest'> {
  if (boxes.length >= people) return { people: boxes, hidden: 0, rest: undefined };
  return { people: boxes.slice(0, -1), hidden: people - boxes.length + 1, rest: boxes.at(-1) };
}

interface Aspects {
  readonly narrowest: number;
  readonly widest: number;
}

function usualAspects({ width, height }: Box): Aspects {
  return { narrowest: width < height ? NARROWEST.upright : NARROWEST.wide, widest: WIDEST };
}

/** Rows of equal tiles, as large as they can be; a last row that is not full is centred. */
function grid(area: Box, count: number, { narrowest, widest }: Aspects = usualAspects(area)): Box[] {
  if (count <= 0) return [];
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cell = { width: (area.width - GAP * (columns - 1)) / columns, height: (area.height - GAP * (rows - 1)) / rows };
    if (cell.width <= 0 || cell.height <= 0) continue;
    const width = Math.min(cell.width, cell.height * widest);
    const height = Math.min(cell.height, narrowest > 0 ? cell.width / narrowest : Infinity);
    if (width * height > best.width * best.height) best = { columns, width, height };
  }
  const { columns, width, height } = best;
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - rows * (height + GAP) + GAP) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = area.x + (area.width - inRow * (width + GAP) + GAP) / 2;
    return { x: left + (index % columns) * (width + GAP), y: top + row * (height + GAP), width, height };
  });
}

function ofAspect(width: number, aspect: number): { width: number; height: number } {
  return { width, height: width / aspect };
}

/**
 * @param order everybody, as they are seated
 * @param screens whose screens are shown
 * @param ratio device pixels to one of CSS
 * @returns device pixels by identifier; 0 for whoever is not seen. One who shows a screen counts as high as that, which the height also stands for
 */
export function heightsShown(order: readonly string[], screens: readonly string[], layout: Pick<Arrangement, 'people' | 'screens'>, ratio: number): ReadonlyMap<string, number> {
  const pixels = (box: Box | undefined): number => Math.round((box?.height ?? 0) * ratio);
  const heights = new Map(order.map((id, index) => [id, pixels(layout.people[index])]));
  for (const [index, id] of screens.entries()) heights.set(id, Math.max(heights.get(id) ?? 0, pixels(layout.screens[index])));
  return heights;
}
