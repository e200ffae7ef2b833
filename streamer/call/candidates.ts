/** Candidates that come after the offer (RFC 8840): INFO in the dialog of a call. */
import type { Agent, IncomingRequest } from '../../shared/sip/index.ts';

export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** A viewer's are not needed: wherever his checks come from, they are answered there (RFC 8445 §7.3.1.3). */
export function takeCandidates(agent: Pick<Agent, 'handle'>): void {
  agent.handle('INFO', (incoming) => {
    if (incoming.dialogless) incoming.reply(481);
    else if (isFragment(incoming)) incoming.reply(200);
  });
}

/** Otherwise it is refused. */
export function isFragment(incoming: IncomingRequest): boolean {
  const fits = incoming.request.contentType === FRAGMENT_TYPE;
  if (!fits) incoming.reply(415, { headers: { Accept: FRAGMENT_TYPE } });
  return fits;
}
