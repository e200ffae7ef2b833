import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { RedisDirectory } from '../../../signaling/directory/redis/redis-directory.ts';
import { openRedisDirectory } from '../../support/signaling/redis-directories.ts';
import { RedisServer } from '../../support/engines/redis.ts';
import { describeDirectory } from '../../unit/signaling/directory/conformance.ts';

let server: RedisServer;
beforeAll(async () => (server = await RedisServer.start()));
afterAll(() => server.remove());

describeDirectory('Redis', async () => {
  const prefix = `test:${randomUUID()}:`;
  const opened: RedisDirectory[] = [];
  return {
    async open() {
      const directory = await openRedisDirectory(server, { prefix, writeLimitMs: 500 });
      opened.push(directory);
      return directory;
    },
    // The engine holds every change back, as when its disk hangs; what is read is answered.
    async breakWrites(broken) {
      await (broken ? server.command('CLIENT', 'PAUSE', '600000', 'WRITE') : server.command('CLIENT', 'UNPAUSE'));
    },
    async remove() {
      for (const directory of opened) await directory.close();
    },
  };
});
