/** Loudness of the player, remembered, and what to do where the browser lets nothing sound before a click. */
import { computed, signal } from '@preact/signals';
import type { TextStore } from '../storage/local.ts';

/** A step of the volume keys, of 1. */
export const VOLUME_STEP = 0.1;

export class Sound {
  readonly volume = signal(1);
  readonly muted = signal(false);
  /** The browser refused to play with sound: it plays silently until the viewer asks for sound. */
  readonly blocked = signal(false);
  readonly silent = computed(() => this.muted.value || this.blocked.value || this.volume.value === 0);
  readonly #store: TextStore;

  /** @param store remembers volume and mute, as `0.8` or `0.8 muted` */
  constructor(store: TextStore) {
    this.#store = store;
    const [volume, muted] = store.read().split(' ');
    const remembered = Number(volume);
    if (volume && remembered >= 0 && remembered <= 1) this.volume.value = remembered;
    this.muted.value = muted === 'muted';
  }

  /** By the viewer's own hand, so the browser no longer blocks. */
  toggle(): void {
    if (this.silent.peek()) this.unmute();
    else this.#set(this.volume.peek(), true);
  }

  unmute(): void {
    this.#set(this.volume.peek() || 0.5, false);
  }

  /** @param volume 0 to 1 */
  setVolume(volume: number): void {
    const bounded = Math.min(1, Math.max(0, Math.round(volume * 100) / 100));
    this.#set(bounded, bounded === 0);
  }

  #set(volume: number, muted: boolean): void {
    this.blocked.value = false;
    this.volume.value = volume;
    this.muted.value = muted;
    this.#store.write(muted ? `${volume} muted` : String(volume));
  }
}

/**
 * Starts an element, with sound where the browser lets it and silently otherwise.
 * @param video carries its stream already
 */
export async function playWithSound(video: HTMLMediaElement, sound: Sound): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    // AbortError: another stream was put in meanwhile, and started by its own call.
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || video.muted) return;
    sound.blocked.value = true;
    video.muted = true;
    await video.play().catch(() => undefined);
  }
}
