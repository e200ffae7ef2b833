/** POST /leave: the viewer stops watching, perhaps because no media came; also sent as a beacon by a page that closes. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { CONNECTION_FAILURES, type ConnectionFailureId } from '../../../shared/diagnosis/connection-failure.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

export const leaveSchema = envelope(z.object({ failure: z.enum(CONNECTION_FAILURES, 'must be one that this service knows').optional() }, 'must be an object'));

/** What a browser finds is told in words of our own: they go into a header of SIP and into logs. */
const SENTENCES: Readonly<Record<ConnectionFailureId, string>> = {
  'no-common-address': 'the browser of the viewer found no address in the answer that it reaches.',
  'no-udp': 'the browser of the viewer gave up: none of its checks was answered.',
  'no-answer-to-checks': 'the browser of the viewer gave up: it was checked, but its own checks were not answered.',
  'dtls-failed': 'the browser of the viewer gave up: a way was found, but no keys were agreed.',
  'no-media': 'the browser of the viewer gave up: the connection came up, but no media came.',
};

export function leaveRoute({ viewers, signer, watches }: ApiContext): RequestHandler {
  return (request, response) => {
    const { name, content: { failure } } = readBody(request, leaveSchema);
    const viewer = viewers.authenticate(name, signer.read(request.headers.cookie));
    // BYE may take its retransmissions; the viewer need not wait for them.
    void watches.stop(viewer, failure && { id: failure, sentence: SENTENCES[failure] });
    response.json({ request: 'accepted' });
  };
}
