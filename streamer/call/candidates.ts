/** Candidates that come after the offer (RFC 8840): INFO in the dialog of a call. */
import type { Agent, IncomingRequest } from '../../shared/sip/index.ts';

export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** For calls that take none themselves, because they are not up yet or over: wherever checks come from, they are answered there (RFC 8445 §7.3.1.3). */
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

/** More than these are no help. */
const MAX_CANDIDATES = 64;
const CANDIDATE = 'a=candidate:';

/** Values of its `a=candidate:` lines. */
export function candidatesIn(fragment: string): string[] {
  return fragment.split(/\r?\n/).filter((line) => line.startsWith(CANDIDATE)).slice(0, MAX_CANDIDATES).map((line) => line.slice(CANDIDATE.length));
}
