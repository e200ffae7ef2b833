/** Sends a clip over and over in real time, all of its sizes at once; a size begins with a keyframe when one is asked for. */
import type { SrtpKeys } from '../../../../streamer/srtp/keys.ts';
import { AUDIO_PAYLOAD_TYPE, VIDEO_PAYLOAD_TYPE } from '../../media/viewer/load-viewer.ts';
import { MIDS } from './member-sdp.ts';
import { OutgoingStream, type OutgoingParts } from './outgoing-stream.ts';
import { SOUND_MS, type Layer, type RoomClip } from './room-clip.ts';
import { SrtpSender } from './srtp-sender.ts';

const TICK_MS = 10;
const REPORT_INTERVAL_MS = 1_000;
/** What could not be sent for longer than this is left out. */
const MAX_BEHIND_MS = 200;
/** Loudness while one speaks, and while one does not, in dB below the loudest. */
const [SPEAKING, QUIET] = [25, 90];
/** Everybody speaks for a while, then is quiet. */
const TURN_MS = 4_000;

export interface UplinkOptions {
  readonly clip: RoomClip;
  readonly keys: SrtpKeys;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly send: (datagram: Buffer) => void;
  readonly sendRtcp: (compound: Buffer) => void;
}

interface SentLayer {
  readonly layer: Layer;
  readonly stream: OutgoingStream;
  at: number;
}

export class MemberUplink {
  /** Packets of media. */
  sent = 0;
  readonly #options: UplinkOptions;
  readonly #srtp: SrtpSender;
  readonly #sound = new OutgoingStream({ payloadType: AUDIO_PAYLOAD_TYPE, clockRate: 48_000, mid: MIDS.audio, loud: true });
  readonly #layers: readonly SentLayer[];
  readonly #timer: NodeJS.Timeout;
  readonly #beganMs = performance.now();
  readonly #turnMs: number;
  #transportSequence = 0;
  #showing = { audio: true, video: true };
  /** How many of each were due. */
  #sounds = 0;
  #pictures = 0;
  #reportedMs = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const { clip, keys, random } = options;
    this.#srtp = new SrtpSender(keys);
    const several = clip.layers.length > 1;
    this.#layers = clip.layers.map((layer) => ({ layer, stream: new OutgoingStream({ payloadType: VIDEO_PAYLOAD_TYPE, clockRate: 90_000, mid: MIDS.camera, ...(several ? { rid: layer.rid } : {}) }), at: 0 }));
    this.#turnMs = random() * TURN_MS * 4;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  show(showing: { readonly audio: boolean; readonly video: boolean }): void {
    this.#showing = { ...showing };
  }

  /** Somebody cannot go on without a picture that needs none before it. */
  showKeyframe(ssrc: number): void {
    for (const sent of this.#layers) if (sent.stream.ssrc === ssrc) sent.at = nextKeyframe(sent.layer, sent.at);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now() - this.#beganMs;
    const pictureMs = 1000 / this.#options.clip.picturesPerSecond;
    this.#sounds = Math.max(this.#sounds, Math.floor((now - MAX_BEHIND_MS) / SOUND_MS));
    this.#pictures = Math.max(this.#pictures, Math.floor((now - MAX_BEHIND_MS) / pictureMs));
    for (; this.#sounds * SOUND_MS <= now; this.#sounds++) this.#sendSound(this.#sounds);
    for (; this.#pictures * pictureMs <= now; this.#pictures++) this.#sendPictures((this.#pictures * pictureMs) / 1000);
    if (now - this.#reportedMs < REPORT_INTERVAL_MS) return;
    this.#reportedMs = now;
    for (const stream of [this.#sound, ...this.#layers.map((sent) => sent.stream)]) this.#options.sendRtcp(stream.report(now / 1000));
  }

  #sendSound(place: number): void {
    const { sound } = this.#options.clip;
    const packet = sound[place % sound.length];
    const speaks = Math.floor((place * SOUND_MS + this.#turnMs) / TURN_MS) % 4 === 0;
    if (packet && this.#showing.audio) this.#send(this.#sound.sound(packet, (place * SOUND_MS) / 1000, speaks ? SPEAKING : QUIET, this.#next));
  }

  #sendPictures(seconds: number): void {
    const { filled } = this.#options.clip;
    for (const sent of this.#layers) {
      const picture = sent.layer.pictures[sent.at];
      sent.at = (sent.at + 1) % sent.layer.pictures.length;
      if (!picture || !this.#showing.video) continue;
      for (const parts of sent.stream.picture(picture.frame, seconds, this.#next, filled ? performance.now() : undefined)) this.#send(parts);
    }
  }

  readonly #next = (): number => this.#transportSequence++;

  #send({ header, payload, ssrc, index }: OutgoingParts): void {
    this.sent++;
    this.#options.send(this.#srtp.protect(header, payload, ssrc, index));
  }
}

function nextKeyframe({ pictures }: Layer, from: number): number {
  for (let step = 0; step < pictures.length; step++) {
    const at = (from + step) % pictures.length;
    if (pictures[at]?.keyframe) return at;
  }
  return from;
}
