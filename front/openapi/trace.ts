/** Reading along, and the captures that the package brings. */
import { z } from 'zod';
import type { Operation } from './operation.ts';

const tag = 'Reading along';

const capture = z.object({ name: z.string(), bytes: z.int() });

export const trace: readonly Operation[] = [
  { method: 'get', path: '/trace', tag, summary: 'A ticket to read along over the WebSocket', who: 'operator', answers: { 200: { description: 'Good for one `trace`, within 30 s', body: z.object({ ticket: z.string() }) } } },
  { method: 'get', path: '/captures', tag, summary: 'Which captures there are', who: 'anybody', answers: { 200: { description: 'Captures', body: z.object({ captures: z.array(capture) }) } } },
  { method: 'get', path: '/captures/:name', tag, summary: 'A capture', who: 'anybody', answers: { 200: { description: 'pcapng', body: { type: 'application/vnd.tcpdump.pcap' } } }, refusals: { 404: '`unknown-capture`' } },
];
