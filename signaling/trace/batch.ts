/** Batches of messages as a NOTIFY carries them: JSON, compressed (RFC 1950), as many messages as fit one datagram. */
import { deflateSync } from 'node:zlib';
import type { Party } from './parties.ts';
import type { TracedMessage, Unread } from './trace-log.ts';

/** What a NOTIFY may have without knowing the path's MTU (RFC 3261 §18.1.1), without its start line and headers, generously. */
const MAX_BATCH_BYTES = 1300 - 460;
/** JSON of a batch that is not tried at once, in characters: it shrinks to a third or less. */
const MAX_JSON_CHARACTERS = 8 * MAX_BATCH_BYTES;

export interface Batch {
  readonly body: Buffer;
  /** Messages in it. */
  readonly count: number;
}

export interface BatchOptions {
  readonly compressed: boolean;
  readonly partyAt: (address: string) => Party | undefined;
}

/** @returns the first messages of `unread`, none where there are none; a single one that does not fit goes all the same */
export function formatBatch({ from, messages, dropped }: Unread, { compressed, partyAt }: BatchOptions): Batch {
  let count = 0;
  for (let characters = 0; count < messages.length; count++) {
    characters += messages[count]?.raw.length ?? 0;
    if (characters > MAX_JSON_CHARACTERS && count > 0) break;
  }
  for (;;) {
    const body = encode({ from, messages: messages.slice(0, count), dropped }, compressed, partyAt);
    if (body.length <= MAX_BATCH_BYTES || count <= 1) return { body, count };
    count = Math.max(1, Math.min(count - 1, Math.floor((count * MAX_BATCH_BYTES) / body.length)));
  }
}

function encode({ from, messages, dropped }: Unread, compressed: boolean, partyAt: BatchOptions['partyAt']): Buffer {
  const parties: Record<string, Party> = {};
  for (const { source, target } of messages) {
    for (const address of [source, target]) {
      const party = partyAt(address);
      if (party) parties[address] = party;
    }
  }
  const json = Buffer.from(JSON.stringify({ from, dropped, ...(Object.keys(parties).length > 0 && { parties }), messages: messages.map(shown) }));
  return compressed ? deflateSync(json) : json;
}

function shown({ at, source, target, lost, bytes, raw }: TracedMessage): object {
  return { at, source, target, ...(lost && { lost }), ...(bytes !== undefined && { bytes }), raw };
}
