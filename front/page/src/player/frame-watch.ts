/** Finds the moment of the first frame: by requestVideoFrameCallback where the browser has it, by statistics otherwise and for hidden pages. */
import type { Peer } from './peer.ts';

/** How often the statistics are read while the first frame is awaited: precise where nothing else tells, rare where it is a reserve. */
const ONLY_STATS_MS = 10;
const RESERVE_MS = 250;
/** Audio for this long without any video packet means that there is no picture to wait for. */
const AUDIO_ONLY_MS = 2_000;

/**
 * @param onMedia called once: at the first frame, or when audio has come for a while and no video
 * @returns ends the watch
 */
export function watchFirstFrame(video: HTMLVideoElement, peer: Peer, onMedia: (withPicture: boolean) => void): () => void {
  let over = false;
  const canTell = typeof video.requestVideoFrameCallback === 'function';
  const finish = (withPicture: boolean): void => {
    if (over) return;
    stop();
    if (withPicture) peer.stopwatch.mark('firstFrame', performance.now());
    onMedia(withPicture);
  };
  const handle = canTell ? video.requestVideoFrameCallback(() => finish(true)) : 0;
  let audioSince: number | undefined;
  const poll = async (): Promise<void> => {
    const sample = await peer.sample();
    if (over) return;
    if ((sample.video?.framesDecoded ?? 0) > 0) {
      finish(true);
      return;
    }
    if (!sample.video?.packetsReceived && (sample.audio?.packetsReceived ?? 0) > 0) {
      audioSince ??= sample.at;
      if (sample.at - audioSince > AUDIO_ONLY_MS) {
        finish(false);
        return;
      }
    }
    timer = setTimeout(() => void poll(), canTell ? RESERVE_MS : ONLY_STATS_MS);
  };
  let timer = setTimeout(() => void poll(), canTell ? RESERVE_MS : ONLY_STATS_MS);
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
    if (canTell) video.cancelVideoFrameCallback(handle);
  };
  return stop;
}
