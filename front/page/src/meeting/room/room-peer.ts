/**
 * One WebRTC connection to the focus of a room (docs/people.md, "Rooms"): our offer once, then only the focus offers, and its sections are
 * the other members' tracks. Never reused: joining again makes a new one.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { IceSettings } from '../ice-settings.ts';
import type { TrackKind, Tracks } from '../participant.ts';
import { tracksIn } from './sdp-tracks.ts';

export type RoomPeerEvent = 'connected' | 'interrupted' | 'failed';

export interface RoomPeerOptions {
  readonly ice: IceSettings;
  /** Wait for all candidates before the offer goes out; otherwise the focus learns our addresses from ICE's checks. */
  readonly gatherFully: boolean;
  readonly onEvent: (event: RoomPeerEvent) => void;
}

const GATHER_LIMIT_MS = 3_000;

/** The camera in three sizes, so that whoever shows us small gets the small one. The order is that of growing quality. */
const LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000, maxFramerate: 20 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];
const SCREEN_ENCODING: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }];
const NO_OTHERS: ReadonlyMap<string, Tracks> = new Map();

export class RoomPeer {
  readonly #options: RoomPeerOptions;
  readonly #connection: RTCPeerConnection;
  readonly #senders: Readonly<Record<TrackKind, RTCRtpSender>>;
  readonly #tracks = signal(NO_OTHERS);
  #closed = false;

  constructor(options: RoomPeerOptions) {
    this.#options = options;
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...options.ice });
    // docs/people.md fixes the order: audio, camera, screen.
    const audio = this.#connection.addTransceiver('audio', { direction: 'sendonly' });
    const camera = addCamera(this.#connection);
    const screen = this.#connection.addTransceiver('video', { direction: 'sendonly', sendEncodings: SCREEN_ENCODING });
    for (const video of [camera, screen]) preferVp8(video);
    this.#senders = { audio: audio.sender, camera: camera.sender, screen: screen.sender };
    this.#connection.addEventListener('connectionstatechange', () => this.#onState());
    this.#connection.addEventListener('iceconnectionstatechange', () => this.#onState());
  }

  /** What the others send, by member. */
  get tracks(): ReadonlySignal<ReadonlyMap<string, Tracks>> {
    return this.#tracks;
  }

  /** @returns the SDP to join with */
  async offer(): Promise<string> {
    await this.#connection.setLocalDescription();
    if (this.#options.gatherFully) await gathered(this.#connection);
    return this.#connection.localDescription?.sdp ?? '';
  }

  async accept(sdp: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Takes an offer of the focus. @returns the answer */
  async answer(sdp: string): Promise<string> {
    await this.#connection.setRemoteDescription({ type: 'offer', sdp });
    await this.#connection.setLocalDescription();
    this.#readTracks(sdp);
    return this.#connection.localDescription?.sdp ?? '';
  }

  /** @param track undefined for nothing; the section stays */
  async send(kind: TrackKind, track: MediaStreamTrack | undefined): Promise<void> {
    if (this.#closed) return;
    await this.#senders[kind].replaceTrack(track ?? null);
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
    this.#tracks.value = NO_OTHERS;
  }

  /** By the sections and not by `ontrack`: a section that is used again for another member brings no new track. */
  #readTracks(sdp: string): void {
    const byMid = new Map(this.#connection.getTransceivers().map(({ mid, receiver }) => [mid, receiver.track]));
    const tracks = new Map<string, Record<string, MediaStreamTrack>>();
    for (const { mid, member, kind } of tracksIn(sdp)) {
      const track = byMid.get(mid);
      if (track) tracks.set(member, { ...tracks.get(member), [kind]: track });
    }
    this.#tracks.value = tracks;
  }

  #onState(): void {
    if (this.#closed) return;
    const { connectionState, iceConnectionState } = this.#connection;
    if (connectionState === 'failed' || iceConnectionState === 'failed' || connectionState === 'closed') this.#options.onEvent('failed');
    else if (iceConnectionState === 'disconnected') this.#options.onEvent('interrupted');
    else if (connectionState === 'connected') this.#options.onEvent('connected');
  }
}

/** A browser that refuses several encodings sends one. */
function addCamera(connection: RTCPeerConnection): RTCRtpTransceiver {
  try {
    return connection.addTransceiver('video', { direction: 'sendonly', sendEncodings: LAYERS });
  } catch {
    return connection.addTransceiver('video', { direction: 'sendonly', sendEncodings: [{ maxBitrate: 1_700_000 }] });
  }
}

/** Rooms speak VP8; in front of the list it is also what is sent in several sizes. */
function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const isVp8 = ({ mimeType }: { mimeType: string }): boolean => /\/(?:vp8|rtx)$/i.test(mimeType);
  const preferred = codecs.filter(isVp8);
  if (preferred.length === 0) return;
  try {
    transceiver.setCodecPreferences(preferred);
  } catch {
    // The offer then lists more than is used, which is no harm.
  }
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

