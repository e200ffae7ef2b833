/** Directories in a real engine, as daemons open them. */

import type { ObservableTable } from '../../../signaling/directory/directory.ts';
import { RedisDirectory } from '../../../signaling/directory/redis/redis-directory.ts';
import type { RedisDirectoryOptions } from '../../../signaling/directory/redis/redis-directory.ts';
import type { RedisServer } from '../engines/redis.ts';

/** @param options `self` is 127.0.0.1:5060 unless given */
export function openRedisDirectory(server: RedisServer, options: Partial<RedisDirectoryOptions> = {}): Promise<RedisDirectory> {
  return RedisDirectory.open({ url: server.url, self: { host: '127.0.0.1', port: 5060 }, ...options });
}

/** Resolves as soon as it holds, now or after a change of the table. */
export async function whenShown<T>(table: ObservableTable<T>, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const leave = table.onChange(() => {
      if (!holds()) return;
      leave();
      resolve();
    });
  });
}
