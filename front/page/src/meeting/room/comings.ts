/** Who came and who went, for a word on it. */
import type { Member } from '../../connection/room.ts';

export interface Comings {
  readonly came: readonly string[];
  readonly went: readonly string[];
}

/**
 * @param before undefined for the first list, which announces nobody
 * @param self identifier of one's own
 * @returns names; someone who came back under another identifier neither came nor went
 */
export function comings(before: readonly Member[] | undefined, after: readonly Member[], self: string): Comings {
  if (!before) return { came: [], went: [] };
  const names = (list: readonly Member[]): Set<string> => new Set(list.filter(({ id }) => id !== self).map(({ name }) => name));
  const [had, has] = [names(before), names(after)];
  const renamed = new Set(before.flatMap(({ id, name }) => after.filter((member) => member.id === id && member.name !== name).flatMap((member) => [member.name, name])));
  return { came: [...has].filter((name) => !had.has(name) && !renamed.has(name)), went: [...had].filter((name) => !has.has(name) && !renamed.has(name)) };
}
