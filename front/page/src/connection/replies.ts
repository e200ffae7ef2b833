/** What the page may ask front over the WebSocket, and what it gets for it: the table of docs/people.md, as types. */
import { textOf } from './fields.ts';
import { MAX_SDP_UNITS } from './meeting-messages.ts';
import { parseId, parseRoom, type Room } from './room.ts';
import { parseTraceStart, type TraceStart } from './trace.ts';

/** Nothing besides that it was done, or what is asked. */
export type Nothing = Readonly<Record<string, never>>;

export interface Requests {
  call: { readonly to: string; readonly sdp: string };
  /** `sdp` is the answer; none for an invitation into a room. */
  accept: { readonly call: string; readonly sdp?: string };
  decline: { readonly call: string };
  'hang-up': { readonly call: string };
  candidates: { readonly call: string; readonly fragment: string };
  invite: { readonly to: string; readonly room: string; readonly key?: string; readonly replaces?: string };
  adhoc: Nothing;
  join: { readonly room: string; readonly key?: string; readonly password?: string; readonly sdp: string };
  answer: { readonly room: string; readonly offer: number | string; readonly sdp: string };
  media: { readonly room: string; readonly audio: boolean; readonly video: boolean; readonly screen: boolean };
  /** Heights in pixels at which members are shown, by their identifiers; 0 for not at all. */
  sizes: { readonly room: string; readonly sizes: Readonly<Record<string, number>> };
  say: { readonly room: string; readonly text: string; readonly to?: string } | { readonly person: string; readonly text: string };
  leave: { readonly room: string };
  resume: { readonly room: string } | { readonly call: string };
  /** Without a ticket: to read along no longer. */
  trace: { readonly ticket?: string };
  lose: Nothing;
}

export interface Joined {
  /** One's own identifier in the room. */
  readonly member: string;
  readonly sdp: string;
  readonly event: 'created' | 'joined';
  /** Undefined for a room that is in no list, such as a call's. */
  readonly room: Room | undefined;
}

interface Told {
  call: { readonly call: string };
  invite: { readonly call: string };
  adhoc: { readonly room: string };
  join: Joined;
  trace: TraceStart;
}

export type RequestType = keyof Requests;
export type Reply<T extends RequestType> = T extends keyof Told ? Told[T] : Nothing;

type Body = Record<string, unknown>;

const READERS: { readonly [T in keyof Told]: (body: Body) => Told[T] | undefined } = {
  call: readCall,
  invite: readCall,
  adhoc(body) {
    const room = parseId(body['room']) ?? parseRoom(body['room'])?.id;
    return room === undefined ? undefined : { room };
  },
  join(body) {
    const member = parseId(body['member']);
    const sdp = textOf(body['sdp'], MAX_SDP_UNITS);
    if (member === undefined || sdp === undefined) return undefined;
    return { member, sdp, event: body['event'] === 'created' ? 'created' : 'joined', room: parseRoom(body['room']) };
  },
  // What ends has nothing to begin with.
  trace: (body) => parseTraceStart({ messages: [], ...body }),
};

/** @returns undefined when front left out what was asked for */
export function readReply<T extends RequestType>(type: T, body: Body): Reply<T> | undefined {
  const read: ((body: Body) => unknown) | undefined = (READERS as Partial<Record<RequestType, (body: Body) => unknown>>)[type];
  return (read ? read(body) : {}) as Reply<T> | undefined;
}

function readCall(body: Body): { call: string } | undefined {
  const call = parseId(body['call']);
  return call === undefined ? undefined : { call };
}
