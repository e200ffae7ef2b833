/** Cutting a frame into pieces of one size: the sending path passes those to the kernel in one call. */

/**
 * As few pieces as `maxBytes` allows, of one size except the last, which is as large or a few bytes smaller.
 * @param maxBytes of a piece, at least 1
 */
export function evenPieces(data: Uint8Array, maxBytes: number): Uint8Array[] {
  const count = Math.ceil(data.length / maxBytes);
  const size = Math.ceil(data.length / count);
  return Array.from({ length: count }, (_, piece) => data.subarray(piece * size, (piece + 1) * size));
}
