/** The viewer's names that a person's full name may become, where others of that name are here already. */
import { MAX_NAME_CHARACTERS } from './name.ts';

/** More people of one name than this are told that it is taken. */
const MOST = 100;

/** `Ana Núñez`, `Ana Núñez 2`, `Ana Núñez 3` …, each short enough for a viewer's name. */
export function* namesLike(fullName: string): Iterable<string> {
  for (let number = 1; number <= MOST; number++) {
    const suffix = number === 1 ? '' : ` ${number}`;
    yield `${Array.from(fullName).slice(0, MAX_NAME_CHARACTERS - suffix.length).join('').trim()}${suffix}`;
  }
}
