/**
 * What this person sends: microphone, camera, screen. Tracks come and go here (muting, another device, one that was unplugged), and
 * calls and rooms put whatever there is into their connections. Devices are in use only while somebody holds them.
 */
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { TextStore } from '../../storage/local.ts';
import { readChoice, writeChoice, type Choice } from './choice.ts';
import { hasAny, newcomers, NO_DEVICES, readDevices, rememberedDevice, type Device, type DeviceList } from './device-list.ts';
import { generalProblem, mediaProblem, type MediaKind, type MediaProblemId } from './media-problem.ts';

/** The part of navigator.mediaDevices that is used here. */
export interface DeviceSource {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  getDisplayMedia?(constraints: object): Promise<MediaStream>;
  enumerateDevices(): Promise<MediaDeviceInfo[]>;
  addEventListener(type: 'devicechange', listener: () => void): void;
}

export interface MediaState {
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

export interface LocalMediaOptions {
  /** Undefined where the browser gives none: old ones, and pages without HTTPS. */
  readonly source: DeviceSource | undefined;
  readonly isSecureContext: boolean;
  readonly hasWebRtc: boolean;
  readonly store: TextStore;
  /** A device was plugged in while others are in use. */
  readonly onNewDevice: (device: Device) => void;
}

type Source = 'microphone' | 'camera';
export type Problems = Readonly<Partial<Record<MediaKind, MediaProblemId>>>;

const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** A screen is mostly still: few frames, each of them sharp. */
const SCREEN = { video: { frameRate: { ideal: 15, max: 30 } }, audio: false };

export class LocalMedia {
  readonly #options: LocalMediaOptions;
  readonly #choice;
  readonly #devices = signal<DeviceList>(NO_DEVICES);
  readonly #problems = signal<Problems>({});
  readonly #tracks = {
    microphone: signal<MediaStreamTrack | undefined>(undefined),
    camera: signal<MediaStreamTrack | undefined>(undefined),
    screen: signal<MediaStreamTrack | undefined>(undefined),
  };
  readonly #starting = signal(false);
  /** Counts what was asked of each device, so that an earlier answer never undoes a later wish. */
  readonly #turns = { microphone: 0, camera: 0, screen: 0 };
  #holders = 0;
  #start: Promise<void> | undefined;

  /** What really goes out. */
  readonly state = computed<MediaState>(() => ({
    audio: this.#tracks.microphone.value !== undefined && this.#choice.value.audio,
    video: this.#tracks.camera.value !== undefined,
    screen: this.#tracks.screen.value !== undefined,
  }));

  /** Why there can be no device at all. */
  readonly general: 'insecure' | 'unsupported' | undefined;

  constructor(options: LocalMediaOptions) {
    this.#options = options;
    this.#choice = signal(readChoice(options.store));
    this.general = generalProblem({ ...options, mediaDevices: options.source });
    options.source?.addEventListener('devicechange', () => void this.#onDevices());
  }

  get microphone(): ReadonlySignal<MediaStreamTrack | undefined> {
    return this.#tracks.microphone;
  }

  get camera(): ReadonlySignal<MediaStreamTrack | undefined> {
    return this.#tracks.camera;
  }

  get screen(): ReadonlySignal<MediaStreamTrack | undefined> {
    return this.#tracks.screen;
  }

  get devices(): ReadonlySignal<DeviceList> {
    return this.#devices;
  }

  get choice(): ReadonlySignal<Choice> {
    return this.#choice;
  }

  get problems(): ReadonlySignal<Problems> {
    return this.#problems;
  }

  /** The browser is asking for permission, or the devices are starting. */
  get starting(): ReadonlySignal<boolean> {
    return this.#starting;
  }

  get canShareScreen(): boolean {
    return this.general === undefined && typeof this.#options.source?.getDisplayMedia === 'function';
  }

  /** Keeps the devices in use until the returned function is called; the last one to let go stops them. */
  hold(): () => void {
    this.#holders += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#stopAll();
    };
  }

  /** Asks for what the person wants to send, both in one question where that works. Resolves when all is answered; never rejects. */
  start(): Promise<void> {
    this.#start ??= this.#acquireBoth().finally(() => (this.#start = undefined));
    return this.#start;
  }

  async setAudio(on: boolean): Promise<void> {
    this.#choose({ audio: on });
    const track = this.#tracks.microphone.peek();
    if (track) track.enabled = on;
    else if (on) await this.#acquire('microphone');
  }

  /** Off lets go of the camera, so that its light goes out. */
  async setVideo(on: boolean): Promise<void> {
    this.#choose({ video: on });
    if (!on) this.#put('camera', undefined);
    else if (!this.#tracks.camera.peek()) await this.#acquire('camera');
  }

  /** @returns whether it is shared now; a person who closes the browser's question wanted nothing, and that is no problem */
  async shareScreen(): Promise<boolean> {
    const { source } = this.#options;
    if (!this.canShareScreen || !source?.getDisplayMedia) {
      this.#note('screen', this.general ?? 'unsupported');
      return false;
    }
    const turn = ++this.#turns.screen;
    try {
      const stream = await source.getDisplayMedia(SCREEN);
      const [track] = stream.getVideoTracks();
      if (turn !== this.#turns.screen || this.#holders === 0 || !track) {
        for (const each of stream.getTracks()) each.stop();
        return false;
      }
      if ('contentHint' in track) track.contentHint = 'detail';
      this.#note('screen', undefined);
      this.#put('screen', track);
      return true;
    } catch (error) {
      const problem = mediaProblem(error);
      this.#note('screen', problem === 'denied' ? undefined : problem);
      return false;
    }
  }

  stopScreen(): void {
    this.#put('screen', undefined);
  }

  /** Takes another device, at once where one of that kind is in use. */
  async use(kind: 'microphone' | 'camera' | 'speaker', device: Device): Promise<void> {
    this.#choose({ [kind]: device });
    if (kind === 'speaker') return;
    const wanted = kind === 'microphone' ? this.#choice.peek().audio : this.#choice.peek().video;
    if (this.#tracks[kind].peek() || (wanted && this.#holders > 0)) await this.#acquire(kind);
  }

  async #acquireBoth(): Promise<void> {
    const { audio, video } = this.#choice.peek();
    const wantsVideo = video && !this.#tracks.camera.peek();
    // A muted microphone is asked for all the same: one question, and unmuting is immediate.
    const wantsAudio = !this.#tracks.microphone.peek();
    if (!wantsAudio && !wantsVideo) return;
    this.#starting.value = true;
    try {
      if (this.general === undefined) await this.#onDevices();
      if (wantsAudio && wantsVideo && (await this.#acquireTogether())) return;
      if (wantsAudio) await this.#acquire('microphone');
      if (wantsVideo) await this.#acquire('camera');
    } finally {
      this.#starting.value = false;
    }
    // What was refused because it is not there must not keep the microphone from being muted as before.
    const track = this.#tracks.microphone.peek();
    if (track) track.enabled = audio;
  }

  /** One question for both. @returns false where they have to be asked for one by one */
  async #acquireTogether(): Promise<boolean> {
    const { source } = this.#options;
    if (!source || this.general) return false;
    const turns = { microphone: ++this.#turns.microphone, camera: ++this.#turns.camera };
    try {
      const stream = await source.getUserMedia({ audio: this.#constraints('microphone'), video: this.#constraints('camera') });
      for (const kind of ['microphone', 'camera'] as const) {
        const [track] = kind === 'microphone' ? stream.getAudioTracks() : stream.getVideoTracks();
        if (turns[kind] === this.#turns[kind] && this.#holders > 0) this.#got(kind, track);
        else track?.stop();
      }
      await this.#onDevices();
      return true;
    } catch {
      return false;
    }
  }

  async #acquire(kind: Source): Promise<void> {
    const { source } = this.#options;
    if (!source || this.general) {
      this.#note(kind, this.general ?? 'unsupported');
      return;
    }
    const turn = ++this.#turns[kind];
    try {
      const constraints = this.#constraints(kind);
      const stream = await source.getUserMedia(kind === 'microphone' ? { audio: constraints } : { video: constraints });
      const [track] = stream.getTracks();
      if (turn !== this.#turns[kind] || this.#holders === 0) {
        track?.stop();
        return;
      }
      this.#got(kind, track);
      await this.#onDevices();
    } catch (error) {
      if (turn === this.#turns[kind]) this.#note(kind, mediaProblem(error));
    }
  }

  #got(kind: Source, track: MediaStreamTrack | undefined): void {
    if (kind === 'microphone' && track) track.enabled = this.#choice.peek().audio;
    this.#note(kind, undefined);
    this.#put(kind, track);
  }

  #constraints(kind: Source): MediaTrackConstraints {
    const devices = kind === 'microphone' ? this.#devices.peek().microphones : this.#devices.peek().cameras;
    const device = rememberedDevice(devices, this.#choice.peek()[kind]);
    return { ...(kind === 'microphone' ? MICROPHONE : CAMERA), ...(device ? { deviceId: { exact: device.id } } : {}) };
  }

  #put(kind: MediaKind, track: MediaStreamTrack | undefined): void {
    const before = this.#tracks[kind].peek();
    this.#turns[kind] += 1;
    if (before === track) return;
    if (before) {
      before.onended = null;
      before.stop();
    }
    if (track) track.onended = () => this.#onEnded(kind, track);
    this.#tracks[kind].value = track;
  }

  /** Unplugged, taken away by the system, or, for a screen, stopped with the browser's own button. */
  #onEnded(kind: MediaKind, track: MediaStreamTrack): void {
    if (this.#tracks[kind].peek() !== track) return;
    this.#put(kind, undefined);
    if (kind === 'screen') return;
    this.#note(kind, 'vanished');
    void this.#replace(kind);
  }

  /** Another device of the kind takes over where there is one. */
  async #replace(kind: Source): Promise<void> {
    await this.#onDevices();
    const { microphones, cameras } = this.#devices.peek();
    if ((kind === 'microphone' ? microphones : cameras).length === 0) return;
    await this.#acquire(kind);
    if (!this.#tracks[kind].peek()) this.#note(kind, 'vanished');
  }

  async #onDevices(): Promise<void> {
    const before = this.#devices.peek();
    let infos: MediaDeviceInfo[];
    try {
      infos = (await this.#options.source?.enumerateDevices()) ?? [];
    } catch {
      return;
    }
    const after = readDevices(infos);
    this.#devices.value = after;
    if (this.#holders === 0) return;
    for (const device of [...newcomers(before.cameras, after.cameras), ...newcomers(before.microphones, after.microphones)]) this.#options.onNewDevice(device);
    const { audio, video } = this.#choice.peek();
    const missing = ['absent', 'vanished'] as const;
    const lacks = (kind: Source): boolean => missing.some((problem) => problem === this.#problems.peek()[kind]);
    // What was missing has been plugged in.
    if (audio && lacks('microphone') && hasAny(infos, 'audioinput') && before.microphones.length === 0) await this.#acquire('microphone');
    if (video && lacks('camera') && hasAny(infos, 'videoinput') && before.cameras.length === 0) await this.#acquire('camera');
  }

  #choose(change: Partial<Choice>): void {
    this.#choice.value = { ...this.#choice.peek(), ...change };
    writeChoice(this.#options.store, this.#choice.peek());
  }

  #note(kind: MediaKind, problem: MediaProblemId | undefined): void {
    const { [kind]: before, ...others } = this.#problems.peek();
    if (before !== problem) this.#problems.value = problem ? { ...others, [kind]: problem } : others;
  }

  #stopAll(): void {
    batch(() => {
      for (const kind of ['microphone', 'camera', 'screen'] as const) this.#put(kind, undefined);
      this.#problems.value = {};
    });
  }
}
