/** Who is inside which room, as the daemon's `rooms` package tells it. */
import { z } from 'zod';
import type { ListPackage } from '../directory/list-package.ts';
import { parseJson } from '../directory/parse-json.ts';
import { nameSchema } from '../viewers/name.ts';
import { roomIdSchema } from './room-id.ts';

const MAX_ROOMS = 2_000;
const MAX_MEMBERS = 500;

const names = z.array(z.unknown()).transform((members) => members.slice(0, MAX_MEMBERS).flatMap((name) => nameSchema.safeParse(name).data ?? []));

const roomSchema = z.object({ id: roomIdSchema, members: names });

/** A room with somebody inside. */
export type OccupiedRoom = z.infer<typeof roomSchema>;

const pageSchema = z.object({ rooms: z.array(z.unknown()), next: z.int().positive().optional().catch(undefined) });

export const ROOMS_PACKAGE: ListPackage<OccupiedRoom> = {
  event: 'rooms',
  noun: 'list of rooms',
  maxEntries: MAX_ROOMS,
  idOf: ({ id }) => id,
  readPage: (json) => {
    const parsed = pageSchema.safeParse(parseJson(json));
    if (!parsed.success) return undefined;
    const { rooms, next } = parsed.data;
    const entries = rooms.slice(0, MAX_ROOMS).flatMap((entry) => roomSchema.safeParse(entry).data ?? []);
    return { entries, dropped: rooms.length - entries.length, next };
  },
};
