/** What the focus needs of a room's media, whoever forwards it: the seam between SIP and the forwarding unit. */
import type { Diagnosis } from '../diagnosis/diagnose.ts';

export type Showing = { readonly audio: boolean; readonly video: boolean; readonly screen: boolean };
export interface MemberMedia {
  /** The answer to the member's offer, in SDP. */
  readonly answer: string;
  /** Hears whenever tracks of others come or go, so that the focus makes a re-INVITE; told again and again is told once until `offer` is called. */
  onNegotiationNeeded(listener: () => void): void;
  /** The whole session as it should be now, as an offer in SDP; each call raises the version in o=. */
  offer(): string;
  /** The member's answer to the latest `offer`. @throws SdpError, NotAcceptableError */
  accept(answer: string): void;
  /** What he shows now: what is off is not forwarded. */
  show(showing: Showing): void;
  /** Heights in pixels at which he shows others' pictures, by member id; 0 for not at all. */
  sizes(heights: ReadonlyMap<string, number>): void;
  onConnected(listener: () => void): void;
  /** The member has the answer: he is expected to connect from now on. */
  delivered(): void;
  /** Hears once why the connection ended by itself (consent lost for 6 s, DTLS failed, never connected); with a diagnosis where media never came up. */
  onClosed(listener: (reason: string, diagnosis?: Diagnosis) => void): void;
  close(): Promise<void>;
}
export interface RoomMedia {
  /** Takes a member by the offer of his INVITE. `member` is his id in the room, unique. @throws SdpError, NotAcceptableError */
  admit(member: string, offer: string, showing: Showing): Promise<MemberMedia>;
  /** Hears who speaks now, undefined in silence; at most twice a second. */
  onSpeaking(listener: (member: string | undefined) => void): void;
  close(): Promise<void>;
}
/** Opens rooms: all share one media port of the process. */
export interface Forwarding { open(room: string): RoomMedia; readonly members: number; close(): Promise<void>; }
