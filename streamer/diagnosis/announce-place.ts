/** Tells the operator at the start where media is offered, and whether viewers can reach that. */
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { classOfAddress } from '../../shared/diagnosis/address-class.ts';
import { signalingAddresses } from '../../shared/cli/signaling-hosts.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { MediaPlace } from '../webrtc/addresses.ts';
import { doubtOf } from './reachability.ts';

/** Docker and Podman leave these in each container. */
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

export interface SipPlace {
  /** What the SIP socket binds. */
  readonly host: string;
  /** One host, a list, or a domain. */
  readonly signalingHost: string;
}

export function announcePlace(place: MediaPlace, { host, signalingHost }: SipPlace, log: Logger): void {
  const doubt = doubtOf(place, {
    interfaces: networkInterfaces(),
    isLocal: isLoopback(host) && signalingAddresses(signalingHost).every((signaling) => isLoopback(signaling.host)),
    isContainer: CONTAINER_MARKS.some((mark) => existsSync(mark)),
  });
  if (doubt) log[doubt.level](doubt.sentence);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || classOfAddress(host) === 'loopback';
}
