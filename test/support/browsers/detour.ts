/** Makes a page's media take a detour over a relay of the test's own: the streamer's candidates get the relay's port. */
import type { Page } from 'puppeteer-core';
import { MediaRelay } from '../network/media-relay.ts';

interface Detour {
  answer: string | undefined;
  use: (port: number) => void;
  connection: RTCPeerConnection | undefined;
}

declare global {
  // Seen by the functions that run inside the page.
  var detour: Detour | undefined;
}

/** To be called before the page is opened. */
export async function prepareDetour(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const prototype: { setRemoteDescription: (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void> } = RTCPeerConnection.prototype;
    const accept = prototype.setRemoteDescription;
    globalThis.detour = { answer: undefined, use: () => undefined, connection: undefined };
    prototype.setRemoteDescription = async function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
      const state = globalThis.detour;
      if (state === undefined) throw new Error('the detour is gone');
      state.connection = this;
      state.answer = description.sdp;
      const port = await new Promise<number>((resolve) => (state.use = resolve));
      const sdp = description.sdp?.replace(/(a=candidate:\S+ 1 udp \d+ \S+) \d+/gi, `$1 ${port}`) ?? '';
      return accept.call(this, { type: description.type, sdp });
    };
  });
}

/** Resolves with the relay that the page's connection goes over, as soon as the page has its answer. */
export async function takeDetour(page: Page): Promise<MediaRelay> {
  const answer = await page.waitForFunction(() => globalThis.detour?.answer);
  const sdp = (await answer.jsonValue()) ?? '';
  const [, host, port] = /a=candidate:\S+ 1 udp \d+ (\S+) (\d+)/i.exec(sdp) ?? [];
  if (host === undefined) throw new Error(`the answer has no candidate:\n${sdp}`);
  const relay = await MediaRelay.start({ host, port: Number(port) });
  await page.evaluate((relayed) => globalThis.detour?.use(relayed), relay.port);
  return relay;
}

export interface Playback {
  readonly atMs: number;
  readonly framesDecoded: number;
  readonly keyFramesDecoded: number;
  readonly freezeCount: number;
  readonly freezesMs: number;
  readonly width: number;
  readonly packetsLost: number;
  readonly packetsReceived: number;
  readonly concealedSamples: number;
  readonly audioSamples: number;
}

/** What the browser says of the connection that took the detour (W3C webrtc-stats). */
export async function playback(page: Page): Promise<Playback> {
  return page.evaluate(async () => {
    const report = await globalThis.detour?.connection?.getStats();
    let video: Record<string, unknown> = {};
    let audio: Record<string, unknown> = {};
    report?.forEach((entry: Record<string, unknown>) => {
      if (entry['type'] !== 'inbound-rtp') return;
      if (entry['kind'] === 'video') video = entry;
      else audio = entry;
    });
    const count = (value: unknown) => (typeof value === 'number' ? value : 0);
    return {
      atMs: performance.now(),
      framesDecoded: count(video['framesDecoded']),
      keyFramesDecoded: count(video['keyFramesDecoded']),
      freezeCount: count(video['freezeCount']),
      freezesMs: count(video['totalFreezesDuration']) * 1000,
      width: count(video['frameWidth']),
      packetsLost: count(video['packetsLost']),
      packetsReceived: count(video['packetsReceived']),
      concealedSamples: count(audio['concealedSamples']),
      audioSamples: count(audio['totalSamplesReceived']),
    };
  });
}

/** Resolves when the decoded picture has this width. */
export async function widthReaches(page: Page, width: number): Promise<void> {
  await page.waitForFunction(
    async (wanted) => {
      let width = 0;
      (await globalThis.detour?.connection?.getStats())?.forEach((entry: Record<string, unknown>) => {
        if (entry['type'] === 'inbound-rtp' && entry['kind'] === 'video' && typeof entry['frameWidth'] === 'number') width = entry['frameWidth'];
      });
      return width === wanted;
    },
    { polling: 100 },
    width,
  );
}
