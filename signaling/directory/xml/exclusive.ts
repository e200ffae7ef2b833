/**
 * Sees to it that one process at a time uses a directory file: two would overwrite each other's changes. The mark is a listening socket
 * that belongs to no file, so that it goes with its process, however that ends.
 */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Only Linux has names of sockets that are no files. */
const HAS_ABSTRACT_SOCKETS = process.platform === 'linux';

/** Another process uses the file. */
export class FileInUseError extends Error {
  override name = 'FileInUseError';
}

export class ExclusiveUse {
  readonly #server: Server | undefined;

  private constructor(server: Server | undefined) {
    this.#server = server;
  }

  /**
   * @param path absolute, and no link
   * @throws FileInUseError
   */
  static async of(path: string): Promise<ExclusiveUse> {
    if (!HAS_ABSTRACT_SOCKETS) return new ExclusiveUse(undefined);
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.listen({ path: `\0sipcast-directory-${createHash('sha256').update(path).digest('hex')}` });
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new FileInUseError('another signaling daemon uses it; stop that one or choose another file with --directory', { cause });
    }
    return new ExclusiveUse(server);
  }

  async end(): Promise<void> {
    if (!this.#server?.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
