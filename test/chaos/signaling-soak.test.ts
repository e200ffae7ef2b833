import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { amount } from '../support/amount.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import { CallLoad } from '../support/signaling/call-load.ts';
import { settledMemory } from '../support/signaling/settled-memory.ts';
import type { Memory } from '../support/signaling/settled-memory.ts';

const FIRST_CALLS = 10_000;
/** A leak of a hundred bytes a call shows by then. */
const FURTHER_CALLS = amount(20_000, 90_000);
const WIDTH = 64;
/** What the heap may have grown by, over the memory after the first calls. */
const TOLERATED_GROWTH = 1.05;
const TOLERATED_BYTES = 1_000_000;
const TIMEOUT_MS = 900_000;
/**
 * Calls per second; as fast as they come unless given. At full speed far more calls linger at once (64·T1 each) than in the first seconds,
 * and a process keeps resident what it once needed: the heap is where it was, the resident memory only at a steady rate, such as 300.
 */
const RATE = Number(process.env['SIPCAST_SOAK_RATE'] ?? Infinity);
const TURN_MS = 1000;

describe('The signaling daemon', () => {
  it(
    'carries call after call, and its memory is where it was after the first 10,000 (seeds 4.16, 4.22)',
    async () => {
      const folder = scratchFolder('soak');
      const path = join(folder.path, 'directory.xml');
      const service = await startService('signaling', ['0', '--directory', path, '--session-retention', '1', '--metrics-port', '0'], {
        nodeOptions: ['--inspect=127.0.0.1:0'],
        env: { SIPCAST_LOG_LEVEL: 'warn' },
      });
      const load = await CallLoad.open(Number(service.addresses['sip']?.split(':')[1]));
      try {
        await carry(load, FIRST_CALLS);
        const first = await settledMemory(service);
        await carry(load, FURTHER_CALLS);
        const last = await settledMemory(service);
        console.info(`after ${FIRST_CALLS} calls ${describeMemory(first)}; after ${load.completed} calls ${describeMemory(last)}; ${load.repeated} datagrams sent again`);
        expect(load.failures).toEqual([]);
        expect(load.completed).toBe(FIRST_CALLS + FURTHER_CALLS);
        expect(last.heap).toBeLessThan(first.heap * TOLERATED_GROWTH + TOLERATED_BYTES);
        expect(statSync(path).size).toBeLessThan(10_000);
        expect(service.child.log.lines.filter(({ record }) => record !== undefined)).toEqual([]);
      } finally {
        await load.close();
        await service.child.end();
        folder.remove();
      }
    },
    TIMEOUT_MS,
  );
});

async function carry(load: CallLoad, calls: number): Promise<void> {
  for (let left = calls; left > 0; left -= RATE) {
    const turnIsOver = Number.isFinite(RATE) ? delay(TURN_MS) : undefined;
    await load.run(Math.min(RATE, left), WIDTH);
    await turnIsOver;
  }
}

function describeMemory({ heap, resident }: Memory): string {
  return `${(heap / 1e6).toFixed(1)} MB heap, ${(resident / 1e6).toFixed(0)} MB resident`;
}
