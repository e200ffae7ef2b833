import { beforeEach, describe, expect, it } from 'vitest';
import { DirectoryWriteError } from '../../../../../signaling/directory/directory.ts';
import { Condition } from '../../../../../signaling/directory/redis/condition.ts';
import { EngineClock } from '../../../../../signaling/directory/redis/engine-clock.ts';
import { LinkLostError } from '../../../../../signaling/directory/redis/link.ts';
import type { Link, ScriptCall } from '../../../../../signaling/directory/redis/link.ts';
import { Outbox } from '../../../../../signaling/directory/redis/outbox.ts';
import type { Job } from '../../../../../signaling/directory/redis/outbox.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const LIMIT_MS = 2000;

/** Answers each batch as it is told. */
class ScriptedLink {
  readonly sent: { key: string; deadline: number }[][] = [];
  readonly #answers: { resolve: (answers: unknown[]) => void; reject: (error: Error) => void }[] = [];

  get link(): Link {
    return this as unknown as Link;
  }

  get keys(): string[][] {
    return this.sent.map((batch) => batch.map(({ key }) => key));
  }

  scripts(_source: string, calls: readonly ScriptCall[]): Promise<unknown[]> {
    this.sent.push(calls.map(({ keys, args }) => ({ key: keys[0] ?? '', deadline: Number(args[0]) })));
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  }

  /** Answers the oldest batch that is not answered. */
  async answer(...answers: (string | Error)[]): Promise<void> {
    this.#answers.shift()?.resolve(answers);
    await turn();
  }

  async lose(): Promise<void> {
    for (const { reject } of this.#answers.splice(0)) reject(new LinkLostError('lost'));
    await turn();
  }
}

/** What is submitted in one turn goes together in the next. */
async function turn(): Promise<void> {
  for (let step = 0; step < 2; step++) await new Promise((resolve) => setImmediate(resolve));
}

describe('The outbox', () => {
  let clock: VirtualClock;
  let outbox: Outbox;
  let link: ScriptedLink;
  let reports: string[];
  let measured: number;

  beforeEach(() => {
    clock = new VirtualClock();
    link = new ScriptedLink();
    reports = [];
    measured = 0;
    outbox = new Outbox({
      clock,
      engineClock: new EngineClock(() => clock.now()),
      condition: new Condition(({ kind }) => reports.push(kind), () => undefined),
      limitMs: LIMIT_MS,
      measure: () => {
        measured++;
        return Promise.resolve();
      },
      onWrite: () => undefined,
    });
  });

  function job(key: string, awaited: boolean): Job & { outcome: unknown } {
    const made = {
      awaited,
      needsRoom: true,
      outcome: undefined as unknown,
      command: (deadline: number | undefined) => ({ keys: [key], args: [String(deadline ?? 0)] }),
      done: (claim: string) => void (made.outcome = `done ${claim}`),
      refused: () => void (made.outcome = 'refused'),
      failed: (error: DirectoryWriteError) => void (made.outcome = error),
    };
    return made;
  }

  it('sends together what comes together, and what comes meanwhile in the next batch, in order', async () => {
    outbox.connected(link.link);
    const jobs = [job('a', true), job('b', false), job('c', true), job('d', true)];
    for (const each of jobs.slice(0, 2)) outbox.submit(each);
    await turn();
    for (const each of jobs.slice(2)) outbox.submit(each);
    await turn();
    expect(link.keys).toEqual([['a', 'b']]);
    await link.answer('ok x.y', 'ok ');
    expect(link.keys).toEqual([['a', 'b'], ['c', 'd']]);
    await link.answer('held', 'ok z.y');
    expect([jobs.map(({ outcome }) => outcome), outbox.empty]).toEqual([['done x.y', 'done ', 'refused', 'done z.y'], true]);
  });

  it('gives up what somebody waits for, and has told the engine until when it may carry it out', async () => {
    outbox.connected(link.link);
    await clock.advance(500);
    const waiting = job('a', true);
    outbox.submit(waiting);
    await turn();
    await clock.advance(LIMIT_MS);
    expect(link.sent).toEqual([[{ key: 'a', deadline: 500 + LIMIT_MS }]]);
    expect([waiting.outcome, reports]).toEqual([expect.any(DirectoryWriteError), ['failing']]);
    // What comes now is nobody's.
    await link.answer('ok x.y');
    expect(waiting.outcome).toBeInstanceOf(DirectoryWriteError);
  });

  it('sends again, before all that came later, what was under way when the connection was lost', async () => {
    outbox.connected(link.link);
    const [first, second] = [job('a', true), job('b', false)];
    outbox.submit(first);
    await turn();
    outbox.submit(second);
    outbox.disconnected();
    outbox.submit(job('c', false));
    await link.lose();
    const next = new ScriptedLink();
    outbox.connected(next.link);
    await turn();
    expect(next.keys).toEqual([['a', 'b', 'c']]);
    await next.answer('ok ', 'ok ', 'ok ');
    expect([first.outcome, second.outcome, outbox.empty]).toEqual(['done ', 'done ', true]);
  });

  it('lets nobody wait for an engine that has been away for longer than the limit', async () => {
    const early = job('a', true);
    outbox.submit(early);
    expect(early.outcome).toBeUndefined();
    await clock.advance(LIMIT_MS);
    expect(early.outcome).toBeInstanceOf(DirectoryWriteError);
    const late = job('b', true);
    outbox.submit(late);
    expect(late.outcome).toBeInstanceOf(DirectoryWriteError);
    outbox.submit(job('c', false));
    await expect(outbox.flush()).rejects.toThrow(/away/);
  });

  it('tries again what the engine refuses and nobody waits for, after a while, and says so once', async () => {
    outbox.connected(link.link);
    const [lazy, waiting] = [job('a', false), job('b', true)];
    outbox.submit(lazy);
    outbox.submit(waiting);
    await turn();
    await link.answer(new Error('OOM command not allowed'), new Error('OOM command not allowed'));
    expect([lazy.outcome, waiting.outcome]).toEqual([undefined, expect.any(DirectoryWriteError)]);
    outbox.submit(job('c', false));
    await turn();
    expect(link.keys).toEqual([['a', 'b'], ['c']]);
    await link.answer(new Error('OOM command not allowed'));
    await clock.advance(1000);
    await turn();
    expect(link.keys.slice(2)).toEqual([['a', 'c']]);
    await link.answer('ok ', 'ok ');
    expect([lazy.outcome, reports, outbox.empty]).toEqual(['done ', ['failing', 'recovered'], true]);
  });

  it('measures the clocks when the engine thinks that it is late, and sends again, before what came later', async () => {
    outbox.connected(link.link);
    const waiting = job('a', true);
    outbox.submit(waiting);
    await turn();
    outbox.submit(job('b', false));
    await link.answer('late');
    await turn();
    expect([measured, link.keys, waiting.outcome]).toEqual([1, [['a'], ['a', 'b']], undefined]);
    await link.answer('ok ', 'ok ');
    expect(waiting.outcome).toBe('done ');
  });

  it('is empty after a flush, which waits for all of before', async () => {
    outbox.connected(link.link);
    outbox.submit(job('a', false));
    let flushed = false;
    const flush = outbox.flush().then(() => (flushed = true));
    await turn();
    expect(flushed).toBe(false);
    await link.answer('ok ');
    await flush;
    await outbox.flush();
  });
});
