/** The connection of one who publishes: found by ICE, what he sends is received, told of and asked for again, and becomes a source. */
import { SdpError } from '../../shared/sdp/index.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ForwardingCounts } from '../forwarding/counts.ts';
import type { PortSurroundings } from '../forwarding/open-port.ts';
import { Receiver } from '../forwarding/receiver.ts';
import { hostCandidates } from '../webrtc/host-candidates.ts';
import type { MemberOffer } from '../webrtc/member-offer.ts';
import { codecOf, readPublisherOffer, writePublisherAnswer } from '../webrtc/publisher-offer.ts';
import { usableCandidates } from '../webrtc/remote-end.ts';
import { PublishedSource } from './published-source.ts';

const SESSION_ID_BYTES = 4;

export interface PublisherOptions extends PortSurroundings {
  readonly offer: string;
  readonly counts: ForwardingCounts;
}

export class Publisher {
  readonly source: PublishedSource;
  readonly #options: PublisherOptions;
  readonly #receiver: Receiver;
  readonly #sessionId: string;
  #offer: MemberOffer;
  #answer: string;
  #version = 1;

  /**
   * @throws SdpError when the offer is none
   * @throws NotAcceptableError when nothing in it can be taken
   */
  constructor(options: PublisherOptions) {
    this.#options = options;
    const { clock, randomBytes, counts } = options;
    const offer = (this.#offer = readPublisherOffer(options.offer));
    const source = (this.source = new PublishedSource(offer.sendings.map(({ kind, codec }, id) => ({ id, kind: kind === 'audio' ? 'audio' : 'video', codec: codecOf(codec) })), clock));
    this.#receiver = new Receiver({ surroundings: options, remote: offer, sendings: offer.sendings, counts, who: 'who publishes', onTick: (now) => source.tick(now) });
    for (const [id, { kind }] of offer.sendings.entries()) {
      const track = source.track(id);
      if (track) this.#receiver.publications.get(kind)?.subscribe(track);
    }
    this.#sessionId = String(randomBytes(SESSION_ID_BYTES).readUInt32BE(0));
    this.#answer = this.#write();
    this.#receiver.connection.onConnected(() => this.#receiver.begin());
  }

  /** To his latest offer, in SDP. */
  get answer(): string {
    return this.#answer;
  }

  /** Hears once that the first media has come. */
  onMedia(listener: () => void): void {
    this.#receiver.onMedia(listener);
  }

  /** Hears once why the connection ended by itself. */
  onClosed(listener: (reason: string, diagnosis: Diagnosis | undefined) => void): void {
    this.#receiver.connection.onClosed(listener);
  }

  /** He has our answer. */
  delivered(): void {
    this.#receiver.connection.delivered();
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
    this.#receiver.connection.restart(offer);
    this.#version++;
    return (this.#answer = this.#write());
  }

  /** Takes further candidates (RFC 8840): lines of an SDP fragment. */
  addCandidates(fragment: string): void {
    const lines = fragment.split(/\r?\n/).flatMap((line) => (line.startsWith('a=candidate:') ? [line.slice('a=candidate:'.length)] : []));
    this.#receiver.connection.addCandidates(usableCandidates(lines));
  }

  close(): void {
    this.#receiver.close();
  }

  #write(): string {
    const { ufrag, password } = this.#receiver.connection.credentials;
    const { addresses, port, certificate } = this.#options;
    const end = { iceUfrag: ufrag, icePwd: password, fingerprint: certificate.fingerprint, candidates: hostCandidates(addresses, port.number), sessionId: this.#sessionId };
    return writePublisherAnswer(this.#offer, end, this.#version);
  }
}
