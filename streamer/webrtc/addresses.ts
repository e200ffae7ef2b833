/** Which of this machine's addresses a viewer is told to try. */
import type { NetworkInterfaceInfo } from 'node:os';
import type { PortRange } from '../egress/port-range.ts';

/** Each address costs some 60 bytes of an answer that has to fit into one datagram. */
export const MAX_ADDRESSES = 3;
/** Among announced addresses: this machine's own, as they are at the moment. */
export const OWN_ADDRESSES = 'own';
const EVERYWHERE = '0.0.0.0';
/** Of use only where there is no other: a browser on this machine reaches its other addresses just as well, and Firefox only those. */
const LOOPBACK = '127.0.0.1';

/** Bridges to containers and virtual machines: hardly any viewer sits there. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc|lxd)/;
/** RFC 3927: an address that a machine gives itself when nobody else does. */
const LINK_LOCAL = /^169\.254\./;

export interface MediaAddresses {
  /** What the media socket binds. */
  readonly bind: string;
  /** What the answer lists, in order of preference; at least one. */
  readonly offered: readonly string[];
}

/** Where a process sends media from, and where viewers are told to look for it, as an operator chose; it goes between threads. */
export interface MediaPlace {
  /** What --media-host says; undefined for every interface. */
  readonly mediaHost: string | undefined;
  /** IPv4 addresses that answers list in place of this machine's own, and {@link OWN_ADDRESSES} for these; its own alone unless given. */
  readonly announced?: readonly string[] | undefined;
  /** UDP ports, of which each thread takes one; any unless given. */
  readonly ports?: PortRange | undefined;
}

/** @param interfaces as os.networkInterfaces() tells them */
export function mediaAddresses({ mediaHost, announced = [OWN_ADDRESSES] }: MediaPlace, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): MediaAddresses {
  const own = ownAddresses(mediaHost, interfaces);
  const offered = announced.flatMap((address) => (address === OWN_ADDRESSES ? own : [address]));
  return { bind: mediaHost ?? EVERYWHERE, offered: [...new Set(offered)].slice(0, MAX_ADDRESSES) };
}

/** Interfaces between which nothing but containers and virtual machines of this host are. */
export function isVirtual(interfaceName: string): boolean {
  return VIRTUAL.test(interfaceName);
}

function ownAddresses(mediaHost: string | undefined, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly string[] {
  if (mediaHost !== undefined && mediaHost !== EVERYWHERE) return [mediaHost];
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) => infos.map((info) => ({ name, ...info })));
  const reachable = found.filter(({ family, internal, address }) => family === 'IPv4' && !internal && !LINK_LOCAL.test(address));
  const preferred = [...reachable.filter(({ name }) => !VIRTUAL.test(name)), ...reachable.filter(({ name }) => VIRTUAL.test(name))];
  const addresses = [...new Set(preferred.map(({ address }) => address))];
  return addresses.length > 0 ? addresses : [LOOPBACK];
}
