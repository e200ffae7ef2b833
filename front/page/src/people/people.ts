/** Who is online besides oneself: in order, to be searched, and who has come and gone. */
import type { Person } from '../connection/person.ts';
import { wordMatcher } from '../strings/matching.ts';

const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** By name alone: somebody who becomes busy must not move away under the finger that is about to call. */
export function sortPeople(people: readonly Person[]): Person[] {
  return [...people].sort((a, b) => byName.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

/** @returns the people in whose names every word of `query` occurs, in their own order */
export function searchPeople(people: readonly Person[], query: string): readonly Person[] {
  const matches = wordMatcher(query);
  return matches ? people.filter(({ name }) => matches(name)) : people;
}
