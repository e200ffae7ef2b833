/** Accounts, rooms and calls. */
import { z } from 'zod';
import { creationSchema, credentialsSchema, profileSchema, refreshSchema, revokeSchema, verifySchema } from '../accounts/requests.ts';
import { roomChangeSchema, roomQuerySchema, roomSchema } from '../rooms/requests.ts';
import type { Answer, Operation } from './operation.ts';

const accounts = 'Accounts';
const rooms = 'Rooms';
const calls = 'Calls';

const nothing = z.object({});
const pair = z.object({ refresh: z.string().describe('For new pairs, once; also in a cookie that is sent to /token/ alone'), access: z.string().describe('A JWT, for Authorization: Bearer, good for minutes') });
const signedIn = (description: string): Answer => ({ description, body: pair, headers: { 'Set-Cookie': '`sipcast_refresh`' } });

const profile = z.object({ id: z.string(), email: z.string(), first_name: z.string(), last_name: z.string(), full_name: z.string(), operator: z.boolean() });

const time = z.iso.datetime();
const room = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  visibility: z.enum(['public', 'private']),
  admission: z.enum(['open', 'invite-only']),
  has_password: z.boolean(),
  guest_limit: z.int().nullable(),
  owner: z.object({ id: z.string(), full_name: z.string() }),
  created: time,
  active: time.describe('When somebody was inside last'),
  members: z.array(z.string()).describe('Names of those inside'),
  mine: z.boolean(),
  key: z.string().optional().describe('For its owner: lets others into a room by invitation'),
});
const call = z.object({ id: z.string(), from: z.string(), to: z.string(), since: time });

export const people: readonly Operation[] = [
  { method: 'post', path: '/user/create', tag: accounts, summary: 'Make an account, and sign in', who: 'anybody', body: creationSchema, answers: { 201: signedIn('Made') }, refusals: { 400: '`email-taken`', 401: '`operators-only`: an operator’s account', 403: '`operators-only`: an operator’s account', 503: '`too-busy`, `stopping`' } },
  { method: 'post', path: '/token', tag: accounts, summary: 'Sign in', who: 'anybody', body: credentialsSchema, answers: { 200: signedIn('Signed in') }, refusals: { 401: '`wrong-credentials`', 503: '`too-busy`, `stopping`' } },
  { method: 'post', path: '/token/refresh', tag: accounts, summary: 'A new pair of tokens for the refresh token, of the body or the cookie', who: 'anybody', body: refreshSchema, bodyOptional: true, answers: { 200: signedIn('A new pair') }, refusals: { 401: '`invalid-token`' } },
  { method: 'post', path: '/token/verify', tag: accounts, summary: 'Whether a token is good', who: 'anybody', body: verifySchema, answers: { 200: { description: 'It is', body: nothing } }, refusals: { 401: '`invalid-token`' } },
  { method: 'post', path: '/token/revoke', tag: accounts, summary: 'Sign out, here or everywhere', who: 'anybody', body: revokeSchema, bodyOptional: true, answers: { 200: { description: 'Signed out', body: nothing, headers: { 'Set-Cookie': 'Takes `sipcast_refresh` back' } } }, refusals: { 401: '`invalid-token`' } },
  { method: 'get', path: '/user', tag: accounts, summary: 'The account that asks', who: 'account', answers: { 200: { description: 'The account', body: profile } } },
  { method: 'patch', path: '/user', tag: accounts, summary: 'Change names or password', who: 'account', body: profileSchema, answers: { 200: { description: 'The account as it is now', body: profile } }, refusals: { 401: '`wrong-credentials`', 503: '`too-busy`' } },
  { method: 'get', path: '/rooms', tag: rooms, summary: 'Public rooms, and one’s own; operators see all', who: 'anybody', query: roomQuerySchema, answers: { 200: { description: 'Rooms, and the offset of those that may follow', body: z.object({ rooms: z.array(room), next: z.int().optional() }) } }, refusals: { 400: '`malformed-request`', 401: '`invalid-token`' } },
  { method: 'post', path: '/rooms', tag: rooms, summary: 'Make a room', who: 'account', body: roomSchema, answers: { 201: { description: 'The room', body: room } }, refusals: { 409: '`title-taken`', 429: '`too-many-rooms`', 503: '`too-busy`' } },
  { method: 'get', path: '/rooms/:id', tag: rooms, summary: 'One room', who: 'anybody', answers: { 200: { description: 'The room', body: room } }, refusals: { 401: '`invalid-token`', 404: '`unknown-room`' } },
  { method: 'patch', path: '/rooms/:id', tag: rooms, summary: 'Change a room of one’s own', who: 'account', body: roomChangeSchema, answers: { 200: { description: 'The room as it is now', body: room } }, refusals: { 403: '`not-yours`', 404: '`unknown-room`', 409: '`title-taken`', 503: '`too-busy`' } },
  { method: 'delete', path: '/rooms/:id', tag: rooms, summary: 'Delete a room: its owner, or an operator', who: 'account', answers: { 204: { description: 'Deleted; whoever was inside was shown out' } }, refusals: { 403: '`not-yours`', 404: '`unknown-room`' } },
  { method: 'get', path: '/calls', tag: calls, summary: 'Calls between people that go through this front, and places in rooms', who: 'operator-account', answers: { 200: { description: 'The calls', body: z.object({ calls: z.array(call) }) } } },
  { method: 'delete', path: '/calls/:id', tag: calls, summary: 'End a call', who: 'operator-account', answers: { 204: { description: 'Ended' } }, refusals: { 404: '`unknown-call`' } },
];
