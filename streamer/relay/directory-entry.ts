/** What the directory of a signaling daemon says of a streamer: its texts, which a relay shows as its own, and its codecs. */
import { z } from 'zod';
import type { Agent } from '../../shared/sip/index.ts';
import type { Texts } from '../call/description.ts';
import { addressOf, type Origin } from './origin.ts';

const JSON_TYPE = 'application/json';
/** Of ten thousand streamers. */
const MAX_PAGES = 500;
const LIMITS = { title: 80, description: 300, image: 200 } as const;
const MAX_CODECS = 16;

const text = (limit: number) => z.string().transform((value) => value.slice(0, limit)).optional().catch(undefined);
const codecs = z.array(z.string()).max(MAX_CODECS);
const entrySchema = z.object({
  name: z.string(),
  title: text(LIMITS.title),
  description: text(LIMITS.description),
  image: text(LIMITS.image),
  codecs: z.object({ audio: codecs, video: codecs }).optional().catch(undefined),
});
const pageSchema = z.object({ streamers: z.array(z.unknown()), next: z.int().positive().optional().catch(undefined) });

export interface DirectoryEntry extends Texts {
  /** Names; undefined where it does not say what it sends. */
  readonly codecs?: { readonly audio: readonly string[]; readonly video: readonly string[] } | undefined;
}

/** Asks page by page. @returns undefined where the daemon does not know it, or says nothing of the kind */
export async function findInDirectory(agent: Pick<Agent, 'createRequest' | 'request'>, { name, signaling }: Origin, asker: string): Promise<DirectoryEntry | undefined> {
  const daemon = addressOf(undefined, signaling);
  for (let pages = 0, offset: number | undefined = 0; offset !== undefined && pages < MAX_PAGES; pages++) {
    const request = agent.createRequest('OPTIONS', daemon, {
      from: addressOf(asker, signaling),
      headers: { Accept: JSON_TYPE },
      ...(offset === 0 ? {} : { body: JSON.stringify({ offset }), contentType: JSON_TYPE }),
    });
    const response = await agent.request(request, { nextHop: signaling });
    const page = response.status === 200 ? readPage(response.bodyText()) : undefined;
    const found = page?.streamers.map((entry) => entrySchema.safeParse(entry)).find(({ data }) => data?.name === name);
    if (found?.data) return found.data;
    offset = page?.next !== undefined && page.next > offset ? page.next : undefined;
  }
  return undefined;
}

function readPage(json: string): z.infer<typeof pageSchema> | undefined {
  try {
    return pageSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
