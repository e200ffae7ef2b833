/**
 * By which way the datagrams of one connection go. A restart of ICE begins another beside the one that there is, which carries media on
 * until the new one is found (RFC 8445 §9).
 */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { IceAgent, type IceCredentials } from './ice-agent.ts';
import type { MediaEndpoint, MediaPort } from './media-port.ts';
import type { RemoteEnd } from './remote-end.ts';
import { isStun } from './stun.ts';

/** RFC 8839 §5.4: at least 4 and 22 characters. */
const UFRAG_BYTES = 3;
const PASSWORD_CHARACTERS = 22;

export interface IceWaysOptions {
  /** What our offer said of ICE, where we have made one: then we look for the other. */
  readonly offered?: IceCredentials;
  readonly port: MediaPort;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Without an answer to our checks for so long, the other is taken to be gone; half a minute unless given. */
  readonly consentTimeoutMs?: number;
  /** Hears each datagram that is none of ICE's and comes from where the other was found. */
  readonly onDatagram: (datagram: Buffer) => void;
  /** Hears where the other is to be found from now on, and whether another way than before has led there. */
  readonly onSelected: (host: string, port: number, isNew: boolean) => void;
  /** The other does not answer any more. */
  readonly onLost: () => void;
}

/** One life of ICE. */
interface Way {
  /** Our own, for the description. */
  readonly credentials: IceCredentials;
  readonly ice: IceAgent;
  readonly endpoint: MediaEndpoint;
}

export class IceWays {
  readonly #options: IceWaysOptions;
  #present: Way;
  /** What media goes by until the way that a restart has begun is found. */
  #former: Way | undefined;

  /** Starts to wait for the other's checks. */
  constructor(remote: RemoteEnd, options: IceWaysOptions) {
    this.#options = options;
    this.#present = this.#begin(remote);
  }

  /** Our own, for the description. */
  get credentials(): IceCredentials {
    return this.#present.credentials;
  }

  /** What has come of the other's checks so far. */
  get checks(): IceAgent['checks'] {
    return this.#present.ice.checks;
  }

  /** Whether the latest way is found. */
  get found(): boolean {
    return this.#present.ice.selected !== undefined;
  }

  /** Whether a restart has begun one that is not found yet. */
  get restarting(): boolean {
    return this.#former !== undefined;
  }

  /** Where media goes; undefined before a way is found. */
  get selected(): { readonly host: string; readonly port: number } | undefined {
    return this.#carrier()?.ice.selected;
  }

  /** Begins another way, with other credentials on both sides. */
  restart(remote: RemoteEnd): void {
    // Who restarts before the last one was done has given that one up.
    if (this.#former) closeWay(this.#present);
    else this.#former = this.#present;
    this.#present = this.#begin(remote);
  }

  /** Further addresses of the other (RFC 8838). */
  addCandidates(candidates: RemoteEnd['candidates']): void {
    for (const { host, port } of candidates) this.#present.ice.tryCandidate(host, port);
  }

  /** Takes what came for {@link credentials} before there was this. */
  receiveEarly(datagram: Buffer, host: string, port: number): void {
    this.#receive(this.#present, datagram, host, port);
  }

  /** Sends where media goes; nothing before a way is found. */
  send(datagram: Buffer): void {
    const carrier = this.#carrier();
    const selected = carrier?.ice.selected;
    if (carrier && selected) carrier.endpoint.send(datagram, selected.host, selected.port);
  }

  /** Something authentic has come from the other: as good as an answer to a check. */
  noteAlive(): void {
    this.#present.ice.noteAlive();
  }

  close(): void {
    for (const way of [this.#present, this.#former]) if (way) closeWay(way);
  }

  #carrier(): Way | undefined {
    return [this.#present, this.#former].find((way) => way?.ice.selected !== undefined);
  }

  #begin(remote: RemoteEnd): Way {
    const { port, clock, randomBytes, consentTimeoutMs, offered, onLost } = this.#options;
    const credentials = offered ?? newCredentials(port, randomBytes);
    const endpoint = port.attach(credentials.ufrag, (datagram, host, from) => this.#receive(way, datagram, host, from));
    const ice = new IceAgent({
      role: offered ? 'controlling' : 'controlled',
      local: credentials,
      remote: { ufrag: remote.iceUfrag, password: remote.icePwd },
      candidates: remote.candidates,
      send: (datagram, host, to) => endpoint.send(datagram, host, to),
      onSelected: (host, to) => this.#select(way, host, to),
      onLost: () => {
        if (way === this.#present) onLost();
      },
      ...(consentTimeoutMs === undefined ? {} : { consentTimeoutMs }),
      clock,
      randomBytes,
    });
    const way: Way = { credentials, ice, endpoint };
    return way;
  }

  #select(way: Way, host: string, port: number): void {
    if (way !== this.#present && way !== this.#former) return;
    const isNew = way === this.#present && this.#former !== undefined;
    if (isNew && this.#former) {
      closeWay(this.#former);
      this.#former = undefined;
    }
    this.#options.onSelected(host, port, isNew);
  }

  #receive({ ice }: Way, datagram: Buffer, host: string, port: number): void {
    if (isStun(datagram)) ice.receive(datagram, host, port);
    else if (ice.knows(host, port)) this.#options.onDatagram(datagram);
  }
}

/** Names that nobody else at the port has. */
export function newCredentials(port: Pick<MediaPort, 'isTaken'>, randomBytes: (size: number) => Buffer): IceCredentials {
  const password = randomBytes(PASSWORD_CHARACTERS).toString('base64').slice(0, PASSWORD_CHARACTERS);
  let ufrag: string;
  do ufrag = randomBytes(UFRAG_BYTES).toString('base64');
  while (port.isTaken(ufrag));
  return { ufrag, password };
}

function closeWay({ ice, endpoint }: Way): void {
  ice.close();
  endpoint.close();
}
