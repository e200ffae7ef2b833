/** Batches of messages that the daemon's NOTIFYs carry (`Event: trace`), checked before they go on to pages. */
import { z } from 'zod';
import { parseJson } from '../directory/parse-json.ts';

/** Of one batch; the daemon keeps no more. */
const MAX_MESSAGES = 1000;
const MAX_RAW_CHARACTERS = 20_000;
const MAX_ADDRESS_CHARACTERS = 60;
const MAX_NAME_CHARACTERS = 200;

const address = z.string().max(MAX_ADDRESS_CHARACTERS).regex(/^(?:[\d.]+|\[[\da-f:.]+\]):\d+$/i);

const message = z.object({
  /** Milliseconds since 1970, with fractions. */
  at: z.number(),
  source: address,
  target: address,
  lost: z.literal(true).optional(),
  /** Bytes of the datagram, where `raw` is only its beginning. */
  bytes: z.int().positive().optional(),
  raw: z.string().max(MAX_RAW_CHARACTERS),
});

const party = z.object({ name: z.string().max(MAX_NAME_CHARACTERS), kind: z.enum(['signaling', 'front', 'streamer', 'focus', 'ingest']) });

const batch = z.object({
  /** Number of the first message. */
  from: z.int().min(0),
  /** Messages before it that were only counted. */
  dropped: z.int().min(0),
  messages: z.array(message).max(MAX_MESSAGES),
  /** Who is at an address, told once. */
  parties: z.record(address, party).default({}),
});

export type TracedMessage = z.infer<typeof message>;
export type Party = z.infer<typeof party>;
export type TraceBatch = z.infer<typeof batch>;

/** @returns undefined for what is no batch */
export function readBatch(json: string): TraceBatch | undefined {
  return batch.safeParse(parseJson(json)).data;
}
