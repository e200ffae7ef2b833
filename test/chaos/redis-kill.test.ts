import { describe, expect, it } from 'vitest';
import { RedisServer } from '../support/engines/redis.ts';
import { startService } from '../support/processes/service.ts';
import { openRedisDirectory } from '../support/signaling/redis-directories.ts';
import { RegisterLoad } from '../support/signaling/register-load.ts';
import { seededRandom } from '../support/sip/seeded-random.ts';

const KILLS = 20;
const LONGEST_LIFE_MS = 400;
const NAMES = 24;
const TIMEOUT_MS = 400_000;

describe('The Redis of signaling daemons', () => {
  it(
    `is killed ${KILLS} times at random moments under REGISTER load, and the daemon with it: no acknowledged registration is missing`,
    async () => {
      const random = seededRandom(7);
      const server = await RedisServer.start();
      const load = await RegisterLoad.open({ names: Array.from({ length: NAMES }, (_, index) => `Cámara <${index}>`), removalEvery: 7 });
      const violations: string[] = [];
      try {
        for (let kill = 1; kill <= KILLS; kill++) {
          const { child, addresses } = await startService('signaling', ['0', '--directory', server.url], { env: { SIPCAST_LOG_LEVEL: 'warn' } });
          const before = load.acknowledged;
          load.start(Number(addresses['sip']?.split(':')[1]));
          do await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
          // A load that nobody answers would prove nothing.
          while (load.acknowledged < before + NAMES);
          // Sometimes the daemon sees the engine go, sometimes not.
          const [first, second] = kill % 2 === 0 ? [() => server.kill(), () => child.end('SIGKILL')] : [() => child.end('SIGKILL'), () => server.kill()];
          await first();
          await second();
          load.stop();
          // What was answered before the kill is in the socket still.
          await new Promise((resolve) => setImmediate(resolve));
          await server.start();
          const directory = await openRedisDirectory(server);
          violations.push(...load.violations([...directory.streamers.values()]).map((violation) => `kill ${kill}: ${violation}`));
          await directory.close();
        }
        expect(violations).toEqual([]);
      } finally {
        await load.close();
        await server.remove();
      }
    },
    TIMEOUT_MS,
  );

  it(
    `is killed ${KILLS} times under REGISTER load while the daemon lives on, which takes registrations again by itself and has lost none`,
    async () => {
      const random = seededRandom(8);
      const server = await RedisServer.start();
      const load = await RegisterLoad.open({ names: Array.from({ length: NAMES }, (_, index) => `Cámara <${index}>`), removalEvery: 7 });
      const { child, addresses } = await startService('signaling', ['0', '--directory', server.url], { env: { SIPCAST_LOG_LEVEL: 'warn' } });
      try {
        for (let kill = 1; kill <= KILLS; kill++) {
          const before = load.acknowledged;
          // Until there is an answer again: those that got 503 are asked anew.
          while (load.acknowledged === before) {
            load.start(Number(addresses['sip']?.split(':')[1]));
            await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
          }
          await server.kill();
          load.stop();
          await server.start();
        }
        await child.end('SIGTERM');
        await new Promise((resolve) => setImmediate(resolve));
        const directory = await openRedisDirectory(server);
        expect(load.violations([...directory.streamers.values()])).toEqual([]);
        await directory.close();
      } finally {
        await child.end('SIGKILL');
        await load.close();
        await server.remove();
      }
    },
    TIMEOUT_MS,
  );
});
