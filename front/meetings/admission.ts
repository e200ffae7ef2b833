/** Who may enter a room, and what everybody may know of it: what the rooms that are kept in front's store say. */
import { ApiError } from '../api-error.ts';
import type { Viewer } from '../viewers/viewer.ts';

export interface AdmissionRequest {
  readonly id: string;
  /** Admits to an invite-only room. */
  readonly key: string | undefined;
  readonly password: string | undefined;
  readonly viewer: Viewer;
}

export interface Admitted {
  readonly title?: string | undefined;
  /** How many may be inside at a time. */
  readonly maximum?: number | undefined;
  /** The room as GET /rooms/<id>/ shows it to this viewer; nothing for a room that is in no list. */
  readonly room?: object | undefined;
}

export interface RoomAdmission {
  /** @throws ApiError 404 `unknown-room`, 403 `invite-only`, 403 `wrong-password`, 429 `too-many-requests` */
  admit(request: AdmissionRequest): Promise<Admitted>;
  /** Those of the rooms of which everybody may know that they exist. */
  known(ids: readonly string[]): Promise<readonly string[]>;
}

const ADHOC_PREFIX = 'adhoc-';
/** 22 characters of base64url: 128 bits that nobody guesses. */
const ADHOC_ID = /^adhoc-[\w-]{22}$/;

/** Rooms that are in no store: whoever knows the id may enter, and nobody is told of it. */
export function isAdhoc(id: string): boolean {
  return ADHOC_ID.test(id);
}

/** @param secret 22 random characters of base64url */
export function adhocId(secret: string): string {
  return ADHOC_PREFIX + secret;
}

export const adhocAdmission: RoomAdmission = {
  admit({ id }) {
    return isAdhoc(id) ? Promise.resolve({}) : Promise.reject(new ApiError(404, 'unknown-room', 'There is no such room.'));
  },
  known: () => Promise.resolve([]),
};
