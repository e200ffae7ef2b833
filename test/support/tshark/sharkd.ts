/** Many questions to one capture by one process: sharkd is tshark as a server, and comes with it. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { findCommand } from '../tools/system-tools.ts';

export interface FrameQuery {
  /** Display filter. */
  readonly filter: string;
  readonly fields: readonly string[];
  /** Which values of a field that a frame has several times. */
  readonly occurrence: 'all' | 'first' | 'last';
}

/** As sharkd counts them. */
const OCCURRENCES = { all: 0, first: 1, last: -1 } as const;

interface Reply {
  id: number;
  result?: { c: string[] }[];
  error?: { message: string };
}

/**
 * For each query the frames that pass, each with the values of its fields (several joined by commas, none as ''). Throws when sharkd
 * cannot read the file or refuses a query. A process serves one file: sharkd would remember what a filter let pass of the one before.
 */
export async function queryFrames(file: string, queries: readonly FrameQuery[]): Promise<string[][][]> {
  const asked = queries.map(({ filter, fields, occurrence }) => ({
    method: 'frames',
    params: { filter, ...Object.fromEntries(fields.map((field, column) => [`column${column}`, `${field}:${OCCURRENCES[occurrence]}`])) },
  }));
  const [loaded, ...replies] = await converse([{ method: 'load', params: { file } }, ...asked]);
  if (loaded?.result === undefined) throw new Error(`sharkd cannot read ${file}: ${loaded?.error?.message ?? 'no reply'}`);
  return queries.map(({ filter }, index) => {
    const { result, error } = replies[index] ?? {};
    if (result === undefined) throw new Error(`sharkd does not answer “${filter}”: ${error?.message ?? 'no reply'}`);
    return result.map(({ c }) => c);
  });
}

/** @returns the replies in the order of the requests */
async function converse(requests: readonly object[]): Promise<(Reply | undefined)[]> {
  const command = findCommand(['sharkd']);
  if (command === undefined) throw new Error('sharkd is not installed: apt-get install tshark');
  const child = spawn(command, ['-'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(requests.map((request, index) => `${JSON.stringify({ jsonrpc: '2.0', id: index + 1, ...request })}\n`).join(''));
  // What is no object is chatter about the file.
  const lines = (await text(child.stdout)).split('\n').filter((line) => line.startsWith('{'));
  const replies = new Map(lines.map((line) => JSON.parse(line) as Reply).map((reply) => [reply.id, reply]));
  return requests.map((_, index) => replies.get(index + 1));
}
