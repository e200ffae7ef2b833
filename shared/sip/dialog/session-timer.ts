/** Session timers (RFC 4028): one side refreshes the session at half time, the other ends it when no refresh comes. */

import { parseParameters } from '../message/parameters.ts';
import { parseDigits } from '../message/scalars.ts';
import type { SipMessage, SipRequest } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import type { Cancel, Clock } from '../timing/clock.ts';

/** Option tag in Supported and Require. */
export const TIMER_OPTION = 'timer';
/** §4, §5: no shorter session may be asked for than Min-SE, and that is never less. */
export const LEAST_MIN_SE_SECONDS = 90;
export const DEFAULT_SESSION_SECONDS = 1800;

const MAX_SECONDS = 2 ** 32 - 1;
/** §10: who does not refresh hangs up this long before the end, or a third of the interval where that is less. */
const LONGEST_MARGIN_SECONDS = 32;

/** The two roles in the transaction that carried it. */
export type Role = 'uac' | 'uas';

export interface SessionExpires {
  readonly seconds: number;
  /** Who refreshes; undefined in a request that leaves the choice to the other side. */
  readonly refresher?: Role | undefined;
}

export interface SessionTimerPolicy {
  /** The interval that is asked for, seconds. */
  readonly expires: number;
  /** The least that is accepted, seconds. */
  readonly minSe: number;
}

/** Session-Expires of a message; undefined when it has none. @throws SipSyntaxError when it is malformed */
export function sessionExpires(message: SipMessage): SessionExpires | undefined {
  const text = message.headers.get('Session-Expires');
  if (text === undefined) return undefined;
  const semicolon = text.indexOf(';');
  const end = semicolon < 0 ? text.length : semicolon;
  const seconds = parseDigits(text.slice(0, end).trim(), MAX_SECONDS);
  const refresher = parseParameters(text, end, 'Session-Expires').get('refresher');
  if (seconds === undefined || seconds === Infinity || seconds === 0) throw new SipSyntaxError(`Session-Expires is no time: ${JSON.stringify(text.slice(0, 40))}`, { header: 'Session-Expires' });
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

export function formatSessionExpires({ seconds, refresher }: SessionExpires): string {
  return refresher === undefined ? String(seconds) : `${seconds};refresher=${refresher}`;
}

/** Whether a message says that its sender understands session timers. */
export function supportsTimer(message: SipMessage): boolean {
  return ['Supported', 'Require'].some((name) => message.headers.values(name).some((option) => option.toLowerCase() === TIMER_OPTION));
}

/**
 * What a UAS answers to a request with Session-Expires (§9): the interval that holds, and the headers that say so; undefined when
 * the session has no timer. Its refresher is the caller, where he can and did not ask otherwise.
 */
export function answerSession(request: SipRequest, policy: SessionTimerPolicy | undefined): { agreed: SessionExpires; headers: [string, string][] } | undefined {
  const asked = policy && sessionExpires(request);
  if (!asked) return undefined;
  const callerCan = supportsTimer(request);
  const agreed: SessionExpires = { seconds: asked.seconds, refresher: callerCan ? (asked.refresher ?? 'uac') : 'uas' };
  const headers: [string, string][] = [['Session-Expires', formatSessionExpires(agreed)]];
  if (callerCan) headers.push(['Require', TIMER_OPTION]);
  return { agreed, headers };
}

/** Whether the request asks for a shorter session than we bear, and could be told so: 422 with Min-SE. */
export function isTooShort(request: SipRequest, policy: SessionTimerPolicy | undefined): boolean {
  if (!policy) return false;
  const asked = sessionExpires(request);
  return asked !== undefined && asked.seconds < policy.minSe && supportsTimer(request);
}

export interface SessionTimerActions {
  /** Half of the time is over, and it is on us to refresh. */
  readonly refresh: () => void;
  /** Nobody has refreshed. */
  readonly expire: () => void;
}

export class SessionTimer {
  readonly #clock: Clock;
  readonly #actions: SessionTimerActions;
  #current: SessionExpires | undefined;
  #refreshing = false;
  #minSe = LEAST_MIN_SE_SECONDS;
  #stopRefresh: Cancel = () => undefined;
  #stopExpiry: Cancel = () => undefined;

  constructor(clock: Clock, actions: SessionTimerActions) {
    this.#clock = clock;
    this.#actions = actions;
  }

  /** Seconds of the interval to ask for; undefined without timer. */
  get seconds(): number | undefined {
    return this.#current && Math.max(this.#current.seconds, this.#minSe);
  }

  /** Whether it is on us to refresh. */
  get refreshing(): boolean {
    return this.#refreshing;
  }

  /** The largest Min-SE that was asked of us. */
  get minSe(): number {
    return this.#minSe;
  }

  /** Takes what the latest 2xx to INVITE or UPDATE says; `role`: ours in that transaction. Without Session-Expires the session has no timer any more. */
  agree(agreed: SessionExpires | undefined, role: Role): void {
    this.stop();
    this.#current = agreed;
    this.#refreshing = agreed !== undefined && (agreed.refresher ?? 'uac') === role;
    if (!agreed) return;
    const { seconds } = agreed;
    const margin = Math.min(LONGEST_MARGIN_SECONDS, seconds / 3);
    if (this.#refreshing) this.refreshAfter((seconds * 1000) / 2);
    this.#stopExpiry = this.#clock.setTimeout(this.#actions.expire, (seconds - margin) * 1000);
  }

  /** A refresh was refused for being too short (422). */
  raise(minSe: number): void {
    this.#minSe = Math.max(this.#minSe, minSe);
  }

  refreshAfter(ms: number): void {
    this.#stopRefresh();
    this.#stopRefresh = this.#clock.setTimeout(this.#actions.refresh, ms);
  }

  stop(): void {
    this.#stopRefresh();
    this.#stopExpiry();
  }
}
