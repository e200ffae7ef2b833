/**
 * The direct WebRTC connection of a call between two: sound and one picture in both directions, and a data channel. Only the caller
 * offers, and makes the channel before that; candidates travel as they are found. A screen takes the place of the camera: with a section
 * of its own the offer would not fit in one datagram. Never reused.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { NO_TRACKS, type TrackKind, type Tracks } from '../participant.ts';
import { readCallNews, type News } from './news.ts';
import { credentialsIn, makeFragment, readFragment, type Candidate } from './sdp-fragment.ts';

export type CallPeerEvent = 'connected' | 'interrupted' | 'failed' | 'channel-open' | 'channel-closed';

export interface CallPeerOptions {
  readonly iceServers: RTCIceServer[];
  readonly onEvent: (event: CallPeerEvent) => void;
  readonly onNews: (news: News) => void;
  /** Candidates for the other side: held back until {@link CallPeer.release}. */
  readonly onFragment: (fragment: string) => void;
}

/** Candidates that are found within this time travel together. */
const TOGETHER_MS = 60;
/** Texts that wait for a slow path stay below this. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const CHANNEL = 'chat';

export class CallPeer {
  readonly #options: CallPeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #tracks = signal<Tracks>(NO_TRACKS);
  readonly #senders: { audio?: RTCRtpSender; video?: RTCRtpSender } = {};
  /** What is to be sent, before there are senders for it. */
  readonly #wanted: Partial<Record<TrackKind, MediaStreamTrack | undefined>> = {};
  #receivers: readonly RTCRtpReceiver[] = [];
  #channel: RTCDataChannel | undefined;
  #found: Candidate[] = [];
  /** Candidates from the other side that came before its description. */
  #early: Candidate[] = [];
  #released = false;
  #flushing = false;
  #closed = false;

  constructor(options: CallPeerOptions) {
    this.#options = options;
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers: options.iceServers });
    this.#connection.addEventListener('connectionstatechange', () => this.#onState());
    this.#connection.addEventListener('iceconnectionstatechange', () => this.#onState());
    this.#connection.addEventListener('icecandidate', ({ candidate }) => this.#onCandidate(candidate));
    // One that comes with this event opens after it (WebRTC §6.2.2).
    this.#connection.addEventListener('datachannel', ({ channel }) => this.#use(channel));
  }

  /** What the other sends; the picture stands under `camera`, whatever it shows. */
  get tracks(): ReadonlySignal<Tracks> {
    return this.#tracks;
  }

  /** The caller's part. @returns the offer */
  async offer(): Promise<string> {
    this.#use(this.#connection.createDataChannel(CHANNEL));
    for (const kind of ['audio', 'video'] as const) this.#connection.addTransceiver(kind, { direction: 'sendrecv' });
    this.#readTransceivers();
    await this.#connection.setLocalDescription();
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** The called one's part. @param sdp the offer @returns the answer */
  async answer(sdp: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp });
    this.#readTransceivers();
    await this.#connection.setLocalDescription();
    this.#admitEarly();
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** The caller has the answer. */
  async accept(sdp: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    this.#admitEarly();
  }

  /** The other side can take candidates now. */
  release(): void {
    this.#released = true;
    this.#flush();
  }

  /** @param fragment candidates of the other side */
  admit(fragment: string): void {
    this.#early.push(...readFragment(fragment));
    if (this.#connection.remoteDescription) this.#admitEarly();
  }

  send(kind: TrackKind, track: MediaStreamTrack | undefined): void {
    this.#wanted[kind] = track;
    this.#replaceTracks();
  }

  #replaceTracks(): void {
    const { audio, camera, screen } = this.#wanted;
    void this.#senders.audio?.replaceTrack(audio ?? null).catch(() => undefined);
    void this.#senders.video?.replaceTrack(screen ?? camera ?? null).catch(() => undefined);
  }

  /** @returns false while the channel is not open, or so much waits in it that nothing seems to get through */
  tell(news: News): boolean {
    const channel = this.#channel;
    if (channel?.readyState !== 'open' || channel.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    channel.send(JSON.stringify(news));
    return true;
  }

  /** How loud the other is at this moment, 0 to 1. */
  loudness(): number {
    const audio = this.#receivers.find(({ track }) => track.kind === 'audio');
    const [source] = audio?.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
    this.#tracks.value = NO_TRACKS;
  }

  /** A telephone may have sound only. */
  #readTransceivers(): void {
    const transceivers = this.#connection.getTransceivers();
    const ofKind = (kind: string): RTCRtpTransceiver | undefined => transceivers.find(({ receiver }) => receiver.track.kind === kind);
    const found = { audio: ofKind('audio'), video: ofKind('video') };
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = found[kind];
      if (!transceiver) continue;
      transceiver.direction = 'sendrecv';
      this.#senders[kind] = transceiver.sender;
    }
    this.#replaceTracks();
    this.#receivers = transceivers.map(({ receiver }) => receiver);
    this.#tracks.value = { audio: found.audio?.receiver.track, camera: found.video?.receiver.track };
  }

  #use(channel: RTCDataChannel): void {
    if (this.#channel) { channel.close(); return; }
    this.#channel = channel;
    channel.addEventListener('open', () => this.#tell('channel-open'), { once: true });
    channel.addEventListener('close', () => this.#tell('channel-closed'));
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const news = readCallNews(data);
      if (news && !this.#closed) this.#options.onNews(news);
    });
  }

  #onCandidate(candidate: RTCIceCandidate | null): void {
    if (candidate && candidate.candidate !== '') this.#found.push({ candidate: candidate.candidate, mid: candidate.sdpMid ?? '0' });
    else if (!candidate) this.#found.push({ candidate: '', mid: this.#found.at(-1)?.mid ?? '0' });
    if (this.#flushing) return;
    this.#flushing = true;
    setTimeout(() => {
      this.#flushing = false;
      this.#flush();
    }, TOGETHER_MS);
  }

  #flush(): void {
    if (!this.#released || this.#closed || this.#found.length === 0) return;
    const found = this.#found.splice(0);
    this.#options.onFragment(makeFragment(found, credentialsIn(this.#connection.localDescription?.sdp ?? '')));
  }

  #admitEarly(): void {
    for (const { candidate, mid } of this.#early.splice(0)) {
      // The end of candidates is not passed on: some browsers then give up before our own have been tried.
      if (candidate !== '') void this.#connection.addIceCandidate({ candidate, sdpMid: mid }).catch(() => undefined);
    }
  }

  #onState(): void {
    const { connectionState, iceConnectionState } = this.#connection;
    if (connectionState === 'failed' || iceConnectionState === 'failed') this.#tell('failed');
    else if (iceConnectionState === 'disconnected') this.#tell('interrupted');
    else if (connectionState === 'connected') this.#tell('connected');
  }

  #tell(event: CallPeerEvent): void {
    if (!this.#closed) this.#options.onEvent(event);
  }
}
