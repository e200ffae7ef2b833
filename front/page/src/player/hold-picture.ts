/** Keeps the last picture of an element in sight, where the element itself would show nothing for a moment. */

/** An element whose next frame does not come in this time shows what it has. */
const HOLD_LIMIT_MS = 1_000;

/** @returns whether there was a picture to draw */
export function drawPicture(video: HTMLVideoElement | null, canvas: HTMLCanvasElement | null): boolean {
  if (!video || !canvas || video.videoWidth === 0) return false;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return true;
}

/**
 * Lays the present picture over the element.
 * @returns to be called when the element has its new stream: the cover goes at the first frame of that
 */
export function holdPicture(video: HTMLVideoElement | null, cover: HTMLCanvasElement | null): () => void {
  if (!video || !cover || !drawPicture(video, cover)) return () => undefined;
  cover.hidden = false;
  return () => {
    const uncover = (): void => {
      clearTimeout(limit);
      cover.hidden = true;
    };
    const limit = setTimeout(uncover, HOLD_LIMIT_MS);
    // Firefox has it since 132; before, the first frame is there with the data.
    if (typeof video.requestVideoFrameCallback === 'function') video.requestVideoFrameCallback(uncover);
    else video.addEventListener('loadeddata', uncover, { once: true });
  };
}
