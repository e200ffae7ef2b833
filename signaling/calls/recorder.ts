/** Writes down each call that passes, as its state changes: who called whom, offer and answer, and how it ended. */

import { DEFAULT_SIP_PORT } from '../../shared/sip/dialog/next-hop.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../shared/sip/message/message.ts';
import { parseDigits } from '../../shared/sip/message/scalars.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { sameAddress } from '../address.ts';
import type { Directory } from '../directory/directory.ts';
import { isActive, sessionId } from '../directory/entries.ts';
import type { Binding, Session, SessionState, Streamer } from '../directory/entries.ts';

/** Longest description that is kept; a browser's own offer has 8 kB. */
const MAX_DESCRIPTION_BYTES = 16_384;
const MAX_VIEWER = 128;
const MAX_CALL_ID = 256;
const MAX_INTERVAL_SECONDS = 86_400;
/** A person is asked into a room: no media, and so no session. */
const INVITATION_TYPE = 'text/uri-list';

export class SessionRecorder {
  readonly #directory: Directory;
  readonly #now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, now: () => number) {
    this.#directory = directory;
    this.#now = now;
  }

  /**
   * An INVITE has come for a name, or for a room that this focus hosts, or of somebody who publishes by this ingest.
   * @param address where it goes; the most preferred contact unless given
   * @returns what later events name it by; undefined for one that begins no session, or cannot be told apart or kept
   */
  offered(invite: SipRequest, front: Address, streamer: Streamer, room?: string, address: Address = streamer.bindings[0].address): string | undefined {
    const { callId, from } = invite;
    if (from.tag === undefined || callId.length > MAX_CALL_ID || from.tag.length > MAX_CALL_ID || invite.contentType === INVITATION_TYPE) return undefined;
    const id = sessionId(callId, from.tag);
    const known = this.#directory.sessions.get(id);
    if (known && isActive(known)) return undefined;
    this.#directory.sessions.putLazily({
      id,
      callId,
      fromTag: from.tag,
      viewer: callerOf(invite, streamer),
      streamer: streamer.name,
      kind: streamer.kind,
      room,
      front,
      streamerAddress: address,
      offer: description(invite),
      answer: '',
      state: 'offer-received',
      changedAt: this.#now(),
      intervalSeconds: undefined,
    });
    return id;
  }

  /** The INVITE goes to this process, because those before it were silent, or full. @param address of a process that has several: which */
  moved(id: string, host: Streamer, address: Address = host.bindings[0].address): void {
    const session = this.#directory.sessions.get(id);
    if (session?.state !== 'offer-received') return;
    if (session.streamer === host.name && session.streamerAddress && sameAddress(session.streamerAddress, address)) return;
    this.#change({ ...session, streamer: host.name, streamerAddress: address }, session.state);
  }

  /** A final response to the INVITE goes back. */
  answered(id: string, response: SipResponse, bindings: readonly Binding[]): void {
    const session = this.#directory.sessions.get(id);
    if (!session || !isActive(session)) return;
    if (response.status >= 300) {
      this.#change(session, 'connection-error');
    } else if (session.state === 'offer-received') {
      const streamerAddress = answeringAddress(response, bindings) ?? session.streamerAddress;
      this.#change({ ...session, streamerAddress, answer: description(response), intervalSeconds: sessionInterval(response) }, 'answer-received');
    }
  }

  /** A 2xx for a call that was given up when the daemon was restarted: the streamer had it all the same. */
  answeredLate(response: SipResponse): void {
    const session = this.find(response);
    if (session?.state === 'connection-error' && session.answer === '') this.#change({ ...session, answer: description(response) }, 'answer-received');
  }

  /** The INVITE went nowhere. */
  refused(id: string): void {
    const session = this.#directory.sessions.get(id);
    if (session && isActive(session)) this.#change(session, 'connection-error');
  }

  /** The caller's ACK to a 2xx passes. */
  acknowledged(ack: SipRequest): void {
    const session = this.find(ack);
    if (session?.state === 'answer-received') this.#change(session, 'connection-established');
  }

  /** A re-INVITE or UPDATE was answered with a 2xx (RFC 4028 §10). */
  refreshed(request: SipRequest, response: SipResponse): void {
    const session = this.find(request);
    if (session && isActive(session)) this.#change({ ...session, intervalSeconds: sessionInterval(response) ?? session.intervalSeconds }, session.state);
  }

  /** A BYE passes, from either side. */
  ended(bye: SipRequest): void {
    const session = this.find(bye);
    if (session && isActive(session)) this.#change(session, 'connection-finished');
  }

  /** The call cannot be going on any more, though nobody said so. */
  abandon(session: Session, state: 'connection-error' | 'connection-finished'): void {
    this.#change(session, state);
  }

  /** The session that a message inside a dialog belongs to, from whichever side it comes. */
  find(message: SipMessage): Session | undefined {
    const { callId, from, to } = message;
    const { sessions } = this.#directory;
    return sessions.get(sessionId(callId, from.tag ?? '')) ?? sessions.get(sessionId(callId, to.tag ?? ''));
  }

  #change(session: Session, state: SessionState): void {
    this.#directory.sessions.putLazily({ ...session, state, changedAt: this.#now() });
  }
}

/** Viewers may have any name that is shown; among those who can be called themselves, a caller is the name that he is called by. */
export function callerOf({ from }: SipRequest, { kind }: Streamer): string {
  const { user } = from.parsedUri();
  return ((kind === 'streamer' ? (from.displayName ?? user) : (user ?? from.displayName)) ?? '').slice(0, MAX_VIEWER);
}

function description({ body }: SipMessage): string {
  return body.length > MAX_DESCRIPTION_BYTES ? '' : body.toString();
}

/** Of several contacts that were rung, the one that answered. Contact and all else that this reads was validated when it came in. */
function answeringAddress(response: SipResponse, bindings: readonly Binding[]): Address | undefined {
  const { contacts } = response;
  const [contact] = contacts === '*' ? [] : contacts;
  if (bindings.length < 2 || !contact) return undefined;
  const { host, port } = contact.parsedUri();
  return bindings.find(({ address }) => sameAddress(address, { host, port: port ?? DEFAULT_SIP_PORT }))?.address;
}

/** Session-Expires of a 2xx (RFC 4028 §4): seconds, before any parameter. */
function sessionInterval(response: SipResponse): number | undefined {
  const seconds = parseDigits(response.headers.get('Session-Expires')?.split(';', 1)[0]?.trim() ?? '', MAX_INTERVAL_SECONDS);
  return seconds === undefined || seconds === 0 || seconds === Infinity ? undefined : seconds;
}
