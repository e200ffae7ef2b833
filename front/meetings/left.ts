/** Why a member is shown out, as his page is told: a reason for programs, and a sentence for people. */
import type { ConnectionFailure } from '../../shared/diagnosis/connection-failure.ts';

export type LeftReason = 'elsewhere' | 'deleted' | 'closed-by-operator' | 'gone' | 'rooms-away';

const SENTENCES: Readonly<Record<LeftReason, string>> = {
  elsewhere: 'You have joined this room from another page.',
  deleted: 'This room was deleted.',
  'closed-by-operator': 'An operator has closed this room.',
  gone: 'Your connection to the room was lost.',
  'rooms-away': 'The room’s server is not there any more.',
};

/** @param failure where his media never came up */
export function leftMessage(room: string, reason: LeftReason, failure?: ConnectionFailure): object {
  return { type: 'left', room, reason, message: failure?.sentence ?? SENTENCES[reason], ...(failure && { error: failure.id }) };
}

/** What a BYE of the focus means by its Reason header (RFC 3326). */
export function leftByBye(reason: string | undefined): LeftReason {
  const text = /text="([^"]*)"/.exec(reason ?? '')?.[1];
  switch (text) {
    case 'joined elsewhere':
      return 'elsewhere';
    case 'deleted':
      return 'deleted';
    case 'closed by operator':
      return 'closed-by-operator';
    case 'stopping':
      return 'rooms-away';
    default:
      return 'gone';
  }
}
