import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { descendantsOf } from '../../../support/engines/descendants.ts';

describe('the processes below another', () => {
  it('are its children and theirs, and nobody else', async () => {
    const child = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    try {
      expect(descendantsOf(child.pid ?? 0)).toEqual([Number(line.toString())]);
      expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([child.pid, Number(line.toString())]));
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
    await once(child, 'exit');
    expect(descendantsOf(child.pid ?? 0)).toEqual([]);
  });
});
