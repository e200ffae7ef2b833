/** Which of this machine's addresses a viewer is told to try. */
import type { NetworkInterfaceInfo } from 'node:os';

/** Each address costs some 60 bytes of an answer that has to fit into one datagram. */
const MAX_ADDRESSES = 3;
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

/**
 * @param mediaHost what --media-host says; undefined for every interface
 * @param interfaces as os.networkInterfaces() tells them
 */
export function mediaAddresses(mediaHost: string | undefined, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): MediaAddresses {
  if (mediaHost !== undefined && mediaHost !== '0.0.0.0') return { bind: mediaHost, offered: [mediaHost] };
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) => infos.map((info) => ({ name, ...info })));
  const reachable = found.filter(({ family, internal, address }) => family === 'IPv4' && !internal && !LINK_LOCAL.test(address));
  const preferred = [...reachable.filter(({ name }) => !VIRTUAL.test(name)), ...reachable.filter(({ name }) => VIRTUAL.test(name))];
  const addresses = [...new Set(preferred.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
  return { bind: '0.0.0.0', offered: addresses.length > 0 ? addresses : [LOOPBACK] };
}
