/**
 * Which size of each picture one member gets: no larger than he shows it, and all together no more than his way carries. Where that is
 * too little for all, those that he shows smallest are left out.
 */

/** A picture is stretched by a quarter rather than sent in the next size. */
const STRETCHED = 0.8;
/** What is to become larger needs this much room to spare, so that it does not go back and forth. */
const HEADROOM = 1.15;
/** What is to come back needs it too. */
const NOTHING = -1;

export interface Size {
  /** In pixels; undefined where it is not known. */
  readonly height: number | undefined;
  /** What it costs, with all headers. */
  readonly bitsPerSecond: number;
}

export interface ShownPicture {
  /** In pixels, as he shows it: 0 for not at all, Infinity where he has not said. */
  readonly height: number;
  /** Those that can be had, the smallest first. */
  readonly sizes: readonly Size[];
  /** Which of them he gets now; -1 for none. */
  readonly current: number;
}

/** The size that is good enough for the height at which it is shown; -1 for none. */
function goodEnough({ height, sizes }: ShownPicture): number {
  if (height <= 0) return NOTHING;
  const found = sizes.findIndex((size) => size.height !== undefined && size.height >= STRETCHED * height);
  return found < 0 ? sizes.length - 1 : found;
}

export interface SizeChoice {
  /** Indexes of sizes, -1 for none, one for each picture. */
  readonly chosen: readonly number[];
  /** Whether any picture would be larger if the way were wider. */
  readonly limited: boolean;
}

/** @param bitsPerSecond what there is for all pictures together */
export function chooseSizes(pictures: readonly ShownPicture[], bitsPerSecond: number): SizeChoice {
  const chosen = pictures.map(() => NOTHING);
  const wanted = pictures.map(goodEnough);
  const byHeight = pictures.map((_, index) => index).sort((one, other) => (pictures[other]?.height ?? 0) - (pictures[one]?.height ?? 0));
  let left = bitsPerSecond;
  /** Makes one picture a size larger, if that fits. */
  const enlarge = (index: number): boolean => {
    const picture = pictures[index];
    const at = chosen[index] ?? NOTHING;
    if (!picture || at >= (wanted[index] ?? NOTHING)) return false;
    const next = picture.sizes[at + 1];
    if (!next) return false;
    const more = next.bitsPerSecond - (picture.sizes[at]?.bitsPerSecond ?? 0);
    if (more * (at + 1 > picture.current ? HEADROOM : 1) > left) return false;
    left -= more;
    chosen[index] = at + 1;
    return true;
  };
  // First something of each, then more of each, a size at a time.
  for (let grown = true; grown; ) {
    grown = false;
    for (const index of byHeight) grown = enlarge(index) || grown;
  }
  return { chosen, limited: chosen.some((size, index) => size < (wanted[index] ?? NOTHING)) };
}
