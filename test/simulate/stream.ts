/** One stream to one viewer: packets, what they take on the wire, and what they cost the process that sends them. */
import { PACKET_COST, STREAM, WIRE } from './costs.ts';
import type { Fanout } from './costs.ts';

const BITS_PER_MBIT = 1e6;
const BITS_PER_BYTE = 8;

/** Packets a second of a stream of so many Mbit/s, their mean size that of the measured one. */
export function packetRate(mbit: number): number {
  return (STREAM.packets.value * mbit) / STREAM.mbit.value;
}

/** What a viewer of it takes of a network, in Mbit/s. */
export function wireMbit(mbit: number): number {
  const extra = WIRE.srtpTag.value + WIRE.udp.value + WIRE.ip.value + WIRE.ethernet.value;
  return mbit + (packetRate(mbit) * extra * BITS_PER_BYTE) / BITS_PER_MBIT;
}

export interface PacketCost {
  /** µs for each viewer. */
  readonly each: number;
  /** µs for the packet itself, whoever watches. */
  readonly shared: number;
}

/**
 * The line through what was measured at several numbers of viewers: a packet costs `shared + each × viewers`, so that a packet and viewer cost `each + shared ÷ viewers`.
 * `lean` from -1 to 1 goes from the least that was measured to the most.
 */
export function packetCost(fanout: Fanout, lean = 0): PacketCost {
  const points = PACKET_COST[fanout].map(({ viewers, value, least = value, most = value }) => ({ x: 1 / viewers, y: lean < 0 ? value + lean * (value - least) : value + lean * (most - value) }));
  const mean = (of: (point: { x: number; y: number }) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const shared = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
  return { each: y - shared * x, shared };
}

/** Cores that a process needs, all its threads together, to send a stream to so many. */
export function coresToSend(viewers: number, mbit: number, fanout: Fanout, lean = 0): number {
  const { each, shared } = packetCost(fanout, lean);
  return (packetRate(mbit) * (shared + each * viewers)) / BITS_PER_MBIT;
}

/** How many viewers so many cores carry; at least none. */
export function viewersOf(cores: number, mbit: number, fanout: Fanout, lean = 0): number {
  const { each, shared } = packetCost(fanout, lean);
  return Math.max(0, Math.floor(((cores * BITS_PER_MBIT) / packetRate(mbit) - shared) / each));
}
