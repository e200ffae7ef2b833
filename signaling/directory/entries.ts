/** What the directory holds: registered names with their bindings (RFC 3261 §10), sessions, and subscriptions to the lists. */

import type { SubscriptionRecord } from '../../shared/sip/subscription/server-subscription.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';

/** What a name stands for: a streamer, somebody who can be called, a process that hosts rooms (RFC 4579's focus), or one that takes what is published. */
export const KINDS = ['streamer', 'person', 'focus', 'ingest'] as const;

export type Kind = (typeof KINDS)[number];

/** One of each, for people. */
export const ONE_OF_KIND: Readonly<Record<Kind, string>> = { streamer: 'a streamer', person: 'a person', focus: 'a focus', ingest: 'an ingest' };

/** Whether it is a process that serves many: of these, whoever has another Call-ID has forgotten all that was before. */
export function isHost(kind: Kind | undefined): boolean {
  return kind === 'focus' || kind === 'ingest';
}

/** What people read about a streamer, and what it can send. */
export interface StreamerInfo {
  readonly title: string;
  readonly description: string;
  /** URL or path of a picture; empty where there is none. */
  readonly image: string;
  readonly codecs: { readonly audio: readonly string[]; readonly video: readonly string[] };
  /** Each viewer has a playback of his own; where this is missing, all see the same moment. */
  readonly mode?: 'vod';
  /** Names of the qualities that viewers can choose from; missing where there is one only. */
  readonly renditions?: readonly string[];
}

/** One contact at which a name is reached, with the registration that made it (RFC 3261 §10.3). */
export interface Binding {
  /** The Contact URI as registered. */
  readonly contact: string;
  /** Where requests for this contact are sent. */
  readonly address: Address;
  /** Where its REGISTER came from. */
  readonly source: Address;
  readonly callId: string;
  readonly cseq: number;
  /** The preference among contacts, 0 to 1. */
  readonly q: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The REGISTER's own header values, for the 403 that follows a restart. */
  readonly via: string;
  readonly from: string;
  readonly to: string;
  /** Which of several streamers of one name it is (RFC 5626 §4.1), such as `urn:uuid:…`; missing for a contact that does not say. */
  readonly instance?: string;
  /** What of its capacity such a replica says is in use, 0 to 1. */
  readonly load?: number;
  /** How many viewers it takes. */
  readonly capacity?: number;
}

/** A contact of which others may stand beside: a call goes to one of them, not to all. */
export interface Replica extends Binding {
  readonly instance: string;
}

export function isReplica(binding: Binding): binding is Replica {
  return binding.instance !== undefined;
}

/** A registered name: an address of record and its bindings. Most are streamers; the other kinds say nothing of themselves in `info`. */
export interface Streamer {
  /** The user part of the address of record, decoded. */
  readonly name: string;
  readonly kind: Kind;
  readonly info: StreamerInfo;
  /** The digest identity that registered it; undefined where no secret is configured. */
  readonly identity: string | undefined;
  /** At least one, most preferred first. */
  readonly bindings: readonly [Binding, ...Binding[]];
  /** True from a restart until it registers again: it is told to, and neither listed nor called. */
  readonly forgotten: boolean;
}

export const SESSION_STATES = [
  'offer-received',
  'answer-received',
  'connection-established',
  'connection-error',
  'connection-finished',
] as const;

export type SessionState = (typeof SESSION_STATES)[number];

/** One call, as it passes through: of a viewer to a streamer, of one person to another, of a member to a room, or of one who publishes. */
export interface Session {
  /** What tells it from every other, see {@link sessionId}. */
  readonly id: string;
  readonly callId: string;
  readonly fromTag: string;
  /** Who called. */
  readonly viewer: string;
  /** The registered name that the call went to; of a room, the focus that hosts it; of who publishes, the ingest. */
  readonly streamer: string;
  /** What that name stands for. */
  readonly kind: Kind;
  /** The room's id; undefined for a call to no room. */
  readonly room: string | undefined;
  /** Where the INVITE came from. */
  readonly front: Address;
  /** Where it was relayed to; undefined until known. */
  readonly streamerAddress: Address | undefined;
  /** SDP, empty until it is known. */
  readonly offer: string;
  readonly answer: string;
  readonly state: SessionState;
  /** Milliseconds since 1970 of the last change of state or refresh. */
  readonly changedAt: number;
  /** The session interval that both ends agreed upon (RFC 4028): without a refresh for so long, both are gone. */
  readonly intervalSeconds: number | undefined;
}

/** A Call-ID alone is chosen by the caller and so could be another's; with the caller's tag it names the call (RFC 3261 §12). */
export function sessionId(callId: string, fromTag: string): string {
  return `${callId};${fromTag}`;
}

/** True while the call still uses the streamer: it counts as a viewer, and a BYE may come. */
export function isActive(session: Session): boolean {
  return session.state !== 'connection-error' && session.state !== 'connection-finished';
}

/** A subscription to one of the lists (RFC 6665): what the stack needs to go on with it after a restart, and until when. */
export interface StoredSubscription extends SubscriptionRecord {
  /** The dialog: Call-ID and both tags. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}
