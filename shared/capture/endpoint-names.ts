/** Which two IP addresses a datagram travelled between, when one end is a host name or a socket bound to all addresses. */
import { lookup } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { addressBytes } from './ip-address.ts';

interface AddressPair {
  local: Uint8Array;
  remote: Uint8Array;
}

/** Names remembered at a time; a service sends to a handful, so the oldest may go. */
const MAX_NAMES = 1024;

/** Looks up each remote name once; IP literals, by far the most, are answered at once. */
export class EndpointNames {
  readonly #bound: Uint8Array | undefined;
  readonly #pairs = new Map<string, AddressPair>();

  /** @param boundHost what the socket is bound to; 0.0.0.0 and :: mean every address of the machine */
  constructor(boundHost: string) {
    const bytes = addressBytes(boundHost);
    this.#bound = bytes?.every((byte) => byte === 0) === true ? undefined : bytes;
  }

  /** Calls back with both ends' addresses, at once where `host` is known; never for a name that does not resolve. */
  resolve(host: string, found: (pair: AddressPair) => void): void {
    const known = this.#pairs.get(host);
    if (known !== undefined) {
      found(known);
      return;
    }
    const literal = addressBytes(host);
    if (literal !== undefined) {
      found(this.#remember(host, literal));
      return;
    }
    lookup(host, (error, address) => {
      const bytes = error === null ? addressBytes(address) : undefined;
      if (bytes !== undefined) found(this.#remember(host, bytes));
    });
  }

  #remember(host: string, remote: Uint8Array): AddressPair {
    const local = this.#bound?.length === remote.length ? this.#bound : ownAddressTowards(remote);
    const pair = { local, remote };
    if (this.#pairs.size >= MAX_NAMES) this.#pairs.delete(this.#pairs.keys().next().value ?? '');
    this.#pairs.set(host, pair);
    return pair;
  }
}

/** The address of this machine in the remote's network, else the first that is not loopback, else loopback. */
function ownAddressTowards(remote: Uint8Array): Uint8Array {
  const candidates = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ address, netmask, internal }) => {
      const bytes = addressBytes(address);
      const mask = addressBytes(netmask);
      return bytes?.length === remote.length && mask?.length === remote.length ? [{ bytes, mask, internal }] : [];
    });
  const neighbour = candidates.find(({ bytes, mask }) => bytes.every((byte, index) => ((byte ^ (remote[index] ?? 0)) & (mask[index] ?? 0)) === 0));
  const chosen = neighbour ?? candidates.find(({ internal }) => !internal) ?? candidates[0];
  return chosen?.bytes ?? new Uint8Array(remote.length);
}
