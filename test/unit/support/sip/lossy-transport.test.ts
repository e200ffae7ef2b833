import { describe, expect, it } from 'vitest';
import type { Transport } from '../../../../shared/sip/transport/transport.ts';
import { LossyTransport, type Impairment } from '../../../support/sip/lossy-transport.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const COUNT = 1_000;

function received(transport: Transport): number[] {
  const numbers: number[] = [];
  transport.onDatagram((datagram) => numbers.push(Number(datagram.toString())));
  return numbers;
}

async function run(seed: number, outgoing: Impairment, incoming: Impairment = {}): Promise<number[]> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  const sender = new LossyTransport(network.attach({ host: '192.0.2.1', port: 0 }), { seed, clock, outgoing });
  const receiver = new LossyTransport(network.attach({ host: '192.0.2.2', port: 5060 }), { seed, clock, incoming });
  const numbers = received(receiver);
  for (let i = 0; i < COUNT; i++) sender.send(Buffer.from(String(i)), receiver.local);
  await clock.advance(1_000);
  return numbers;
}

describe('LossyTransport', () => {
  it('loses its share in each direction, the same for the same seed', async () => {
    const numbers = await run(1, { loss: 0.3 });
    expect(numbers.length).toBeGreaterThan(COUNT * 0.65);
    expect(numbers.length).toBeLessThan(COUNT * 0.75);
    expect(await run(1, { loss: 0.3 })).toEqual(numbers);
    expect(await run(2, { loss: 0.3 })).not.toEqual(numbers);
    const both = await run(1, { loss: 0.3 }, { loss: 0.3 });
    expect(both.length).toBeLessThan(numbers.length);
  });

  it('duplicates and reorders', async () => {
    const numbers = await run(3, { duplication: 0.5, maxDelayMs: 100 });
    expect(numbers.length).toBeGreaterThan(COUNT * 1.4);
    expect(new Set(numbers).size).toBe(COUNT);
    expect(numbers.slice().sort((a, b) => a - b)).not.toEqual(numbers);
  });

  it('passes everything in order when nothing is asked for', async () => {
    expect(await run(4, {})).toEqual(Array.from({ length: COUNT }, (_, i) => i));
  });
});

describe('MemoryNetwork', () => {
  it('delivers nothing to who has left, and frees the address', async () => {
    const clock = new VirtualClock();
    const network = new MemoryNetwork({ clock, delayMs: 10 });
    const one = network.attach({ host: 'a', port: 1 });
    const other = network.attach({ host: 'b', port: 1 });
    const numbers = received(other);
    expect(() => network.attach({ host: 'b', port: 1 })).toThrow('taken');
    one.send(Buffer.from('1'), other.local);
    await other.close();
    await clock.advance(20);
    expect(numbers).toEqual([]);
    expect(network.sent).toHaveLength(1);
    network.attach({ host: 'b', port: 1 });
  });
});
