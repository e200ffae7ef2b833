/** Asks a Node process that was started with `--inspect=127.0.0.1:0` to collect its garbage, so that what is left is really in use. */

import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Child } from './child.ts';

const ANNOUNCEMENT = /Debugger listening on (ws:\S+)/;

export async function collectGarbage(child: Child): Promise<void> {
  const { text } = await child.log.waitFor(({ text: line }) => ANNOUNCEMENT.test(line));
  const socket = new WebSocket(ANNOUNCEMENT.exec(text)?.[1] ?? '');
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  await answered;
  socket.close();
  await once(socket, 'close');
}
