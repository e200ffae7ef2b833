/** What a dialog knows of its session: the descriptions in force, whether the other side takes UPDATE (RFC 3311), and the timer (RFC 4028). */

import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import type { DialogEnvironment } from './environment.ts';
import {
  answerSession,
  formatSessionExpires,
  LEAST_MIN_SE_SECONDS,
  sessionExpires,
  SessionTimer,
  TIMER_OPTION,
  type Role,
  type SessionExpires,
  type SessionTimerActions,
  type SessionTimerPolicy,
} from './session-timer.ts';

export interface SessionStart {
  readonly role: Role;
  /** Our own description. */
  readonly local: Buffer;
  readonly contentType: string;
  /** The other side's INVITE or 2xx. */
  readonly remote: SipMessage;
  readonly agreed: SessionExpires | undefined;
}

const NOTHING = Buffer.alloc(0);

export class Session {
  readonly timer: SessionTimer;
  readonly #policy: SessionTimerPolicy | undefined;
  #local: Buffer = NOTHING;
  #remote: Buffer = NOTHING;
  #contentType = '';
  #peerTakesUpdate = false;

  constructor(environment: DialogEnvironment, actions: SessionTimerActions) {
    this.#policy = environment.sessionTimers;
    this.timer = new SessionTimer(environment.layer.clock, actions);
  }

  /** The call has been answered. */
  begin(start: SessionStart): void {
    this.#local = start.local;
    this.#remote = start.remote.body;
    this.#contentType = start.contentType;
    this.#peerTakesUpdate = start.remote.headers.values('Allow').includes('UPDATE');
    this.timer.agree(start.agreed, start.role);
  }

  /** Our description and its type, unless we have none. */
  get description(): { body: Buffer; contentType: string } | undefined {
    return this.#local.length === 0 ? undefined : { body: this.#local, contentType: this.#contentType };
  }

  /** What a refresh is sent as (§7.4): UPDATE where that is understood, for it carries no description. */
  get refreshMethod(): 'UPDATE' | 'INVITE' {
    return this.#peerTakesUpdate ? 'UPDATE' : 'INVITE';
  }

  /** Whether a re-INVITE changes nothing: it only keeps the session alive, or asks for our description. */
  isRefresh(reinvite: SipRequest): boolean {
    return reinvite.body.length === 0 || reinvite.body.equals(this.#remote);
  }

  /** Headers of an INVITE or UPDATE of ours inside the dialog. */
  get requestHeaders(): [string, string][] {
    if (!this.#policy) return [];
    const { seconds, refreshing } = this.timer;
    const headers: [string, string][] = [['Supported', TIMER_OPTION]];
    if (seconds === undefined) return headers;
    headers.push(['Session-Expires', formatSessionExpires({ seconds, refresher: refreshing ? 'uac' : 'uas' })]);
    if (this.timer.minSe > LEAST_MIN_SE_SECONDS) headers.push(['Min-SE', String(this.timer.minSe)]);
    return headers;
  }

  /** Takes the 2xx to an INVITE or UPDATE of ours. */
  answered(request: SipRequest, response: SipResponse): void {
    if (request.body.length > 0) {
      this.#local = request.body;
      this.#remote = response.body;
    }
    this.timer.agree(agreedBy(response), 'uac');
  }

  /** Completes our 2xx to an INVITE or UPDATE, and takes it. */
  answer(request: SipRequest, response: SipResponse): void {
    if (response.body.length > 0 && request.body.length > 0) {
      this.#local = response.body;
      this.#remote = request.body;
    }
    const answer = answerSession(request, this.#policy);
    for (const [name, value] of answer?.headers ?? []) response.headers.append(name, value);
    this.timer.agree(answer?.agreed, 'uas');
  }
}

/** What a 2xx has settled; one that is malformed settles nothing. */
export function agreedBy(response: SipResponse): SessionExpires | undefined {
  try {
    return sessionExpires(response);
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}
