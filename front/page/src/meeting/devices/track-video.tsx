/** Shows a video track. Black never shows: before its first frame, and once it has stopped, the element is transparent. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface TrackVideoProps {
  readonly track: MediaStreamTrack;
  /** As in a mirror, for one's own camera. */
  readonly mirrored?: boolean;
  /** Whole, with margins, for screens; otherwise it fills its place and is cut. */
  readonly whole?: boolean;
  readonly label: string;
  /** A remote picture has stood still for some seconds. */
  readonly onStalled?: (stalled: boolean) => void;
}

const STALL_MS = 4_000;
const LOOK_EVERY_MS = 1_000;

export function TrackVideo({ track, mirrored = false, whole = false, label, onStalled }: TrackVideoProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    setShown(false);
    element.srcObject = new MediaStream([track]);
    void element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  useStall(video, track, onStalled);
  return (
    <video
      ref={video}
      class="track-video"
      data-shown={shown}
      data-mirrored={mirrored}
      data-whole={whole}
      muted
      autoplay
      playsInline
      disablePictureInPicture={mirrored}
      aria-label={label}
      onPlaying={() => setShown(true)}
      onResize={({ currentTarget }) => setShown(currentTarget.videoWidth > 0)}
    />
  );
}

/** No frame for a while, although the page is looked at. */
function useStall(video: { readonly current: HTMLVideoElement | null }, track: MediaStreamTrack, onStalled: ((stalled: boolean) => void) | undefined): void {
  const tell = useRef(onStalled);
  tell.current = onStalled;
  useEffect(() => {
    const element = video.current;
    if (!element || !tell.current || typeof element.requestVideoFrameCallback !== 'function') return undefined;
    let last = performance.now();
    let stalled = false;
    const say = (now: boolean): void => {
      if (now !== stalled) tell.current?.((stalled = now));
    };
    const onFrame = (): void => {
      last = performance.now();
      say(false);
      handle = element.requestVideoFrameCallback(onFrame);
    };
    let handle = element.requestVideoFrameCallback(onFrame);
    const timer = setInterval(() => {
      if (document.hidden) last = performance.now();
      else if (performance.now() - last > STALL_MS) say(true);
    }, LOOK_EVERY_MS);
    return () => {
      element.cancelVideoFrameCallback(handle);
      clearInterval(timer);
      say(false);
    };
  }, [track]);
}
