/** For the unit tests of calls and rooms: a connection to front that is written by hand, and devices made of nothing. */
import { Events, type EventOf, type EventType } from '../../../../../front/page/src/connection/events.ts';
import { FailureError, type FailureId } from '../../../../../front/page/src/connection/failure.ts';
import type { Reply, Requests, RequestType } from '../../../../../front/page/src/connection/replies.ts';
import { LocalMedia } from '../../../../../front/page/src/meeting/devices/local-media.ts';
import type { DeviceSource } from '../../../../../front/page/src/meeting/devices/local-media.ts';
import type { Wire } from '../../../../../front/page/src/meeting/wire.ts';

export class FakeWire implements Wire {
  readonly asked: { type: RequestType; body: Record<string, unknown> }[] = [];
  /** What front answers; an identifier of a failure for a refusal. */
  readonly answers: Partial<Record<RequestType, object | FailureId>> = {};
  readonly #events = new Events();

  async request<T extends RequestType>(type: T, body: Requests[T]): Promise<Reply<T>> {
    this.asked.push({ type, body });
    const answer = this.answers[type] ?? {};
    if (typeof answer === 'string') throw new FailureError({ id: answer as FailureId });
    return answer as Reply<T>;
  }

  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): () => void {
    return this.#events.on(type, listener);
  }

  tell<T extends EventType>(event: EventOf<T>): void {
    this.#events.emit(event);
  }

  /** Bodies of what was asked, of one type. */
  of(type: RequestType): Record<string, unknown>[] {
    return this.asked.filter((each) => each.type === type).map(({ body }) => body);
  }
}

/** The part of a track that the page uses. */
export class FakeTrack {
  readonly id = crypto.randomUUID();
  readonly kind: string;
  enabled = true;
  stopped = false;
  onended: (() => void) | null = null;

  constructor(kind: string) {
    this.kind = kind;
  }

  stop(): void {
    this.stopped = true;
  }

  /** It was unplugged. */
  end(): void {
    this.onended?.();
  }
}

export class FakeDevices {
  list: { kind: string; deviceId: string; label: string }[] = [
    { kind: 'audioinput', deviceId: 'mic-1', label: 'Headset' },
    { kind: 'videoinput', deviceId: 'cam-1', label: 'Front' },
  ];
  /** Names of errors, by kind. */
  readonly refusals: { audio?: string; video?: string; screen?: string } = {};
  readonly tracks: FakeTrack[] = [];
  readonly constraints: MediaStreamConstraints[] = [];
  #changed: () => void = () => undefined;

  get source(): DeviceSource {
    return {
      getUserMedia: async (constraints: MediaStreamConstraints) => {
        this.constraints.push(constraints);
        return this.#stream((['audio', 'video'] as const).filter((kind) => constraints[kind] !== undefined));
      },
      getDisplayMedia: async () => this.#stream(['screen']),
      enumerateDevices: () => Promise.resolve(this.list as unknown as MediaDeviceInfo[]),
      addEventListener: (_type, listener) => (this.#changed = listener),
    };
  }

  change(list: FakeDevices['list']): void {
    this.list = list;
    this.#changed();
  }

  live(): string[] {
    return this.tracks.filter(({ stopped }) => !stopped).map(({ kind }) => kind);
  }

  #stream(kinds: readonly ('audio' | 'video' | 'screen')[]): MediaStream {
    for (const kind of kinds) {
      const name = this.refusals[kind];
      if (name !== undefined) throw Object.assign(new Error(name), { name });
    }
    const tracks = kinds.map((kind) => new FakeTrack(kind === 'screen' ? 'video' : kind));
    this.tracks.push(...tracks);
    const ofKind = (kind: string) => () => tracks.filter((track) => track.kind === kind);
    return { getTracks: () => tracks, getAudioTracks: ofKind('audio'), getVideoTracks: ofKind('video') } as unknown as MediaStream;
  }
}

export function fakeMedia(devices = new FakeDevices(), secure = true): LocalMedia {
  let text = '';
  return new LocalMedia({
    source: devices.source,
    isSecureContext: secure,
    hasWebRtc: true,
    store: { read: () => text, write: (next) => (text = next) },
    onNewDevice: () => undefined,
  });
}
