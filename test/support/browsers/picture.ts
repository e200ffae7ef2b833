/** Looks at what a video element really shows: its pixels, through a canvas. */

export interface PictureLook {
  width: number;
  height: number;
  /** Average brightness, 0 to 255: nearly 0 when black. */
  brightness: number;
  /** How many different colours the sampled pixels have, coarsely. */
  colours: number;
  /** Part of the sampled pixels, 0 to 1, that differ between two looks; 0 when nothing has moved for ten seconds. */
  changed: number;
}

/** Runs inside the page, so it refers to nothing outside itself. */
export async function lookAtPicture(): Promise<PictureLook> {
  const SAMPLE = { width: 160, height: 90 };
  const APART_MS = 400;
  const LOOKS = 25;
  const NOTICEABLE = 24;
  const video = document.querySelector<HTMLVideoElement>('video:not([data-unseen])');
  if (video === null) throw new Error('the page has no video element');
  const canvas = document.createElement('canvas');
  canvas.width = SAMPLE.width;
  canvas.height = SAMPLE.height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  const look = (): Uint8ClampedArray => {
    context.drawImage(video, 0, 0, SAMPLE.width, SAMPLE.height);
    return context.getImageData(0, 0, SAMPLE.width, SAMPLE.height).data;
  };
  const first = look();
  let sum = 0;
  const colours = new Set<number>();
  for (let offset = 0; offset < first.length; offset += 4) {
    const [red = 0, green = 0, blue = 0] = first.subarray(offset, offset + 3);
    sum += red + green + blue;
    colours.add(((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5));
  }
  let changed = 0;
  for (let looks = 0; looks < LOOKS && changed === 0; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, APART_MS));
    const later = look();
    for (let offset = 0; offset < first.length; offset += 4) {
      const difference = [0, 1, 2].reduce((total, channel) => total + Math.abs((first[offset + channel] ?? 0) - (later[offset + channel] ?? 0)), 0);
      if (difference > NOTICEABLE) changed += 1;
    }
  }
  const pixels = first.length / 4;
  return { width: video.videoWidth, height: video.videoHeight, brightness: sum / (pixels * 3), colours: colours.size, changed: changed / pixels };
}

/** Which second a film shows whose picture gets brighter by `step` each second; runs inside the page, so it refers to nothing outside itself. */
export function secondInPicture(step: number): number {
  const video = document.querySelector<HTMLVideoElement>('video:not([data-unseen])');
  const context = Object.assign(document.createElement('canvas'), { width: 16, height: 9 }).getContext('2d');
  if (!video || !context) return NaN;
  context.drawImage(video, 0, 0, 16, 9);
  const [red = 0, green = 0, blue = 0] = context.getImageData(8, 4, 1, 1).data;
  // From full range to the 219 steps of video.
  return Math.round((((red + green + blue) / 3) * 219) / 255 / step);
}
