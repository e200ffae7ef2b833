/** Two hosts: the services in one network namespace, a browser with its stock settings in the other. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS } from '../support/browsers/launch.ts';
import type { Watched } from '../support/browsers/watch-once.ts';
import { makeNamespacePair } from '../support/network/namespaces.ts';
import type { NamespacePair } from '../support/network/namespaces.ts';
import { dist } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';

function isWatched(message: unknown): message is Watched {
  return typeof message === 'object' && message !== null && 'stats' in message;
}

describe.skipIf(lacksRoot() || lacks(...BROWSERS, 'ip', 'ffmpeg'))('services and browser on two hosts (seed 4.22)', () => {
  let hosts: NamespacePair;
  let system: System;

  beforeAll(async () => {
    hosts = await makeNamespacePair();
    system = await startSystem({
      namespace: hosts.near.name,
      host: hosts.near.address,
      env: { SIPCAST_SECRET: 'a secret that the services share' },
      streamers: [{ name: 'cam' }],
    });
  });
  afterAll(async () => {
    await system.stop();
    await hosts.remove();
  });

  it.each(BROWSERS)('%s plays with the settings that it comes with (seed 4.19)', async (kind) => {
    const program = join(dist, 'test/support/browsers/watch-once.js');
    const child = new Child(process.execPath, [program, kind, system.url, 'cam'], { name: `watching in ${kind}`, namespace: hosts.far.name });
    const { stats, picture, complaints } = await child.message(isWatched);
    expect(stats.framesDecoded).toBeGreaterThan(0);
    expect(picture.brightness).toBeGreaterThan(10);
    expect(picture.changed).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await child.end();
  });

  it('leaves nothing on the terminals that looks like an error', () => {
    expect(system.complaints()).toEqual([]);
  });
});
