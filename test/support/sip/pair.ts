/** Two agents on an in-memory network with virtual time. */

import { Agent, type AgentOptions } from '../../../shared/sip/agent/agent.ts';
import { LossyTransport, type Impairment } from './lossy-transport.ts';
import { MemoryNetwork } from './memory-network.ts';
import { VirtualClock } from './virtual-clock.ts';

export const ALICE = { host: '10.0.0.1', port: 5060 };
export const BOB = { host: '10.0.0.2', port: 5060 };
export const BOB_URI = 'sip:bob@10.0.0.2:5060';

export interface PairOptions {
  readonly alice?: Partial<AgentOptions>;
  readonly bob?: Partial<AgentOptions>;
  /** What the network does to everything that Alice sends and receives. */
  readonly impairment?: Impairment;
  readonly seed?: number;
  readonly delayMs?: number;
}

export interface Pair {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly alice: Agent;
  readonly bob: Agent;
  /** First lines and CSeq of everything sent so far, as `alice INVITE 1`, `bob 200 1 INVITE`. */
  log(): string[];
}

export function agentPair(options: PairOptions = {}): Pair {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: options.delayMs ?? 5 });
  const attached = network.attach(ALICE);
  const transport = options.impairment
    ? new LossyTransport(attached, { seed: options.seed ?? 1, clock, outgoing: options.impairment, incoming: options.impairment })
    : attached;
  const alice = new Agent({ transport, clock, ...options.alice });
  const bob = new Agent({ transport: network.attach(BOB), clock, ...options.bob });
  const log = (): string[] => network.sent.map(({ from, datagram }) => `${from.host === ALICE.host ? 'alice' : 'bob'} ${summary(datagram)}`);
  return { clock, network, alice, bob, log };
}

/** `INVITE 1` or `200 1 INVITE`. */
export function summary(datagram: Buffer): string {
  const text = datagram.toString('utf8');
  const first = text.slice(0, text.indexOf('\r\n')).split(' ');
  const [number = '', method = ''] = (/^CSeq: *(.*)$/m.exec(text)?.[1] ?? '').trim().split(' ');
  return first[0] === 'SIP/2.0' ? `${first[1]} ${number} ${method}` : `${first[0]} ${number}`;
}
