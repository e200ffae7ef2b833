/** The connection of one who publishes: found by ICE, what he sends is received, told of and asked for again, and becomes a source. */
import { SdpError } from '../../shared/sdp/index.ts';
import type { Cancel } from '../../shared/sip/index.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ForwardingCounts } from '../forwarding/counts.ts';
import type { PortSurroundings } from '../forwarding/open-port.ts';
import { Publication } from '../forwarding/publication.ts';
import { Uplink } from '../forwarding/uplink.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { hostCandidates } from '../webrtc/host-candidates.ts';
import { MediaConnection } from '../webrtc/media-connection.ts';
import type { MemberOffer } from '../webrtc/member-offer.ts';
import { codecOf, readPublisherOffer, writePublisherAnswer } from '../webrtc/publisher-offer.ts';
import { usableCandidates } from '../webrtc/remote-end.ts';
import { PublishedSource } from './published-source.ts';

/** Feedback that comes seldom makes a browser send little. */
const TICK_MS = 50;
/** One who vanishes is to free his name soon. */
const CONSENT_TIMEOUT_MS = 10_000;
/** What he may send where he cannot find out by himself; his encoder will hardly be told to send more. */
const MOST_BITS_PER_SECOND = 10_000_000;
const SESSION_ID_BYTES = 4;

export interface PublisherOptions extends PortSurroundings {
  readonly offer: string;
  readonly counts: ForwardingCounts;
}

export class Publisher {
  readonly source: PublishedSource;
  readonly #options: PublisherOptions;
  readonly #connection: MediaConnection;
  readonly #uplink: Uplink;
  readonly #sessionId: string;
  readonly #mediaListeners: (() => void)[] = [];
  #offer: MemberOffer;
  #answer: string;
  #version = 1;
  #heard = false;
  #cancelTick: Cancel | undefined;

  /**
   * @throws SdpError when the offer is none
   * @throws NotAcceptableError when nothing in it can be taken
   */
  constructor(options: PublisherOptions) {
    this.#options = options;
    const { port, addresses, certificate, clock, randomBytes, counts } = options;
    const offer = (this.#offer = readPublisherOffer(options.offer));
    this.source = new PublishedSource(offer.sendings.map(({ kind, codec }, id) => ({ id, kind: kind === 'audio' ? 'audio' : 'video', codec: codecOf(codec) })), clock);
    const publications = offer.sendings.map(({ kind }, id) => {
      const publication = new Publication('', kind);
      const track = this.source.track(id);
      if (track) publication.subscribe(track);
      publication.show(true);
      return [kind, publication] as const;
    });
    this.#uplink = new Uplink({
      sendings: offer.sendings,
      publications: new Map(publications),
      counts,
      sendRtcp: (compound) => this.#connection.sendRtcp(compound),
      onLevel: () => undefined,
      raw: true,
      mostBitsPerSecond: MOST_BITS_PER_SECOND,
    });
    this.#connection = new MediaConnection({
      remote: offer,
      port,
      certificate,
      clock,
      randomBytes,
      consentTimeoutMs: CONSENT_TIMEOUT_MS,
      answered: addresses.map((host) => `${host}:${port.number}`),
      who: 'who publishes',
      onRtp: (header, payload) => {
        counts.packetsReceived++;
        counts.bytesReceived += payload.length;
        this.#uplink.receive(header, payload, clock.now());
        port.flush();
        this.#hearMedia();
      },
    });
    this.#sessionId = String(randomBytes(SESSION_ID_BYTES).readUInt32BE(0));
    this.#answer = this.#write();
    this.#connection.onRtcp((compound) => {
      const now = clock.now();
      for (const feedback of readRtcp(compound)) this.#uplink.heed(feedback, now);
    });
    this.#connection.onConnected(() => this.#tick());
    this.#connection.onClosed(() => this.#cancelTick?.());
  }

  /** To his latest offer, in SDP. */
  get answer(): string {
    return this.#answer;
  }

  /** Hears once that the first media has come. */
  onMedia(listener: () => void): void {
    if (this.#heard) listener();
    else this.#mediaListeners.push(listener);
  }

  /** Hears once why the connection ended by itself. */
  onClosed(listener: (reason: string, diagnosis: Diagnosis | undefined) => void): void {
    this.#connection.onClosed(listener);
  }

  /** He has our answer. */
  delivered(): void {
    this.#connection.delivered();
  }

  /**
   * Takes another offer of the same session: ICE begins anew where its credentials are others; what he sends stays as it was.
   * @returns the answer
   * @throws SdpError, NotAcceptableError
   */
  renew(text: string): string {
    const offer = readPublisherOffer(text);
    if (offer.description.media.length !== this.#offer.description.media.length) throw new SdpError('The offer has another number of sections than the one before');
    const { iceUfrag, icePwd } = offer;
    if (iceUfrag === this.#offer.iceUfrag && icePwd === this.#offer.icePwd) return this.#answer;
    // The sections that he sends in are those of the first offer, whatever else the new one says.
    this.#offer = { ...this.#offer, iceUfrag, icePwd };
    this.#connection.restart(offer);
    this.#version++;
    return (this.#answer = this.#write());
  }

  /** Takes further candidates (RFC 8840): lines of an SDP fragment. */
  addCandidates(fragment: string): void {
    const lines = fragment.split(/\r?\n/).flatMap((line) => (line.startsWith('a=candidate:') ? [line.slice('a=candidate:'.length)] : []));
    this.#connection.addCandidates(usableCandidates(lines));
  }

  close(): void {
    this.#cancelTick?.();
    this.#connection.close();
  }

  #write(): string {
    const { ufrag, password } = this.#connection.credentials;
    const { addresses, port, certificate } = this.#options;
    const end = { iceUfrag: ufrag, icePwd: password, fingerprint: certificate.fingerprint, candidates: hostCandidates(addresses, port.number), sessionId: this.#sessionId };
    return writePublisherAnswer(this.#offer, end, this.#version);
  }

  #hearMedia(): void {
    if (this.#heard) return;
    this.#heard = true;
    for (const listener of this.#mediaListeners.splice(0)) listener();
  }

  #tick(): void {
    const { clock, port } = this.#options;
    const now = clock.now();
    this.#uplink.tick(now);
    this.source.tick(now);
    port.flush();
    this.#cancelTick = clock.setTimeout(() => this.#tick(), TICK_MS);
  }
}
