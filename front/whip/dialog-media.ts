/** A call as a session of WHIP or WHEP: candidates go as INFO (RFC 8840), a restart as re-INVITE, and the session ends with the dialog. */
import { DialogEndedError, InvitePendingError } from '../../shared/sip/index.ts';
import type { Dialog, SipResponse } from '../../shared/sip/index.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import { formatFragment, WhipError } from '../../shared/whip/index.ts';
import type { IceCredentials, IceFragment, WhipMedia } from '../../shared/whip/index.ts';
import { Fragments } from '../calls/fragments.ts';
import type { AnsweredCall } from '../sip/call-attempts.ts';
import { completeAnswer, iceOf, restartedOffer } from './answers.ts';

/** So many fit one datagram beside what else there is in it. */
const CANDIDATES_PER_INFO = 6;

/** RFC 8839 §5.1: the third word. Media goes by UDP alone. */
const BY_UDP = /^\S+ \S+ udp /i;

const SDP_TYPE = 'application/sdp';
const REQUEST_PENDING = 491;
const SERVER_ERROR = 500;

export class DialogMedia implements WhipMedia {
  readonly answer: string;
  readonly #dialog: Dialog;
  readonly #fragments = new Fragments();
  #offer: string;
  #ufrag: string | undefined;

  constructor({ dialog, offer, answer }: AnsweredCall) {
    this.#dialog = dialog;
    this.#offer = offer;
    this.answer = completeAnswer(answer);
    this.#ufrag = iceOf(answer)?.credentials?.ufrag;
    this.#fragments.flow(dialog);
  }

  get callId(): string {
    return this.#dialog.callId;
  }

  /** @throws WhipError 429 when more wait than any client finds */
  candidates(fragment: IceFragment): void {
    for (const part of inParts(fragment)) {
      if (!this.#fragments.send(formatFragment(part))) throw new WhipError(429, 'too-many-requests', 'Too many candidates wait to be sent.', { headers: { 'Retry-After': '1' } });
    }
  }

  /** @throws WhipError 404 when the call has ended, 422 when the other side will not, 503 when it cannot now */
  async restart(fragment: IceFragment): Promise<IceFragment> {
    const { credentials } = fragment;
    if (credentials === undefined) throw refused();
    const offer = restartedOffer(this.#offer, credentials);
    const response = await this.#reinvite(offer);
    const news = restartedIce(response, this.#ufrag);
    this.#offer = offer;
    this.#ufrag = news.credentials.ufrag;
    this.candidates(fragment);
    return news;
  }

  end(): Promise<void> {
    return this.#dialog.bye();
  }

  onEnded(listener: () => void): void {
    this.#dialog.onEnded(() => listener());
  }

  async #reinvite(body: string): Promise<SipResponse> {
    try {
      return await this.#dialog.request('INVITE', { body, contentType: SDP_TYPE });
    } catch (error) {
      if (error instanceof InvitePendingError) throw busy(error);
      if (error instanceof DialogEndedError || this.#dialog.ended !== undefined) throw new WhipError(404, 'unknown-session', 'There is no such session: it has ended.', { cause: error });
      throw error;
    }
  }
}

/** @throws WhipError where the answer is none to a restart */
function restartedIce(response: SipResponse, previousUfrag: string | undefined): IceFragment & { credentials: IceCredentials } {
  const { status } = response;
  if (status === REQUEST_PENDING || status >= SERVER_ERROR) throw busy();
  if (status >= 300) throw refused();
  try {
    const news = iceOf(response.bodyText());
    if (news?.credentials === undefined || news.credentials.ufrag === previousUfrag) throw refused();
    return { ...news, credentials: news.credentials };
  } catch (error) {
    if (!(error instanceof SdpError)) throw error;
    throw refused(error);
  }
}

/** Without candidates that are no use, in pieces that fit a datagram each; those that say nothing are left out. */
function inParts({ sections, ...common }: IceFragment): IceFragment[] {
  return sections.flatMap(({ candidates, endOfCandidates, ...section }) => {
    const usable = candidates.filter((candidate) => BY_UDP.test(candidate));
    const count = Math.max(Math.ceil(usable.length / CANDIDATES_PER_INFO), endOfCandidates ? 1 : 0);
    return Array.from({ length: count }, (_, index) => ({
      ...common,
      sections: [{ ...section, candidates: usable.slice(index * CANDIDATES_PER_INFO, (index + 1) * CANDIDATES_PER_INFO), endOfCandidates: endOfCandidates && index === count - 1 }],
    }));
  });
}

function refused(cause?: unknown): WhipError {
  return new WhipError(422, 'not-supported', 'The other side does not restart ICE: go on as you are, or begin another session.', { cause });
}

function busy(cause?: unknown): WhipError {
  return new WhipError(503, 'restart-pending', 'ICE cannot be restarted at this moment: try again.', { cause, headers: { 'Retry-After': '1' } });
}
