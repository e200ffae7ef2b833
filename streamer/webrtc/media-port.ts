/**
 * The one UDP port at which all viewers of a thread are served. Whose a datagram is stands in a check's user name (RFC 8445 §7.3)
 * or follows from its sender: each viewer may be answered from the addresses that something was sent to for his sake.
 */
import type { Egress, ViewerEgress } from '../egress/egress.ts';
import type { SrtpKeys } from '../srtp/keys.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import type { GcmOpener } from '../srtp/srtcp.ts';
import { usernameOf } from './stun-username.ts';

/** For one viewer: his candidates, those that his checks revealed, and then some. */
const MAX_ADDRESSES = 96;
/** Behind one address there may be several viewers for a moment, when a port is used anew. */
const MAX_SHARING = 8;
const MAX_PORT = 65_535;

/** One viewer's part of the port. */
export class MediaEndpoint {
  readonly #port: MediaPort;
  readonly #username: string;
  readonly #addresses = new Set<string>();
  #closed = false;

  constructor(port: MediaPort, username: string) {
    this.#port = port;
    this.#username = username;
  }

  /** What cannot be sent is lost, as any datagram may be. */
  send(datagram: Buffer, host: string, port: number): void {
    if (this.#closed || port < 1 || port > MAX_PORT) return;
    const key = `${host}:${port}`;
    if (!this.#addresses.has(key)) {
      if (this.#addresses.size >= MAX_ADDRESSES) return;
      this.#addresses.add(key);
      this.#port.claim(key, this);
    }
    this.#port.send(datagram, host, port);
  }

  /** Nothing comes or goes any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const key of this.#addresses) this.#port.release(key, this);
    this.#port.forget(this.#username);
  }
}

type Receive = (datagram: Buffer, host: string, port: number) => void;

export class MediaPort {
  readonly number: number;
  readonly profiles: readonly SrtpProfile[];
  readonly #egress: Egress;
  readonly #byUsername = new Map<string, MediaEndpoint>();
  readonly #byAddress = new Map<string, readonly MediaEndpoint[]>();
  readonly #receivers = new Map<MediaEndpoint, Receive>();

  constructor(egress: Egress) {
    this.#egress = egress;
    this.number = egress.port;
    this.profiles = egress.profiles;
    egress.onDatagram((datagram, host, port) => this.#receive(datagram, host, port));
  }

  /** Viewers that are connected, or about to be. */
  get endpoints(): number {
    return this.#byUsername.size;
  }

  /** Whether another viewer has this user name fragment. */
  isTaken(username: string): boolean {
    return this.#byUsername.has(username);
  }

  /**
   * @param username the viewer's own, by which his checks name him
   * @param receive hears each datagram that may be his
   */
  attach(username: string, receive: Receive): MediaEndpoint {
    const endpoint = new MediaEndpoint(this, username);
    this.#byUsername.set(username, endpoint);
    this.#receivers.set(endpoint, receive);
    return endpoint;
  }

  /** A viewer's way out, by the keys that his handshake yielded. */
  open(keys: SrtpKeys): ViewerEgress {
    return this.#egress.open(keys);
  }

  /** What decrypts his RTCP, where there is something better than Node's own. */
  openerFor(keys: SrtpKeys): GcmOpener | undefined {
    return this.#egress.openerFor?.(keys);
  }

  flush(): void {
    this.#egress.flush();
  }

  send(data: Buffer, host: string, port: number): void {
    this.#egress.sendPlain(data, host, port);
  }

  claim(key: string, endpoint: MediaEndpoint): void {
    const known = this.#byAddress.get(key) ?? [];
    // Whoever was there first stays: an offer may name anybody's address.
    if (known.length < MAX_SHARING) this.#byAddress.set(key, [...known, endpoint]);
  }

  release(key: string, endpoint: MediaEndpoint): void {
    const left = this.#byAddress.get(key)?.filter((other) => other !== endpoint) ?? [];
    if (left.length > 0) this.#byAddress.set(key, left);
    else this.#byAddress.delete(key);
  }

  forget(username: string): void {
    const endpoint = this.#byUsername.get(username);
    if (!endpoint) return;
    this.#byUsername.delete(username);
    this.#receivers.delete(endpoint);
  }

  #receive(datagram: Buffer, host: string, port: number): void {
    const username = usernameOf(datagram);
    const endpoint = username === undefined ? undefined : this.#byUsername.get(username);
    const endpoints = username === undefined ? this.#byAddress.get(`${host}:${port}`) : endpoint && [endpoint];
    if (!endpoints) return; // a stranger
    for (const each of endpoints) this.#receivers.get(each)?.(datagram, host, port);
  }
}
