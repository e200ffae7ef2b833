/** The services that run: whether they answer, whether viewers can watch, and whether all are of one version. */
import { formatHostPort } from '../sip/index.ts';
import type { Address } from '../sip/index.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import type { HttpAnswer } from './http-ping.ts';
import type { SipAnswer } from './sip-ping.ts';

/** As all of ours call themselves. */
const OURS = /^sipcast[\w-]*\//;

/** Without the secret. */
const DENIED = [401, 403, 407];

/** What was heard of a streamer in signaling's list, through signaling. */
export interface StreamerAnswer {
  readonly name: string;
  readonly answer: SipAnswer | undefined;
}

/** @param remote whether it is on another machine, so that it ought to run already */
export function checkSignaling(address: Address, answer: SipAnswer | undefined, remote: boolean): Finding {
  const place = formatHostPort(address.host, address.port);
  if (answer === undefined) return remote ? failure('signaling', `no SIP server answers at ${place}`, 'start signaling there, with --host, and let UDP through') : ok('signaling', `no signaling runs at ${place}`);
  const { software, milliseconds, status } = answer;
  if (!isOurs(software)) return warning('signaling', `${software ?? 'another SIP server'} answers at ${place} (${status}), which is no signaling of sipcast`, 'choose another port');
  return ok('signaling', `${software} answers at ${place} in ${milliseconds.toFixed(1)} ms`);
}

export function checkFront({ host, port }: Address, answer: HttpAnswer | undefined, remote: boolean): Finding {
  const place = formatHostPort(host, port);
  if (answer === undefined) return remote ? failure('front', `no web server answers at ${place}`, 'start front there, with --host, and let TCP through') : ok('front', `no front runs at ${place}`);
  const { software, state, status, signaling } = answer;
  if (!isOurs(software)) return warning('front', `a web server answers at ${place} which is no front of sipcast`, 'choose another port');
  if (state === 'ready') return ok('front', `${software} is ready at ${place}`);
  if (signaling === 'up') return warning('front', `${software} at ${place} lets nobody new in, for it was asked to stop`, 'start it again when the last viewer has gone');
  return failure('front', `${software} at ${place} is not ready (${status})`, 'start signaling, and front with its address and the same secret');
}

export function checkStreamers(streamers: readonly StreamerAnswer[]): Finding {
  if (streamers.some(({ answer }) => DENIED.includes(answer?.status ?? 0))) return ok('streamers', `${streamers.length} registered; signaling relays to them for those alone who know its secret`);
  const silent = streamers.filter(({ answer }) => answer?.status !== 200).map(({ name }) => JSON.stringify(name));
  if (silent.length > 0) return warning('streamers', `no answer from ${silent.join(', ')}`, 'start them again, or wait until their registration expires');
  return ok('streamers', streamers.length === 0 ? 'no streamer is registered' : `${streamers.length} of the registered streamers answer${streamers.length === 1 ? 's' : ''}`);
}

/** @param heard Server headers @param own the version of this command */
export function checkVersions(heard: readonly (string | undefined)[], own: string): Finding {
  const ours = [...new Set(heard.filter(isOurs))];
  const others = ours.filter((software) => !software.endsWith(`/${own}`));
  if (others.length > 0) return warning('versions', `this is sipcast ${own}, and there run ${others.join(', ')}`, 'bring all to one version');
  return ok('versions', ours.length === 0 ? `sipcast ${own}` : `sipcast ${own}, as all services that answer`);
}

export function isOurs(software: string | undefined): software is `sipcast${string}` {
  return software !== undefined && OURS.test(software);
}
