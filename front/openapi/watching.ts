/** The requests by which one watches: the interface of `{"name", "content"}`. */
import { z } from 'zod';
import { leaveSchema } from '../http/routes/leave.ts';
import { offerSchema } from '../http/routes/offer.ts';
import { optionsSchema } from '../http/routes/options.ts';
import { accountSchema, guestSchema } from '../http/routes/register.ts';
import { renameSchema } from '../http/routes/rename.ts';
import { streamerSchema } from '../http/routes/streamer.ts';
import type { Operation } from './operation.ts';

const tag = 'Watching';
const cookie = { 'Set-Cookie': '`sipcast`, which proves the name from then on' };

const accepted = z.object({ request: z.literal('accepted') });
const acceptedOrDenied = z.object({ request: z.enum(['accepted', 'denied']) });

const listedStreamer = z.object({
  name: z.string(),
  address: z.string().describe('A SIP URI'),
  title: z.string(),
  image: z.string().describe('Address of a picture; empty where there is none'),
  description: z.string(),
  viewers: z.int(),
  mode: z.literal('vod').optional().describe('Each viewer has a playback of his own'),
  renditions: z.array(z.string()).optional().describe('Names of the qualities that one can choose from'),
});

export const watching: readonly Operation[] = [
  {
    method: 'post', path: '/register', tag, summary: 'Reserve a name; whoever has signed in gets the name of his account', who: 'anybody',
    body: z.union([guestSchema, accountSchema]),
    answers: { 200: { description: 'Accepted, or denied where somebody else has the name', headers: cookie, body: z.object({ request: z.enum(['accepted', 'denied']), name: z.string().optional().describe('With a token: what one is called') }) } },
    refusals: { 401: '`sign-in-required`, `invalid-token`', 503: '`too-many-names`' },
  },
  {
    method: 'post', path: '/options', tag, summary: 'Who streams now', who: 'viewer', body: optionsSchema,
    answers: { 200: { description: 'The streamers', body: z.object({ streamers: z.array(listedStreamer) }) } },
    refusals: { 502: '`signaling-error`, `signaling-refused`', 503: '`stopping`', 504: '`signaling-silent`' },
  },
  {
    method: 'post', path: '/streamer', tag, summary: 'Choose whom to watch; a call to another streamer ends', who: 'viewer', body: streamerSchema,
    answers: { 200: { description: 'Chosen', body: accepted } },
    refusals: { 404: '`unknown-streamer`', 502: '`signaling-error`, `signaling-refused`', 504: '`signaling-silent`' },
  },
  {
    method: 'post', path: '/offer', tag, summary: 'Watch: an SDP offer (RFC 8866, RFC 3264) to the streamer that is named or was chosen, for its answer', who: 'viewer', body: offerSchema,
    answers: { 200: { description: 'The answer', body: z.object({ type: z.literal('answer'), sdp: z.string() }) } },
    refusals: {
      400: '`bad-offer`', 404: '`unknown-streamer`', 406: '`no-common-codec`', 409: '`no-streamer-chosen`, `superseded`, `left`',
      502: '`streamer-error`, `signaling-error`, `signaling-refused`', 503: '`streamer-full`, `stopping`', 504: '`streamer-silent`, `signaling-silent`',
    },
  },
  { method: 'post', path: '/leave', tag, summary: 'Stop watching', who: 'viewer', body: leaveSchema, answers: { 200: { description: 'Hung up', body: accepted } } },
  {
    method: 'post', path: '/rename', tag, summary: 'Go by another name from now on', who: 'viewer', body: renameSchema,
    answers: { 200: { description: 'Accepted, or denied where somebody else has the name', headers: cookie, body: acceptedOrDenied } },
  },
  {
    method: 'get', path: '/settings', tag, summary: 'What a page must know of this server', who: 'anybody',
    answers: {
      200: {
        description: 'Settings; STUN and TURN servers only for whoever is registered',
        body: z.object({ iceServers: z.array(z.object({ urls: z.string(), username: z.string().optional(), credential: z.string().optional() })), guests: z.boolean(), accounts: z.boolean() }),
      },
    },
  },
];
