import { describe, expect, it } from 'vitest';
import { OperatorApi } from '../../../../../front/page/src/connection/operator.ts';

function api(answers: Record<string, unknown>) {
  const asked: [string, string | undefined, string | null][] = [];
  const fake = (path: string, init?: RequestInit) => {
    asked.push([path, init?.method, new Headers(init?.headers).get('authorization')]);
    return Promise.resolve(Response.json(answers));
  };
  return { asked, api: new OperatorApi({ fetch: fake as typeof fetch }) };
}

const NOTHING = { streamers: [], sessions: [], errors: [], metrics: [] };

describe('OperatorApi', () => {
  it('asks for all that runs, with a token or without', async () => {
    const { asked, api: operator } = api(NOTHING);
    expect(await operator.running('t')).toEqual(NOTHING);
    await operator.running(undefined);
    await operator.endSession('a/b@c', undefined);
    expect(asked.slice(0, 4).map(([path, method, authorization]) => [path, method, authorization])).toEqual(['streamers', 'sessions', 'errors', 'metrics'].map((what) => [`/operator/${what}/`, 'GET', 'Bearer t']));
    expect(asked.slice(4, 8).every(([, , authorization]) => authorization === null)).toBe(true);
    expect(asked[8]).toEqual(['/operator/sessions/a%2Fb%40c/', 'DELETE', null]);
  });

  it('leaves out what makes no sense, and takes what is missing for empty', async () => {
    const { api: operator } = api({
      streamers: [{ name: 'cam', codecs: { audio: ['opus'], video: ['VP8', 7] }, viewers: 2 }, { title: 'nameless' }, 7],
      sessions: [{ id: 'x' }, null, { id: 'y', viewer: 'whip-0a1b2c', streamer: 'mine', via: 'whip', since: '2026-11-29T17:00:00Z' }],
      errors: [{ message: 'odd', level: 'fatal' }, {}],
      metrics: [{ name: 'm', labels: {}, value: 1 }, { name: 'm', labels: {}, value: '1' }],
    });
    expect(await operator.running(undefined)).toEqual({
      streamers: [{ name: 'cam', title: 'cam', viewers: 2, codecs: ['VP8', 'opus'], since: '' }],
      sessions: [{ id: 'x', viewer: '', streamer: '', via: '', since: '' }, { id: 'y', viewer: 'whip-0a1b2c', streamer: 'mine', via: 'whip', since: '2026-11-29T17:00:00Z' }],
      errors: [{ at: '', level: 'warn', message: 'odd', callId: '', detail: '' }],
      metrics: [{ name: 'm', labels: {}, value: 1 }],
    });
  });

  it('says so when an answer holds nothing of what was asked for', async () => {
    await expect(api({}).api.running(undefined)).rejects.toMatchObject({ failure: { id: 'unexpected' } });
  });
});
