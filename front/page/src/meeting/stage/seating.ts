/** In which order people stand on the stage: as they came, and nobody moves without a reason. */

export interface Seated {
  readonly id: string;
  readonly self: boolean;
}

/**
 * The order for the next moment.
 * @param before identifiers in the order of the last moment
 * @param present everybody, oneself included
 * @param shown so many find a place
 * @param speaking moves to the front where they would not be seen otherwise; whoever is seen stays where they are
 */
export function seat(before: readonly string[], present: readonly Seated[], shown: number, speaking: string | undefined): string[] {
  const self = present.find((each) => each.self)?.id;
  const others = new Set(present.filter((each) => !each.self).map(({ id }) => id));
  const stayed = before.filter((id) => others.has(id));
  const order = [...stayed, ...[...others].filter((id) => !stayed.includes(id))];
  // Oneself always has a place: the last one, or the last that is seen.
  const places = self === undefined ? shown : shown - 1;
  const position = speaking === undefined ? -1 : order.indexOf(speaking);
  if (position >= Math.max(1, places)) {
    order.splice(position, 1);
    order.unshift(speaking ?? '');
  }
  if (self !== undefined) order.splice(Math.max(0, Math.min(order.length, places)), 0, self);
  return order;
}
