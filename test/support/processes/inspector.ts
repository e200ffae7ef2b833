/** Asks a Node process that was started with `--inspect=127.0.0.1:0`: to collect its garbage, so that what is left is really in use; what keeps it alive. */

import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Child } from './child.ts';

const ANNOUNCEMENT = /Debugger listening on (ws:\S+)/;

async function ask(child: Child, method: string, params: object = {}): Promise<unknown> {
  const { text } = await child.log.waitFor(({ text: line }) => ANNOUNCEMENT.test(line));
  const socket = new WebSocket(ANNOUNCEMENT.exec(text)?.[1] ?? '');
  await once(socket, 'open');
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(JSON.stringify({ id: 1, method, params }));
  const [answer] = await answered;
  socket.close();
  await once(socket, 'close');
  return (JSON.parse(answer.toString()) as { result?: unknown }).result;
}

export async function collectGarbage(child: Child): Promise<void> {
  await ask(child, 'HeapProfiler.collectGarbage');
}

/** The value of an expression, which must be JSON, in the process's global scope. */
export async function evaluate(child: Child, expression: string): Promise<unknown> {
  const result = (await ask(child, 'Runtime.evaluate', { expression, returnByValue: true })) as { result?: { value?: unknown } } | undefined;
  return result?.result?.value;
}
