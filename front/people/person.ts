/** Who is online, as the daemon's `people` package tells it; checked before it goes on to pages. */
import { z } from 'zod';
import type { ListPackage } from '../directory/list-package.ts';
import { parseJson } from '../directory/parse-json.ts';
import { nameSchema } from '../viewers/name.ts';

/** Persons that are looked at, whatever the daemon says. */
const MAX_PEOPLE = 10_000;

const personSchema = z.object({ name: nameSchema, busy: z.boolean().catch(false) });

/** `busy`: in a call or in a room. */
export type Person = z.infer<typeof personSchema>;

const pageSchema = z.object({ people: z.array(z.unknown()), next: z.int().positive().optional().catch(undefined) });

export const PEOPLE_PACKAGE: ListPackage<Person> = {
  event: 'people',
  noun: 'list of people',
  maxEntries: MAX_PEOPLE,
  idOf: ({ name }) => name,
  readPage: (json) => {
    const parsed = pageSchema.safeParse(parseJson(json));
    if (!parsed.success) return undefined;
    const { people, next } = parsed.data;
    const entries = people.slice(0, MAX_PEOPLE).flatMap((entry) => personSchema.safeParse(entry).data ?? []);
    return { entries, dropped: people.length - entries.length, next };
  },
};
