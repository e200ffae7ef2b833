/** A message of the ladder: what passed, and what a reader wants to see of it. */
import type { WireMessage } from '../../connection/trace.ts';
import { whatWords } from '../../strings/ladder-words.ts';
import { headerOf, readSip } from './sip-text.ts';
import type { SipText } from './sip-text.ts';
import { whatIs } from './what.ts';

export interface LadderMessage extends WireMessage {
  /** Counts up; the key of its row. */
  readonly id: number;
  /** Undefined for what is no SIP. */
  readonly sip: SipText | undefined;
  /** Method, or status and reason. */
  readonly title: string;
  /** What it is, in a few words. */
  readonly what: string;
  readonly callId: string;
  /** Number of the message that this one repeats, byte for byte. */
  readonly again: number | undefined;
}

export function ladderMessage(message: WireMessage, id: number, again: number | undefined): LadderMessage {
  const sip = readSip(message.raw);
  return {
    ...message,
    id,
    again,
    sip,
    title: sip ? (sip.method ?? `${sip.status ?? ''} ${sip.reason}`.trim()) : whatWords.noSip,
    what: sip ? whatIs(sip) : '',
    callId: sip ? headerOf(sip, 'Call-ID') : '',
  };
}

/** What two sendings of the same message have in common. */
export function identityOf({ source, target, raw }: WireMessage): string {
  return `${source} ${target} ${raw}`;
}

const encoder = new TextEncoder();

/** Bytes of the datagram. */
export function bytesOf({ raw, bytes }: WireMessage): number {
  return bytes ?? encoder.encode(raw).length;
}
