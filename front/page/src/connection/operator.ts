/** front's interface for operators: who streams, who watches, what went wrong, what is counted. */
import { countOf, isRecord, listOf, textOf } from './fields.ts';
import { FailureError } from './failure.ts';
import { Http, type HttpOptions } from './http.ts';

const MAX_ENTRIES = 10_000;
const MAX_ERRORS = 200;
const MAX_VIEWERS = 1_000_000;
const MAX_TEXT = 1_000;
const MAX_CODECS = 16;

export interface RegisteredStreamer {
  readonly name: string;
  readonly title: string;
  readonly viewers: number;
  /** Names of what it sends, such as VP8. */
  readonly codecs: readonly string[];
  /** RFC 3339, as all times here. */
  readonly since: string;
}

export interface WatchSession {
  readonly id: string;
  readonly viewer: string;
  readonly streamer: string;
  /** `page`, `whep` for another program that watches, or `whip` for one that publishes. */
  readonly via: string;
  readonly since: string;
}

export interface ErrorLine {
  readonly at: string;
  readonly level: 'warn' | 'error';
  readonly message: string;
  /** Empty where it is about no call. */
  readonly callId: string;
  readonly detail: string;
}

export interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** All of it at one moment. */
export interface Running {
  readonly streamers: readonly RegisteredStreamer[];
  readonly sessions: readonly WatchSession[];
  readonly errors: readonly ErrorLine[];
  readonly metrics: readonly Metric[];
}

export class OperatorApi {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  /** @param bearer undefined for whoever is an operator by his place or the operators' password. @throws FailureError */
  async running(bearer: string | undefined): Promise<Running> {
    const ask = async <Entry>(what: keyof Running, most: number, read: (value: unknown) => Entry | undefined): Promise<Entry[]> => {
      const entries = listOf((await this.#http.ask(`/operator/${what}/`, { method: 'GET', bearer }))[what], most, read);
      if (!entries) throw new FailureError({ id: 'unexpected', detail: `The answer holds no ${what}.` });
      return entries;
    };
    const [streamers, sessions, errors, metrics] = await Promise.all([
      ask('streamers', MAX_ENTRIES, parseStreamer),
      ask('sessions', MAX_ENTRIES, parseSession),
      ask('errors', MAX_ERRORS, parseError),
      ask('metrics', MAX_ENTRIES, parseMetric),
    ]);
    return { streamers, sessions, errors, metrics };
  }

  /** Its viewer is told. @throws FailureError `unknown-session` and others */
  async endSession(id: string, bearer: string | undefined): Promise<void> {
    await this.#http.ask(`/operator/sessions/${encodeURIComponent(id)}/`, { method: 'DELETE', bearer });
  }
}

function parseStreamer(value: unknown): RegisteredStreamer | undefined {
  if (!isRecord(value)) return undefined;
  const { codecs } = value;
  const name = textOf(value['name'], MAX_TEXT);
  const codecNames = (kind: string): string[] => (isRecord(codecs) ? (listOf(codecs[kind], MAX_CODECS, (codec) => textOf(codec, MAX_TEXT)) ?? []) : []);
  if (name === undefined) return undefined;
  return { name, title: textOf(value['title'], MAX_TEXT) ?? name, viewers: countOf(value['viewers'], MAX_VIEWERS) ?? 0, codecs: [...codecNames('video'), ...codecNames('audio')], since: text(value['since']) };
}

function parseSession(value: unknown): WatchSession | undefined {
  if (!isRecord(value)) return undefined;
  const id = textOf(value['id'], MAX_TEXT);
  return id === undefined ? undefined : { id, viewer: text(value['viewer']), streamer: text(value['streamer']), via: text(value['via']), since: text(value['since']) };
}

function parseError(value: unknown): ErrorLine | undefined {
  if (!isRecord(value)) return undefined;
  const message = textOf(value['message'], MAX_TEXT);
  if (message === undefined) return undefined;
  return { at: text(value['at']), level: value['level'] === 'error' ? 'error' : 'warn', message, callId: text(value['callId']), detail: text(value['detail']) };
}

function parseMetric(value: unknown): Metric | undefined {
  if (!isRecord(value)) return undefined;
  const { name, labels, value: amount } = value;
  return typeof name === 'string' && isRecord(labels) && typeof amount === 'number' ? { name, labels, value: amount } : undefined;
}

function text(value: unknown): string {
  return textOf(value, MAX_TEXT) ?? '';
}
