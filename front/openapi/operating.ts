/** What operators, and the programs that watch over a service, ask for. */
import { z } from 'zod';
import { reportSchema } from '../statistics/report.ts';
import type { Operation } from './operation.ts';

const operator = 'Operator';
const numbers = 'Numbers';
const health = 'Health';

const time = z.iso.datetime();
const codecs = z.object({ audio: z.array(z.string()), video: z.array(z.string()) });
const streamer = z.object({ name: z.string(), title: z.string(), address: z.string(), viewers: z.int(), codecs, mode: z.enum(['live', 'vod']), renditions: z.array(z.string()), since: time.describe('Since when this front has known of it') });
const session = z.object({ id: z.string().describe('The Call-ID, by which the logs of all services tell of it'), viewer: z.string(), streamer: z.string(), via: z.enum(['page', 'whep', 'whip']).describe('By `whip` one publishes'), since: time });
const error = z.object({ at: time, level: z.enum(['warn', 'error']), message: z.string(), callId: z.string().optional(), detail: z.string().describe('Other fields of the line, as JSON without secrets') });
const metric = z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() });
const checks = (good: string, bad: string) => z.object({ status: z.enum([good, bad]) }).catchall(z.enum(['up', 'down']));
const statisticsRefusals = { 400: '`bad-name`', 404: '`unknown-streamer`', 501: '`no-statistics`', 502: '`signaling-error`', 503: '`too-many-connections`, `stopping`', 504: '`streamer-silent`' };

export const operating: readonly Operation[] = [
  { method: 'get', path: '/operator', tag: operator, summary: 'Whether the asker is an operator by place or password', who: 'anybody', answers: { 200: { description: 'Yes or no', body: z.object({ operator: z.boolean() }) } } },
  { method: 'get', path: '/operator/streamers', tag: operator, summary: 'Who is registered', who: 'operator', answers: { 200: { description: 'Streamers', body: z.object({ streamers: z.array(streamer) }) } } },
  { method: 'get', path: '/operator/sessions', tag: operator, summary: 'Who watches what by way of this front, and who publishes what by WHIP', who: 'operator', answers: { 200: { description: 'Sessions', body: z.object({ sessions: z.array(session) }) } } },
  { method: 'delete', path: '/operator/sessions/:id', tag: operator, summary: 'End a session; its viewer’s page is told, a player or an encoder finds its session gone', who: 'operator', answers: { 204: { description: 'Ended' } }, refusals: { 404: '`unknown-session`' } },
  { method: 'get', path: '/operator/errors', tag: operator, summary: 'The latest warnings and errors of this front, the latest first', who: 'operator', answers: { 200: { description: 'Lines of the log', body: z.object({ errors: z.array(error) }) } } },
  { method: 'get', path: '/operator/metrics', tag: operator, summary: 'Counters and gauges of this front', who: 'operator', answers: { 200: { description: 'Series', body: z.object({ metrics: z.array(metric) }) } } },
  { method: 'get', path: '/streamers/:name/statistics', tag: numbers, summary: 'How a streamer fares, once', who: 'operator', answers: { 200: { description: 'A report', body: reportSchema } }, refusals: statisticsRefusals },
  { method: 'get', path: '/streamers/:name/statistics/events', tag: numbers, summary: 'How a streamer fares, a report a second', who: 'operator', answers: { 200: { description: 'Events `report` and `trouble`', body: { type: 'text/event-stream' } } }, refusals: statisticsRefusals },
  { method: 'get', path: '/statistics/:name', tag: numbers, summary: 'The page that shows it', who: 'operator', answers: { 200: { description: 'A page', body: { type: 'text/html' } } }, refusals: { 503: '`page-not-built`' } },
  { method: 'get', path: '/healthz', tag: health, summary: 'Whether the service is well: restart it when not', who: 'anybody', answers: { 200: { description: 'Well', body: checks('ok', 'ill') }, 503: { description: 'Ill: which check fails', body: checks('ok', 'ill') } } },
  { method: 'get', path: '/readyz', tag: health, summary: 'Whether viewers can watch: send nobody here when not', who: 'anybody', answers: { 200: { description: 'Ready', body: checks('ready', 'not-ready') }, 503: { description: 'Not ready: which check fails', body: checks('ready', 'not-ready') } } },
  { method: 'get', path: '/openapi.json', tag: health, summary: 'This document', who: 'anybody', answers: { 200: { description: 'OpenAPI 3.1', body: z.record(z.string(), z.unknown()) } } },
];
