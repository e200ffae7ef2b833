/**
 * How much longer everything takes than it would on a machine of one's own: a process that works a little, again and again, compares the time
 * that passes meanwhile with the time for which it had a processor. 1 where nobody else wants one.
 */
import { Child } from '../processes/child.ts';

/** Works 5 ms of every 50, and tells what it had, in µs since its start. */
const PROBE = `
  let wall = 0, cpu = 0;
  setInterval(() => {
    const [begun, had] = [process.hrtime.bigint(), process.cpuUsage()];
    const used = () => { const { user, system } = process.cpuUsage(had); return user + system; };
    while (used() < 5000);
    wall += Number(process.hrtime.bigint() - begun) / 1000;
    cpu += used();
    console.log(JSON.stringify({ wall, cpu }));
  }, 50);
`;

interface Reading {
  readonly wall: number;
  readonly cpu: number;
}

export class Starvation {
  readonly #child = new Child(process.execPath, ['-e', PROBE], { name: 'a probe for the processor' });

  /** Begins to measure. @returns to be called at the end: the factor between the two */
  measure(): () => number {
    const begun = this.#latest();
    return () => {
      const { wall, cpu } = this.#latest();
      return cpu > begun.cpu ? Math.max(1, (wall - begun.wall) / (cpu - begun.cpu)) : 1;
    };
  }

  async stop(): Promise<void> {
    await this.#child.end('SIGKILL');
  }

  #latest(): Reading {
    const line = this.#child.log.lines.at(-1);
    return line === undefined ? { wall: 0, cpu: 0 } : (JSON.parse(line.text) as Reading);
  }
}
