/** What the stage listens to: keys, the pointer's rest, full screen, loudness; and the last picture, kept for interruptions. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { drawPicture } from './hold-picture.ts';
import { commandFor, type Command, type Focus } from './keyboard.ts';
import { playWithSound, type Sound } from './sound.ts';
import type { Watch } from './watch.ts';
import type { Phase } from './watch-state.ts';

interface Ref<T> {
  readonly current: T | null;
}

/** Controls hide when pointer and keys have rested this long. */
const IDLE_MS = 2_800;

export function useKeys(actions: Readonly<Partial<Record<Command, () => void>>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat && event.key === ' ') return;
      const command = commandFor(event, focusOf(event.target));
      const action = command && latest.current[command];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'other';
  if (target instanceof HTMLInputElement && target.type === 'range') return target.dataset['seek'] === undefined ? 'slider' : 'other';
  if (target.isContentEditable || target.matches('input, textarea, select')) return 'text';
  return target.closest('button, a, summary') ? 'button' : 'other';
}

/** @param allowed whether the controls may hide at all @returns whether they are hidden now */
export function useIdle(stage: Ref<HTMLElement>, allowed: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const element = stage.current;
    if (!element || !allowed) {
      setIdle(false);
      return undefined;
    }
    let timer = 0;
    const wake = (): void => {
      setIdle(false);
      clearTimeout(timer);
      timer = window.setTimeout(rest, IDLE_MS);
    };
    const rest = (): void => {
      // Whoever works with the keyboard keeps seeing what has the focus.
      if (element.querySelector('.controls :focus-visible')) wake();
      else setIdle(true);
    };
    const onLeave = (event: PointerEvent): void => {
      if (event.pointerType === 'mouse') setIdle(true);
    };
    wake();
    const events = ['pointermove', 'pointerdown', 'focusin', 'keydown'] as const;
    for (const type of events) element.addEventListener(type, wake);
    document.addEventListener('keydown', wake);
    element.addEventListener('pointerleave', onLeave);
    return () => {
      clearTimeout(timer);
      for (const type of events) element.removeEventListener(type, wake);
      document.removeEventListener('keydown', wake);
      element.removeEventListener('pointerleave', onLeave);
    };
  }, [allowed]);
  return idle;
}

export function useFullScreen(): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const onChange = (): void => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  return full;
}

/** Keeps the element's loudness as chosen, and starts each new stream. */
export function useSound(video: Ref<HTMLVideoElement>, sound: Sound, watch: Watch): void {
  useSignalEffect(() => {
    const element = video.current;
    const muted = sound.muted.value || sound.blocked.value;
    const volume = sound.volume.value;
    if (!element) return;
    element.muted = muted;
    element.volume = volume;
  });
  useSignalEffect(() => {
    if (video.current && watch.stream.value) void playWithSound(video.current, sound);
  });
}

/** Phones stop the video of a page that is put away; it goes on when the page is looked at again. */
export function useReturn(video: Ref<HTMLVideoElement>): void {
  useSignalEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    let stoppedWhileHidden = false;
    const onPause = (): void => {
      stoppedWhileHidden = document.hidden;
    };
    const onVisibility = (): void => {
      if (!document.hidden && stoppedWhileHidden) void element.play().catch(() => undefined);
    };
    element.addEventListener('pause', onPause);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      element.removeEventListener('pause', onPause);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  });
}

/** Draws the last picture aside before a new stream replaces it, so that an interruption is no black hole. */
export function useStill(video: Ref<HTMLVideoElement>, still: Ref<HTMLCanvasElement>, phase: Phase['kind']): void {
  const before = useRef<Phase['kind']>(phase);
  if (before.current !== phase) {
    if (before.current === 'playing' || before.current === 'interrupted') drawPicture(video.current, still.current);
    before.current = phase;
  }
}
