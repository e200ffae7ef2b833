/** How many there must be of what may lose a rack. */

/** So many that what is left when a rack is away is still `needed`; two at least, in two racks, where there are two. */
export function withSpare(needed: number, racks: number): number {
  if (racks === 1) return Math.ceil(needed);
  let count = Math.max(2, Math.ceil(needed));
  while (count - Math.ceil(count / racks) < needed) count += 1;
  return count;
}
