/** How loud a track is, for a meter and for showing who speaks. */

/** A silence of −55 dBFS and below shows nothing; full is where speech is loud. */
const FLOOR_DB = -55;
const FULL_DB = -12;

/** @param samples of a moment, −1 to 1 @returns 0 to 1, as loudness is felt */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2;
  if (samples.length === 0 || sum === 0) return 0;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (FULL_DB - FLOOR_DB)));
}

const SAMPLES = 1024;
const EVERY_MS = 60;

/**
 * Measures a microphone.
 * @param onLevel 0 to 1, several times a second
 * @returns ends it
 */
export function measureLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  if (typeof AudioContext !== 'function') return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = SAMPLES;
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  void context.resume().catch(() => undefined);
  const samples = new Float32Array(SAMPLES);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(track.enabled ? loudness(samples) : 0);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close().catch(() => undefined);
  };
}
