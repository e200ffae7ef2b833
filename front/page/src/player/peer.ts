/** One WebRTC connection to a streamer: makes the offer, takes the answer, says how far it is. Never reused: a new attempt is a new peer. */
import type { Sample } from '../stats/sample.ts';
import { readSample } from '../stats/sample.ts';
import { pathFacts, type PathFacts } from '../diagnosis/path-facts.ts';
import type { IceSettings } from '../meeting/ice-settings.ts';
import type { StatsEntry } from '../stats/selected-pair.ts';
import { Stopwatch } from '../stats/first-frame.ts';
import { FailureError } from '../connection/failure.ts';

export type PeerEvent = 'ice-connected' | 'ice-disconnected' | 'dtls-connected' | 'connection-failed';

export interface PeerOptions {
  /** Wait for all candidates before the offer is posted; otherwise it goes out at once, and the streamer learns our addresses from ICE's checks. */
  readonly gatherFully: boolean;
  /** Ask for a data channel, since the streamer has something to be controlled, or may have: front takes out what nobody needs. */
  readonly controls: boolean;
  /** By which ways media may come. */
  readonly ice: IceSettings;
}

/** How long full gathering may take; what has been found by then has to do. */
const GATHER_LIMIT_MS = 3_000;

/** A streamer that hangs up says so on two ways, of which this one is the faster. */
const CLOSED_GRACE_MS = 500;

/**
 * What we ask of the jitter buffer, in milliseconds: as little as the network allows. The browser still adapts upwards
 * where packets come unevenly; asking for more would delay every frame, the first one included.
 */
const JITTER_BUFFER_TARGET_MS = 0;

export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function' && typeof MediaStream === 'function';
}

export class Peer {
  /** Our own stream: answers without `a=msid` bring tracks that belong to none. */
  readonly stream = new MediaStream();
  /** Where `controls` asked for it. */
  readonly channel: RTCDataChannel | undefined;
  #stopwatch = new Stopwatch(performance.now());
  readonly #connection: RTCPeerConnection;
  readonly #options: PeerOptions;
  #onEvent: (event: PeerEvent) => void = () => undefined;
  #prepared: Promise<void> | undefined;
  #described = false;
  #closed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...options.ice });
    for (const kind of ['audio', 'video'] as const) {
      const { receiver } = this.#connection.addTransceiver(kind, { direction: 'recvonly' });
      askForLowDelay(receiver);
      this.stream.addTrack(receiver.track);
    }
    if (options.controls) this.channel = this.#connection.createDataChannel('controls');
    this.#connection.addEventListener('iceconnectionstatechange', () => this.#onIce());
    this.#connection.addEventListener('connectionstatechange', () => this.#onConnection());
  }

  /** Counts from when the watch began. */
  get stopwatch(): Stopwatch {
    return this.#stopwatch;
  }

  /** Makes the offer, and has the browser look for its addresses, before anybody wants to watch. */
  prepare(): Promise<void> {
    return (this.#prepared ??= this.#describe());
  }

  /** Somebody watches from now on. */
  begin(onEvent: (event: PeerEvent) => void): void {
    this.#onEvent = onEvent;
    this.#stopwatch = new Stopwatch(performance.now());
  }

  /** The SDP to post, where it can be posted this moment. */
  get readyOffer(): string | undefined {
    return this.#options.gatherFully || !this.#described ? undefined : this.#connection.localDescription?.sdp;
  }

  /** @returns the SDP to post */
  async offer(): Promise<string> {
    await this.prepare();
    if (this.#options.gatherFully) await gathered(this.#connection);
    const sdp = this.#connection.localDescription?.sdp;
    if (sdp === undefined) throw new FailureError({ id: 'unexpected', detail: 'The browser made no offer.' });
    return sdp;
  }

  /** @throws FailureError when the browser cannot use the answer */
  async accept(sdp: string): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    } catch (cause) {
      if (this.#closed) return;
      throw new FailureError({ id: 'bad-answer', detail: cause instanceof Error ? cause.message : String(cause) }, { cause });
    }
  }

  async sample(): Promise<Sample> {
    return readSample(await this.#statistics(), performance.now());
  }

  /** What the browser tells of the ways that it has tried. */
  async path(): Promise<PathFacts> {
    return pathFacts(this.#connection.remoteDescription?.sdp ?? '', await this.#statistics());
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  async #describe(): Promise<void> {
    await this.#connection.setLocalDescription();
    // Firefox creates the DTLS transports only now; before, its `transport` is null.
    for (const { transport } of this.#connection.getReceivers()) transport?.addEventListener('statechange', () => this.#onDtls(transport));
    this.#described = true;
  }

  async #statistics(): Promise<StatsEntry[]> {
    const report = await this.#connection.getStats();
    const entries: StatsEntry[] = [];
    report.forEach((entry: StatsEntry) => entries.push(entry));
    return entries;
  }

  #onIce(): void {
    const state = this.#connection.iceConnectionState;
    if (state === 'connected' || state === 'completed') {
      this.stopwatch.mark('ice', performance.now());
      this.#tell('ice-connected');
    } else if (state === 'disconnected') this.#tell('ice-disconnected');
    else if (state === 'failed') this.#tell('connection-failed');
  }

  #onConnection(): void {
    const state = this.#connection.connectionState;
    if (state === 'connected') this.#dtlsConnected();
    else if (state === 'failed') this.#tell('connection-failed');
  }

  #onDtls(transport: RTCDtlsTransport): void {
    if (transport.state === 'connected') this.#dtlsConnected();
    // The streamer closed its side: the media is over, and ICE would need half a minute to notice. Why, we hear from front, if at all.
    else if (transport.state === 'closed') setTimeout(() => this.#tell('connection-failed'), CLOSED_GRACE_MS);
    else if (transport.state === 'failed') this.#tell('connection-failed');
  }

  #dtlsConnected(): void {
    this.stopwatch.mark('dtls', performance.now());
    this.#tell('dtls-connected');
  }

  #tell(event: PeerEvent): void {
    if (!this.#closed) this.#onEvent(event);
  }
}

/** Newer browsers know `jitterBufferTarget` (milliseconds), older Chromium `playoutDelayHint` (seconds). */
function askForLowDelay(receiver: RTCRtpReceiver): void {
  const adjustable: { jitterBufferTarget?: number | null; playoutDelayHint?: number | null } = receiver;
  if ('jitterBufferTarget' in receiver) adjustable.jitterBufferTarget = JITTER_BUFFER_TARGET_MS;
  else if ('playoutDelayHint' in receiver) adjustable.playoutDelayHint = JITTER_BUFFER_TARGET_MS / 1000;
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (connection.iceGatheringState === 'complete') resolve();
    };
    connection.addEventListener('icegatheringstatechange', check);
    setTimeout(resolve, GATHER_LIMIT_MS);
    check();
  });
}
