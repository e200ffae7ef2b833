/** GET /readyz of a front, over HTTP or HTTPS: whether viewers can watch, and what it is. */
import { request as overHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';

/** A front asks signaling first, for up to two seconds. */
const LIMIT_MS = 5_000;
const MAX_BYTES = 4_096;

export interface HttpAnswer {
  readonly status: number;
  /** Its Server header. */
  readonly software: string | undefined;
  /** `ready` or `not-ready`. */
  readonly state: string | undefined;
  /** `up` or `down`, as far as it knows. */
  readonly signaling: string | undefined;
}

/** @returns undefined where nothing answers */
export async function pingHttp(host: string, port: number): Promise<HttpAnswer | undefined> {
  return (await ask(overHttp, host, port)) ?? (await ask(overHttps, host, port));
}

function ask(request: typeof overHttps, host: string, port: number): Promise<HttpAnswer | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(LIMIT_MS);
    // Whose certificate it is does not matter here: nothing is told to it.
    const asked = request({ host, port, path: '/readyz', signal, agent: false, rejectUnauthorized: false }, (response) => {
      read(response).then(resolve, () => resolve(undefined));
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) if (text.length < MAX_BYTES) text += String(chunk);
  return { status: response.statusCode ?? 0, software: [response.headers.server].flat()[0], ...stateIn(text) };
}

function stateIn(text: string): Pick<HttpAnswer, 'state' | 'signaling'> {
  try {
    const { status, signaling } = JSON.parse(text) as { status?: unknown; signaling?: unknown };
    return { state: textOf(status), signaling: textOf(signaling) };
  } catch {
    return { state: undefined, signaling: undefined };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
