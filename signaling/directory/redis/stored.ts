/** What stands in the engine, checked: anybody with its password can write there. Fields that are not known here are kept. */

import { z } from 'zod';
import { KINDS, SESSION_STATES } from '../entries.ts';

const address = z.object({ host: z.string(), port: z.number().int().min(0).max(65_535) });
const order = z.number();

const info = z.looseObject({
  title: z.string(),
  description: z.string(),
  image: z.string(),
  codecs: z.object({ audio: z.array(z.string()), video: z.array(z.string()) }),
  mode: z.literal('vod').optional(),
  renditions: z.array(z.string()).optional(),
});

export const storedHead = z.looseObject({ order, kind: z.enum(KINDS), info, identity: z.string().optional(), forgotten: z.boolean() });

export const storedBinding = z.looseObject({
  order,
  contact: z.string(),
  address,
  source: address,
  callId: z.string(),
  cseq: z.number(),
  q: z.number(),
  expiresAt: z.number(),
  via: z.string(),
  from: z.string(),
  to: z.string(),
  instance: z.string().optional(),
  load: z.number().optional(),
  capacity: z.number().optional(),
});

export const storedSession = z.looseObject({
  order,
  callId: z.string(),
  fromTag: z.string(),
  viewer: z.string(),
  streamer: z.string(),
  kind: z.enum(KINDS),
  room: z.string().optional(),
  front: address,
  streamerAddress: address.optional(),
  offer: z.string(),
  answer: z.string(),
  state: z.enum(SESSION_STATES),
  changedAt: z.number(),
  intervalSeconds: z.number().optional(),
});

export const storedSubscription = z.looseObject({
  order,
  callId: z.string(),
  event: z.string(),
  remoteTarget: z.string(),
  routeSet: z.array(z.string()),
  localAddress: z.string(),
  remoteAddress: z.string(),
  localTag: z.string(),
  remoteTag: z.string(),
  localSequence: z.number(),
  remoteSequence: z.number().optional(),
  expiresAt: z.number(),
});
