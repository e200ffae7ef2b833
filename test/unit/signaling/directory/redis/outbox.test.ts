import { beforeEach, describe, expect, it } from 'vitest';
import { DirectoryWriteError } from '../../../../../signaling/directory/directory.ts';
import { Condition } from '../../../../../signaling/directory/redis/condition.ts';
import { EngineClock } from '../../../../../signaling/directory/redis/engine-clock.ts';
import { LinkLostError } from '../../../../../signaling/directory/redis/link.ts';
import type { Link } from '../../../../../signaling/directory/redis/link.ts';
import { Outbox } from '../../../../../signaling/directory/redis/outbox.ts';
import type { Job } from '../../../../../signaling/directory/redis/outbox.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const LIMIT_MS = 2000;

/** Answers each script as it is told. */
class ScriptedLink {
  readonly sent: { key: string; deadline: number }[] = [];
  readonly #answers: ((answer: string | Error) => void)[] = [];

  get link(): Link {
    return this as unknown as Link;
  }

  script(_source: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    this.sent.push({ key: keys[0] ?? '', deadline: Number(args[0]) });
    return new Promise((resolve, reject) => this.#answers.push((answer) => (typeof answer === 'string' ? resolve(answer) : reject(answer))));
  }

  /** Answers the oldest that is not answered. */
  async answer(answer: string | Error): Promise<void> {
    this.#answers.shift()?.(answer);
    await new Promise((resolve) => setImmediate(resolve));
  }
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
      measure: async () => void measured++,
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

  it('sends in order, and tells what became of each', async () => {
    outbox.connected(link.link);
    const jobs = [job('a', true), job('b', false), job('c', true)];
    for (const each of jobs) outbox.submit(each);
    expect(link.sent.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await link.answer('ok x.y');
    await link.answer('ok ');
    await link.answer('held');
    expect([jobs.map(({ outcome }) => outcome), outbox.empty]).toEqual([['done x.y', 'done ', 'refused'], true]);
  });

  it('gives up what somebody waits for, and has told the engine until when it may carry it out', async () => {
    outbox.connected(link.link);
    await clock.advance(500);
    const waiting = job('a', true);
    outbox.submit(waiting);
    await clock.advance(LIMIT_MS);
    expect(link.sent).toEqual([{ key: 'a', deadline: 500 + LIMIT_MS }]);
    expect([waiting.outcome, reports]).toEqual([expect.any(DirectoryWriteError), ['failing']]);
    // What comes now is nobody's.
    await link.answer('ok x.y');
    expect(waiting.outcome).toBeInstanceOf(DirectoryWriteError);
  });

  it('sends again, before all that came later, what was under way when the connection was lost', async () => {
    outbox.connected(link.link);
    const [first, second] = [job('a', true), job('b', false)];
    outbox.submit(first);
    outbox.submit(second);
    outbox.disconnected();
    outbox.submit(job('c', false));
    await link.answer(new LinkLostError('lost'));
    await link.answer(new LinkLostError('lost'));
    const next = new ScriptedLink();
    outbox.connected(next.link);
    expect(next.sent.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await next.answer('ok ');
    expect([first.outcome, second.outcome]).toEqual(['done ', undefined]);
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
    await expect((outbox.submit(job('c', false)), outbox.flush())).rejects.toThrow(/away/);
  });

  it('tries again what the engine refuses and nobody waits for, and says so once', async () => {
    outbox.connected(link.link);
    const [lazy, waiting] = [job('a', false), job('b', true)];
    outbox.submit(lazy);
    outbox.submit(waiting);
    await link.answer(new Error('OOM command not allowed'));
    await link.answer(new Error('OOM command not allowed'));
    expect([lazy.outcome, waiting.outcome]).toEqual([undefined, expect.any(DirectoryWriteError)]);
    await clock.advance(1000);
    expect(link.sent.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    await link.answer('ok ');
    expect([lazy.outcome, reports]).toEqual(['done ', ['failing', 'recovered']]);
  });

  it('measures the clocks when the engine thinks that it is late, and sends again', async () => {
    outbox.connected(link.link);
    const waiting = job('a', true);
    outbox.submit(waiting);
    await link.answer('late');
    expect([measured, link.sent.length, waiting.outcome]).toEqual([1, 2, undefined]);
    await link.answer('ok ');
    expect(waiting.outcome).toBe('done ');
  });

  it('is empty after a flush, which waits for all of before', async () => {
    outbox.connected(link.link);
    outbox.submit(job('a', false));
    let flushed = false;
    const flush = outbox.flush().then(() => (flushed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(flushed).toBe(false);
    await link.answer('ok ');
    await flush;
    await outbox.flush();
  });
});
