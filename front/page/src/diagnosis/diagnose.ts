/** Why no media comes, by what the browser tried, what the streamer answered, and what it said when it hung up. */
import { classOfAddress } from '../../../../shared/diagnosis/address-class.ts';
import { isConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import type { Failure } from '../connection/failure.ts';
import { diagnosisWords as words } from '../strings/diagnosis-words.ts';
import type { PathFacts } from './path-facts.ts';

export interface Surroundings {
  /** Host of the page's address. */
  readonly pageHost: string;
  /** Whether the operator has set a TURN server. */
  readonly hasRelay: boolean;
}

/** As far as the connection came. */
export type FailedStage = 'ice' | 'dtls' | 'picture';

/** @param presumed what is said unless more can be found out; it may come from the streamer, which saw the other side of it */
export function diagnosePath(stage: FailedStage, presumed: Failure, facts: PathFacts, around: Surroundings): Failure {
  if (stage === 'picture') return presumed;
  const heard = isConnectionFailureId(presumed.id) ? presumed : undefined;
  if (stage === 'dtls') return heard ?? { id: 'dtls-failed', detail: words.noKeys };
  const own = failedPath(facts, around);
  if (own.id === 'no-common-address' || !heard) return own;
  return heard.id === own.id ? own : heard;
}

function failedPath({ answered, ownTypes, checksReceived, checksAnswered }: PathFacts, { pageHost, hasRelay }: Surroundings): Failure {
  const hosts = [...new Set(answered.map(({ host }) => host))];
  const shown = hosts.join(', ');
  const isLocalPage = pageHost === 'localhost' || pageHost === '[::1]' || classOfAddress(pageHost) === 'loopback';
  if (hosts.length === 0) return { id: 'no-common-address', detail: words.noAddress };
  if (hosts.every((host) => classOfAddress(host) === 'loopback')) {
    return { id: 'no-common-address', detail: isLocalPage ? words.loopbackHere(shown) : words.loopbackElsewhere(shown) };
  }
  if (ownTypes.length === 0) return { id: 'no-common-address', detail: words.noOwnAddress };
  const arePrivate = hosts.every((host) => classOfAddress(host) === 'private');
  if (arePrivate && classOfAddress(pageHost) === 'public') return { id: 'no-common-address', detail: words.privateOnly(shown) };
  if (checksAnswered === 0 && checksReceived > 0) return { id: 'no-answer-to-checks', detail: words.oneWay(shown) };
  return { id: 'no-udp', detail: [words.noUdp(shown), ...(arePrivate ? [words.ownNetworkOnly(hosts.length)] : []), relayWords(ownTypes, hasRelay)].join(' ') };
}

function relayWords(ownTypes: readonly string[], hasRelay: boolean): string {
  if (!hasRelay) return words.relayMissing;
  return ownTypes.includes('relay') ? words.relayInVain : words.relaySilent;
}
