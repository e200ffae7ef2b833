import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../../../signaling/directory/xml/group-commit.ts';
import { systemClock } from '../../../../../shared/sip/timing/clock.ts';

/** Writes that end when the test says so. */
class Disk {
  readonly running: { succeed: () => void; fail: (error: Error) => void }[] = [];
  #began: (() => void)[] = [];
  writes = 0;

  readonly write = (): Promise<void> =>
    new Promise((succeed, fail) => {
      this.writes++;
      this.running.push({ succeed, fail });
      this.#began.splice(0).forEach((tell) => tell());
    });

  async next(): Promise<{ succeed: () => void; fail: (error: Error) => void }> {
    while (this.running.length === 0) await new Promise<void>((resolve) => this.#began.push(resolve));
    const [write] = this.running.splice(0, 1);
    return write!;
  }
}

function commitOn(disk: Disk, lazyMs = 5): { commit: GroupCommit; failures: unknown[] } {
  const failures: unknown[] = [];
  return { commit: new GroupCommit({ clock: systemClock, lazyMs, write: disk.write, onLazyFailure: (error) => failures.push(error) }), failures };
}

describe('Group commit', () => {
  it('writes once for all that came in one turn, and once more for all that came meanwhile (seed 4.14)', async () => {
    const disk = new Disk();
    const { commit } = commitOn(disk);
    const first = [commit.now(), commit.now(), commit.now()];
    const write = await disk.next();
    const second = [commit.now(), commit.now()];
    write.succeed();
    await Promise.all(first);
    (await disk.next()).succeed();
    await Promise.all(second);
    expect(disk.writes).toBe(2);
  });

  it('never resolves by a write that began before the change', async () => {
    const disk = new Disk();
    const { commit } = commitOn(disk);
    const first = commit.now();
    const write = await disk.next();
    let resolved = false;
    const second = commit.now().then(() => (resolved = true));
    write.succeed();
    await first;
    const next = await disk.next();
    expect(resolved).toBe(false);
    next.succeed();
    await second;
  });

  it('tells only those of a failed write, and writes again by itself', async () => {
    const disk = new Disk();
    const { commit, failures } = commitOn(disk);
    const first = commit.now();
    (await disk.next()).fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    (await disk.next()).fail(new Error('still full'));
    (await disk.next()).succeed();
    expect(failures).toEqual([new Error('still full')]);
    await commit.stop();
  });

  it('writes lazy changes together after a while, and lets an awaited one take them along', async () => {
    const disk = new Disk();
    const { commit } = commitOn(disk);
    commit.later();
    commit.later();
    (await disk.next()).succeed();
    commit.later();
    const awaited = commit.now();
    (await disk.next()).succeed();
    await awaited;
    await commit.stop();
    expect(disk.writes).toBe(2);
  });

  it('stops only when the running write has ended', async () => {
    const disk = new Disk();
    const { commit } = commitOn(disk);
    const change = commit.now();
    const write = await disk.next();
    let stopped = false;
    const stop = commit.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    write.succeed();
    await change;
    await stop;
  });
});
