/** What the form of a room checks before anything is sent, and what it sends; front checks all of it again. */
import type { Room } from '../connection/room.ts';
import type { RoomPlan } from '../connection/rooms.ts';

export const MAX_TITLE_LENGTH = 200;
export const MAX_DESCRIPTION_LENGTH = 2_000;
/** The limits that are offered; null is none. */
export const GUEST_LIMITS: readonly (number | null)[] = [null, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50];

/** The form's fields as they stand in it. */
export interface RoomDraft {
  readonly title: string;
  readonly description: string;
  readonly visibility: Room['visibility'];
  readonly admission: Room['admission'];
  /** Whether a password is asked for. */
  readonly locked: boolean;
  /** Empty: where there is one already, it stays. */
  readonly password: string;
  readonly guestLimit: number | null;
}

export type DraftProblem = { readonly field: 'title' | 'description' | 'password'; readonly problem: 'missing' | 'too-long' };

/** @param room the one to be changed; undefined for a new one */
export function draftOf(room?: Room): RoomDraft {
  return {
    title: room?.title ?? '',
    description: room?.description ?? '',
    visibility: room?.visibility ?? 'public',
    admission: room?.admission ?? 'open',
    locked: room?.hasPassword ?? false,
    password: '',
    guestLimit: room?.guestLimit ?? null,
  };
}

export function draftProblem(draft: RoomDraft, room?: Room): DraftProblem | undefined {
  const title = draft.title.trim();
  if (title === '') return { field: 'title', problem: 'missing' };
  if (Array.from(title).length > MAX_TITLE_LENGTH) return { field: 'title', problem: 'too-long' };
  if (Array.from(draft.description.trim()).length > MAX_DESCRIPTION_LENGTH) return { field: 'description', problem: 'too-long' };
  if (draft.locked && draft.password === '' && room?.hasPassword !== true) return { field: 'password', problem: 'missing' };
  return undefined;
}

export function planOf(draft: RoomDraft, room?: Room): RoomPlan {
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    visibility: draft.visibility,
    admission: draft.admission,
    password: passwordOf(draft, room),
    guestLimit: draft.guestLimit,
  };
}

/** Null takes an old one away; undefined leaves it, or its lack, as it is. */
function passwordOf({ locked, password }: RoomDraft, room: Room | undefined): string | null | undefined {
  if (locked) return password === '' ? undefined : password;
  return room?.hasPassword === true ? null : undefined;
}

/** The limits to choose from, with the room's own where it is another one. */
export function limitsFor(present: number | null): readonly (number | null)[] {
  if (GUEST_LIMITS.includes(present)) return GUEST_LIMITS;
  return [...GUEST_LIMITS, present].sort((a, b) => (a ?? 0) - (b ?? 0));
}
