/** Somebody who is online, as front tells of him. */
import { isRecord, listOf, textOf } from './fields.ts';

export interface Person {
  /** Unique among all who are online; by it one calls. */
  readonly name: string;
  /** In a call or a room. */
  readonly busy: boolean;
}

const MAX_PEOPLE = 2_000;
/** Names are of 64 characters at most, each of which may be several code units long. */
export const MAX_NAME_UNITS = 512;

/** @returns undefined when `value` is no list; entries without a name and repeated names are left out */
export function parsePeople(value: unknown): Person[] | undefined {
  const people = listOf(value, MAX_PEOPLE, parsePerson);
  return people && [...new Map(people.map((person) => [person.name, person])).values()];
}

function parsePerson(value: unknown): Person | undefined {
  if (!isRecord(value)) return undefined;
  const name = textOf(value['name'], MAX_NAME_UNITS);
  return name === undefined ? undefined : { name, busy: value['busy'] === true };
}
