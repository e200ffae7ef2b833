/** What players (WHEP, draft-ietf-wish-whep-03) and encoders (WHIP, RFC 9725) say, which bring no JSON. */
import { z } from 'zod';
import { FRAGMENT_TYPE, SDP_TYPE } from '../../shared/whip/index.ts';
import type { Answer, Operation, Who } from './operation.ts';

const titleQuery = z.object({ title: z.string().describe('What others see, of at most 80 characters; the name unless given') });

const nothing: Answer = { description: 'Nothing, as RFC 9725 §4 asks' };
const begun: Answer = {
  description: 'The answer (RFC 3264), with all candidates',
  body: { type: SDP_TYPE },
  headers: { 'Location': 'The session; whoever has it holds the session', 'ETag': 'Of its ICE session, for If-Match', 'Link': 'STUN and TURN servers, `rel="ice-server"`', 'Accept-Patch': `\`${FRAGMENT_TYPE}\`` },
};

const UNKNOWN_SESSION = { 404: '`unknown-session`' };
const NO_PLACE = { 429: '`too-many-sessions` of one address, with Retry-After' };

interface Endpoint {
  readonly tag: string;
  /** With the name of what is watched or published. */
  readonly path: string;
  /** What a session is begun for. */
  readonly purpose: string;
  readonly who: Who;
  readonly query?: z.ZodObject;
  readonly refusals: Readonly<Record<number, string>>;
}

/** All that can be asked of one endpoint and of its sessions, by pages of any site. */
function endpoint({ tag, path, purpose, who, query, refusals }: Endpoint): Operation[] {
  const session = `${path}/:id`;
  const common = { tag, who: 'anybody', anyOrigin: true } as const;
  return [
    { ...common, method: 'post', path, summary: `${purpose}: an SDP offer for the answer`, who, ...(query && { query }), body: { type: SDP_TYPE }, answers: { 201: begun }, refusals: { ...NO_PLACE, ...refusals } },
    { ...common, method: 'get', path, summary: 'Nothing', answers: { 204: nothing } },
    { ...common, method: 'options', path, summary: 'What can be asked here', answers: { 204: { description: 'It is in the headers', headers: { 'Allow': 'Methods', 'Accept-Post': `\`${SDP_TYPE}\`` } } } },
    {
      ...common, method: 'patch', path: session, summary: 'Further candidates, or ICE anew (RFC 8840)', headers: { 'If-Match': 'The ETag; `*` to restart ICE' }, body: { type: FRAGMENT_TYPE },
      answers: { 200: { description: 'ICE begins anew: the other side’s credentials and candidates', body: { type: FRAGMENT_TYPE }, headers: { ETag: 'Of the new ICE session' } }, 204: { description: 'The candidates are taken' } },
      refusals: { ...UNKNOWN_SESSION, 400: '`bad-fragment`', 412: '`precondition-failed`: of another ICE session', 422: '`not-supported`: the other side does not restart ICE', 428: '`precondition-required`: without If-Match', 503: '`restart-pending`, with Retry-After' },
    },
    { ...common, method: 'delete', path: session, summary: 'End a session', answers: { 200: { description: 'Ended' } }, refusals: UNKNOWN_SESSION },
    { ...common, method: 'get', path: session, summary: 'Whether a session goes on', answers: { 204: { description: 'It does' } }, refusals: UNKNOWN_SESSION },
    { ...common, method: 'options', path: session, summary: 'What can be asked of a session, whether there is one or not', answers: { 204: { description: 'It is in the headers', headers: { 'Allow': 'Methods', 'Accept-Patch': `\`${FRAGMENT_TYPE}\`` } } } },
  ];
}

export const whip: readonly Operation[] = [
  ...endpoint({
    tag: 'WHEP', path: '/whep/:streamer', purpose: 'Watch', who: 'player',
    refusals: {
      400: '`bad-offer`', 404: '`unknown-streamer`', 406: '`no-common-codec`', 502: '`streamer-error`, `signaling-error`, `signaling-refused`',
      503: '`streamer-full`, `full`, `signaling-silent`, `stopping`, with Retry-After', 504: '`streamer-silent`',
    },
  }),
  ...endpoint({
    tag: 'WHIP', path: '/whip/:name', purpose: 'Publish under a name', who: 'encoder', query: titleQuery,
    refusals: {
      400: '`bad-offer`, `malformed-request`', 406: '`no-common-codec`', 409: '`name-taken`, with Retry-After', 502: '`signaling-error`, `signaling-refused`',
      503: '`no-ingest`, `full`, `signaling-silent`, `stopping`, with Retry-After',
    },
  }),
];
