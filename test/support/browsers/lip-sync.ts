/** How far sound is from picture, in the page: flashes seen in the video's frames against beeps heard in its audio track. */
import type { Page } from 'puppeteer-core';

export interface LipSync {
  /** Ms by which each beep came after its flash; negative where it came before. */
  readonly offsetsMs: readonly number[];
  /** The middle one of the latest few. */
  readonly medianMs: number;
}

/** So many of the latest offsets are judged. */
const JUDGED = 5;

/**
 * Watches until sound and picture are within `withinMs` of each other, or `count` beeps were heard: browsers take some seconds to
 * find out, and get nearer step by step. The page's connection must have been remembered by {@link ./detour.ts}.
 */
export async function measureLipSync(page: Page, { withinMs, count }: { withinMs: number; count: number }): Promise<LipSync> {
  await page.waitForSelector('video');
  await page.evaluate(watchAndListen);
  for (let heard = JUDGED; ; heard++) {
    await page.waitForFunction((wanted) => (globalThis.lipSync?.beeps.length ?? 0) >= wanted, { polling: 100 }, heard);
    const offsetsMs = offsetsOf(await page.evaluate(() => globalThis.lipSync));
    const latest = offsetsMs.slice(-JUDGED).sort((one, other) => one - other);
    const medianMs = latest[Math.floor(latest.length / 2)] ?? NaN;
    if (heard >= count || (latest.length === JUDGED && Math.abs(medianMs) <= withinMs)) return { offsetsMs, medianMs };
  }
}

function offsetsOf(seen: typeof globalThis.lipSync): number[] {
  return (seen?.beeps ?? []).flatMap((beep) => {
    const nearest = seen?.flashes.map((flash) => beep - flash).sort((one, other) => Math.abs(one) - Math.abs(other))[0];
    // The outermost may lack a partner; half a second apart they belong to others.
    return nearest === undefined || Math.abs(nearest) > 400 ? [] : [Math.round(nearest)];
  });
}

declare global {
  // Seen by the functions that run inside the page.
  var lipSync: { readonly flashes: number[]; readonly beeps: number[] } | undefined;
}

/** Runs inside the page, so it refers to nothing outside itself. Times are those of performance.now(). */
async function watchAndListen(): Promise<void> {
  const BRIGHT = 128;
  const LOUD = 0.1;
  /** Of a few ms of a beep. */
  const LEAST_ENERGY = 1e-4;
  const POLL_MS = 5;
  const START_MS = 500;
  /** A second beep cannot come before. */
  const APART_MS = 500;
  const video = document.querySelector<HTMLVideoElement>('video:not([data-unseen])');
  if (video === null || !(video.srcObject instanceof MediaStream)) throw new Error('the page shows no stream');
  const seen = { flashes: [] as number[], beeps: [] as number[] };
  globalThis.lipSync = seen;

  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 4;
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  let wasBright = true;
  const look = (_now: number, metadata: VideoFrameCallbackMetadata): void => {
    video.requestVideoFrameCallback(look);
    drawing?.drawImage(video, 0, 0, 4, 4);
    const isBright = (drawing?.getImageData(1, 1, 1, 1).data[0] ?? 0) > BRIGHT;
    if (isBright && !wasBright) seen.flashes.push(metadata.expectedDisplayTime);
    wasBright = isBright;
  };
  video.requestVideoFrameCallback(look);

  let lastBeep = performance.now();
  const hear = (at: number): void => {
    if (at - lastBeep < APART_MS) return;
    lastBeep = at;
    seen.beeps.push(at);
  };

  const listen = (context: AudioContext, stream: MediaStream): void => {
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const first = samples.findIndex((sample) => Math.abs(sample) > LOUD);
      // From its very beginning, or it was there before.
      if (first > 0) hear(performance.now() - ((samples.length - first) / context.sampleRate) * 1000);
    }, POLL_MS);
  };

  /** Firefox without a loudspeaker runs no AudioContext, but counts the energy of what it would have played. */
  const countEnergy = async (receiver: RTCRtpReceiver): Promise<void> => {
    let before = Infinity;
    for (;;) {
      const report = await receiver.getStats();
      let energy = 0;
      report.forEach((entry: Record<string, unknown>) => {
        if (entry['type'] === 'inbound-rtp' && typeof entry['totalAudioEnergy'] === 'number') energy = entry['totalAudioEnergy'];
      });
      if (energy > before + LEAST_ENERGY) hear(performance.now());
      before = energy;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };

  const context = new AudioContext();
  void context.resume();
  await new Promise((resolve) => setTimeout(resolve, START_MS));
  const audio = globalThis.detour?.connection?.getReceivers().find(({ track }) => track.kind === 'audio');
  if (context.state === 'running') listen(context, video.srcObject);
  else if (audio !== undefined) void countEnergy(audio);
}
