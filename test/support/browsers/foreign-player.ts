/** A player by WHEP on a page of another site, with nothing but what browsers have: it watches, trickles, restarts ICE and leaves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'puppeteer-core';

interface InPage {
  readonly peer: RTCPeerConnection;
  readonly candidates: RTCIceCandidate[];
  session: string;
  etag: string;
  answer: string;
}

declare global {
  // Seen by the functions that run inside the page.
  var player: InPage | undefined;
}

/** What a page of another origin can read of an answer. */
export interface Seen {
  readonly status: number;
  readonly location: string | null;
  readonly etag: string | null;
  readonly link: string | null;
}

export class ForeignPlayer {
  readonly #page: Page;
  readonly #closeServer: () => void;

  private constructor(page: Page, closeServer: () => void) {
    this.#page = page;
    this.#closeServer = closeServer;
  }

  /** Opens an empty page at an origin of its own. */
  static async open(browser: Browser): Promise<ForeignPlayer> {
    const server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>player</title><video autoplay muted></video>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new ForeignPlayer(page, () => server.close());
  }

  /** Offers to receive, and takes the answer. */
  watch(endpoint: string, token: string): Promise<Seen> {
    return this.#page.evaluate(
      async (url, bearer) => {
        const peer = new RTCPeerConnection();
        const candidates: RTCIceCandidate[] = [];
        peer.onicecandidate = ({ candidate }) => candidate?.candidate && candidates.push(candidate);
        for (const kind of ['audio', 'video']) peer.addTransceiver(kind, { direction: 'recvonly' });
        peer.ontrack = ({ streams: [stream] }) => {
          const video = document.querySelector('video');
          if (video && stream) video.srcObject = stream;
        };
        await peer.setLocalDescription();
        const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp', 'Authorization': `Bearer ${bearer}` }, body: peer.localDescription?.sdp ?? '' });
        const answer = await response.text();
        const [location, etag, link] = ['location', 'etag', 'link'].map((name) => response.headers.get(name)) as [string | null, string | null, string | null];
        globalThis.player = { peer, candidates, session: new URL(location ?? '', url).href, etag: etag ?? '', answer };
        if (response.status === 201) await peer.setRemoteDescription({ type: 'answer', sdp: answer });
        return { status: response.status, location, etag, link };
      },
      endpoint,
      token,
    );
  }

  /** Resolves when so many more pictures were decoded. */
  async decodes(count: number): Promise<void> {
    const before = await this.#decoded();
    await this.#page.waitForFunction(
      async (least) => [...((await player?.peer.getStats()) ?? new Map<string, { type: string; framesDecoded?: number }>()).values()].some((entry: { type: string; framesDecoded?: number }) => entry.type === 'inbound-rtp' && (entry.framesDecoded ?? 0) > least),
      { polling: 100 },
      before + count,
    );
  }

  /** Tells the candidates that were found so far. @returns the status */
  trickle(): Promise<number> {
    return this.#page.evaluate(async () => {
      if (!player) throw new Error('nothing is watched');
      const { peer, candidates, session, etag } = player;
      const ufrag = /a=ice-ufrag:.*/.exec(peer.localDescription?.sdp ?? '')?.[0] ?? '';
      const lines = ['m=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', ufrag.trim(), ...candidates.map(({ candidate }) => `a=${candidate}`), 'a=end-of-candidates', ''];
      return (await fetch(session, { method: 'PATCH', headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': etag }, body: lines.join('\r\n') })).status;
    });
  }

  /** Restarts ICE; resolves when a way was found by the new credentials. @returns the status, and whether the entity-tag has become another */
  restart(): Promise<{ status: number; renewed: boolean }> {
    return this.#page.evaluate(async () => {
      if (!player) throw new Error('nothing is watched');
      const { peer, session, etag, answer } = player;
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
      const own = (name: string) => new RegExp(`a=${name}:.*`).exec(peer.localDescription?.sdp ?? '')?.[0].trim() ?? '';
      const response = await fetch(session, { method: 'PATCH', headers: { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' }, body: [own('ice-ufrag'), own('ice-pwd'), ''].join('\r\n') });
      const news = await response.text();
      const told = (name: string) => new RegExp(`a=${name}:.*`).exec(news)?.[0].trim() ?? '';
      player.etag = response.headers.get('etag') ?? '';
      await peer.setRemoteDescription({ type: 'answer', sdp: answer.replace(/a=ice-ufrag:\S*/g, told('ice-ufrag')).replace(/a=ice-pwd:\S*/g, told('ice-pwd')) });
      const isUp = () => ['connected', 'completed'].includes(peer.iceConnectionState);
      while (!isUp()) await new Promise((resolve) => peer.addEventListener('iceconnectionstatechange', resolve, { once: true }));
      return { status: response.status, renewed: player.etag !== '' && player.etag !== etag };
    });
  }

  /** @returns the status of the DELETE */
  leave(): Promise<number> {
    return this.#page.evaluate(async () => (await fetch(player?.session ?? '', { method: 'DELETE' })).status);
  }

  async close(): Promise<void> {
    await this.#page.close();
    this.#closeServer();
  }

  #decoded(): Promise<number> {
    return this.#page.evaluate(async () => {
      let most = 0;
      (await player?.peer.getStats())?.forEach((entry: { type: string; framesDecoded?: number }) => {
        if (entry.type === 'inbound-rtp') most = Math.max(most, entry.framesDecoded ?? 0);
      });
      return most;
    });
  }
}
