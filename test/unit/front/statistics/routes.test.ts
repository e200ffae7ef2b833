import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { errorAnswer } from '../../../../front/http/errors.ts';
import { statisticsRoutes } from '../../../../front/http/routes/statistics.ts';
import { closeServer, createHttpServer, listen } from '../../../../front/http/server.ts';
import { EVENT_HEARTBEAT_MS } from '../../../../front/statistics/event-stream.ts';
import { Feeds } from '../../../../front/statistics/feeds.ts';
import { Operators } from '../../../../front/statistics/operators.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { reportOf, ScriptedStatistics } from '../../../support/front/scripted-statistics.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const PASSWORD = 'correct horse: battery';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(password?: string) {
  const clock = new VirtualClock();
  const source = new ScriptedStatistics();
  const feeds = new Feeds({ source, clock });
  const app = express();
  app.use(statisticsRoutes({ feeds, operators: new Operators(password, clock), clock, pageFolder: '/nowhere', limit: (_request, _response, next) => next() }));
  app.use(errorAnswer(silentLogger));
  const server = createHttpServer(app);
  closing.push(() => closeServer(server));
  return { url: await listen(server, '127.0.0.1', 0), clock, source, feeds };
}

/** fetch lets nobody choose Host. */
async function get(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const sent = request(url, { headers });
  sent.on('error', () => undefined);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}` });

/** Reads until what was read `fits`. */
async function readUntil(response: IncomingMessage, fits: (text: string) => boolean): Promise<string> {
  let text = '';
  while (!fits(text)) {
    const chunk = response.read() as Buffer | null;
    if (chunk === null) await Promise.race([once(response, 'readable'), once(response, 'end')]);
    else text += chunk.toString();
  }
  return text;
}

const PATH = '/streamers/C%C3%A1mara%2F1/statistics';

describe('GET /streamers/<name>/statistics', () => {
  it('answers with one report, or says why there is none', async () => {
    const { url, source } = await serve();
    const asked = fetch(url + PATH);
    while (source.log.length === 0) await new Promise(setImmediate);
    expect(source.log).toEqual(['subscribed Cámara/1']);
    source.report(reportOf(4));
    const answer = await asked;
    expect([answer.status, answer.headers.get('cache-control'), await answer.json()]).toEqual([200, 'no-store', reportOf(4)]);
    const other = fetch(`${url}/streamers/other/statistics`);
    while (source.log.length === 1) await new Promise(setImmediate);
    source.end(new ApiError(404, 'unknown-streamer', 'No streamer called "other" is registered.'));
    expect((await other).status).toBe(404);
    expect((await fetch(`${url}/streamers/${'x'.repeat(300)}/statistics`)).status).toBe(400);
    expect((await fetch(url + PATH, { method: 'POST' })).status).toBe(405);
  });

  it('is for this machine alone when there is no password, whatever name it is called by', async () => {
    const { url, source } = await serve();
    const port = new URL(url).port;
    const refused: Record<string, string>[] = [{ host: `evil.example:${port}` }, { 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=10.0.0.1' }];
    for (const headers of refused) {
      const response = await get(url + PATH, headers);
      expect([response.statusCode, await readUntil(response, (text) => text.endsWith('}'))]).toEqual([403, expect.stringContaining('operators-only')]);
    }
    expect(source.log).toEqual([]);
    const operator = async (headers: Record<string, string>) => readUntil(await get(`${url}/operator`, headers), (text) => text.endsWith('}'));
    expect(await operator({ host: `localhost:${port}` })).toBe('{"operator":true}');
    expect(await operator({ host: `evil.example:${port}` })).toBe('{"operator":false}');
  });

  it('asks for the password where there is one, and lets nobody guess it', async () => {
    const { url, clock } = await serve(PASSWORD);
    const status = async (headers: Record<string, string>) => (await get(url + PATH, headers)).statusCode;
    const challenged = await get(url + PATH);
    expect([challenged.statusCode, challenged.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic realm=/)]);
    const page = await get(`${url}/statistics/one`);
    expect(page.statusCode).toBe(401);
    const operator = await fetch(`${url}/operator`, { headers: basic(PASSWORD) });
    expect(await operator.json()).toEqual({ operator: true });
    for (const wrong of ['', PASSWORD.slice(1), `${PASSWORD} `]) expect(await status(basic(wrong))).toBe(401);
    expect(await status({ authorization: 'Basic !!' })).toBe(401);
    for (let guess = 0; guess < 7; guess++) await status(basic(`guess ${guess}`));
    expect(await status(basic(PASSWORD))).toBe(429);
    expect(await (await fetch(`${url}/operator`, { headers: basic(PASSWORD) })).json()).toEqual({ operator: false });
    await clock.advance(60_000);
    expect(await (await fetch(`${url}/operator`, { headers: basic(PASSWORD) })).json()).toEqual({ operator: true });
  });
});

describe('GET /streamers/<name>/statistics/events', () => {
  it('sends each report as it comes, trouble too, and a heartbeat', async () => {
    const { url, clock, source, feeds } = await serve();
    const response = await get(`${url}${PATH}/events`);
    expect(response.headers['content-type']).toBe('text/event-stream');
    source.report(reportOf(1));
    expect(await readUntil(response, (text) => text.includes('"viewers":1'))).toMatch(/retry: 3000\n\nevent: report\ndata: \{"viewers":1.*\}\n\n$/);
    source.end(new ApiError(504, 'streamer-silent', '"one" has stopped.'));
    expect(await readUntil(response, (text) => text.includes('stopped'))).toBe('event: trouble\ndata: {"error":"streamer-silent","message":"\\"one\\" has stopped."}\n\n');
    await clock.advance(EVENT_HEARTBEAT_MS);
    await readUntil(response, (text) => text.includes(':\n\n'));
    expect(feeds.lookers).toBe(1);
    response.destroy();
    while (feeds.lookers > 0) await new Promise(setImmediate);
  });

  it('keeps the newest report only for who does not read, and ends him in the end', async () => {
    const { url, clock, source, feeds } = await serve();
    const response = await get(`${url}${PATH}/events`);
    response.pause();
    const worst = Array.from({ length: 20 }, (_, index) => ({ id: `${'x'.repeat(60)} ${index}`, loss: 0, rendition: 'y'.repeat(64) }));
    for (let count = 1; count <= 4_000; count++) {
      source.report({ ...reportOf(count), worst });
      await new Promise(setImmediate);
    }
    expect(feeds.lookers).toBe(1);
    await clock.advance(EVENT_HEARTBEAT_MS);
    while (feeds.lookers > 0) await new Promise(setImmediate);
    response.destroy();
  });
});
