import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyError, someText } from '../../../support/front/expectations.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

let folder: string;
let front: RunningFront;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-static-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>sipcast</title>');
  await writeFile(join(folder, 'page', 'assets', 'index-abc123.js'), '0;');
  await writeFile(join(folder, 'page', '.secret'), 'no');
  await writeFile(join(folder, 'images', 'cam.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'outside.txt'), 'no');
  front = await startFront({ pageFolder: join(folder, 'page'), imagesFolder: join(folder, 'images') });
});
afterAll(async () => {
  await front.close();
  await rm(folder, { recursive: true });
});

/** fetch would add headers of its own that ask for a fresh copy. */
async function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
  const [response] = (await once(get(front.url + path, { headers }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('the files', () => {
  it('include the page at /, asked for anew each time (seed 4.2)', async () => {
    const response = await fetch(front.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>sipcast</title>');
    expect(await statusOf('/', { 'if-none-match': response.headers.get('etag') ?? '' })).toBe(304);
  });

  it('include hashed assets, kept for ever', async () => {
    const response = await fetch(`${front.url}/assets/index-abc123.js`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('include the streamers\' pictures, which can run no script', async () => {
    const response = await fetch(`${front.url}/images/cam.svg`);
    expect(response.headers.get('content-type')).toMatch(/^image\/svg/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it.each(['/.secret', '/images/..%2foutside.txt', '/images/%2e%2e%2foutside.txt', '/..%2foutside.txt', '/images', '/images/', '/assets/'])('do not include %s', async (path) => {
    const response = await fetch(front.url + path);
    expect([403, 404]).toContain(response.status);
    expect(await response.json()).toEqual(anyError);
  });

  it('say so when the page was not built', async () => {
    const own = await startFront({ pageFolder: join(folder, 'nothing') });
    const response = await fetch(own.url);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: 'page-not-built', message: someText });
    await own.close();
  });
});
