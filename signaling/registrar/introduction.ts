/** What a name says about itself in the JSON body of its REGISTER, checked and bounded. */

import { z } from 'zod';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import { KINDS } from '../directory/entries.ts';
import type { Kind, StreamerInfo } from '../directory/entries.ts';
import { Refusal } from '../reply.ts';

export const INFO_CONTENT_TYPE = 'application/json';
const MAX_BODY_BYTES = 8192;
const MAX_TITLE = 200;
const MAX_DESCRIPTION = 1000;
const MAX_IMAGE = 2000;
const MAX_CODECS = 16;
const MAX_CODEC_NAME = 32;
const MAX_RENDITIONS = 8;
const MAX_RENDITION_NAME = 32;

const codecNames = z.array(z.string().min(1).max(MAX_CODEC_NAME)).max(MAX_CODECS).default([]);

const infoSchema = z.object({
  kind: z.enum(KINDS).default('streamer'),
  title: z.string().max(MAX_TITLE).default(''),
  description: z.string().max(MAX_DESCRIPTION).default(''),
  image: z.string().max(MAX_IMAGE).default(''),
  codecs: z.object({ audio: codecNames, video: codecNames }).default({ audio: [], video: [] }),
  mode: z.enum(['live', 'vod']).default('live'),
  renditions: z.array(z.string().min(1).max(MAX_RENDITION_NAME)).max(MAX_RENDITIONS).default([]),
});

/** What is known of a streamer that says nothing about itself: a telephone, a test tool. */
export const NO_INFO: StreamerInfo = { title: '', description: '', image: '', codecs: { audio: [], video: [] } };

export interface Introduction {
  readonly kind: Kind;
  readonly info: StreamerInfo;
}

/**
 * Reads the body of a REGISTER.
 * @returns undefined where it has none
 * @throws Refusal 415 for another type or encoding, 413 for too much of it, 400 for what is no such JSON
 */
export function readIntroduction(request: SipRequest): Introduction | undefined {
  if (request.body.length === 0) return undefined;
  if (request.contentType !== INFO_CONTENT_TYPE) {
    throw new Refusal(415, `a REGISTER body must be ${INFO_CONTENT_TYPE}`, { headers: [['Accept', INFO_CONTENT_TYPE]] });
  }
  const encoding = request.headers.get('Content-Encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') throw new Refusal(415, 'a REGISTER body must not be encoded', { headers: [['Accept-Encoding', 'identity']] });
  if (request.body.length > MAX_BODY_BYTES) throw new Refusal(413, `a REGISTER body has at most ${MAX_BODY_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(request.bodyText());
  } catch (cause) {
    throw new Refusal(400, 'the body is no JSON', { cause });
  }
  const result = infoSchema.safeParse(value);
  if (!result.success) throw new Refusal(400, `the body makes no sense: ${z.prettifyError(result.error)}`, { cause: result.error });
  const { kind, mode, renditions, ...info } = result.data;
  return { kind, info: { ...info, ...(mode === 'vod' ? { mode } : {}), ...(renditions.length > 0 ? { renditions } : {}) } };
}
