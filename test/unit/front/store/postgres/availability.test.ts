import { describe, expect, it } from 'vitest';
import { Availability } from '../../../../../front/store/postgres/availability.ts';
import type { StoreState } from '../../../../../front/store/postgres/availability.ts';
import { StoreClosedError, StoreOpenError, StoreUnavailableError } from '../../../../../front/store/store.ts';
import { silentLogger } from '../../../../../shared/log/logger.ts';
import type { Logger } from '../../../../../shared/log/logger.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const full = () => Object.assign(new Error('no space left'), { code: '53100', severity: 'ERROR' });

async function setUp(first: StoreState | Error = 'writable') {
  const clock = new VirtualClock();
  const logged: string[] = [];
  const log = Object.assign(Object.create(silentLogger) as Logger, {
    info: (text: string) => logged.push(`info ${text}`),
    error: ({ reason }: { reason: string }, text: string) => logged.push(`error ${text.split(':')[0] ?? ''} (${reason})`),
  });
  const found = { now: first, doubted: [] as boolean[] };
  const look = async (doubted: boolean) => {
    found.doubted.push(doubted);
    if (found.now instanceof Error) throw found.now;
    return found.now;
  };
  const availability = new Availability({ look, clock, log });
  let returns = 0;
  availability.onWritable(() => returns++);
  await availability.look();
  return { availability, clock, logged, found, returns: () => returns };
}

describe('whether PostgreSQL is there', () => {
  it('is looked at each second, told once when it goes and once when it comes back', async () => {
    const { availability, clock, logged, found, returns } = await setUp();
    expect([availability.state, returns()]).toEqual(['writable', 1]);
    found.now = away();
    await clock.advance(5000);
    expect(availability.state).toBe('away');
    expect(() => availability.insist()).toThrow(StoreUnavailableError);
    found.now = 'writable';
    await clock.advance(1000);
    expect([availability.state, returns()]).toEqual(['writable', 2]);
    expect(logged).toEqual(['info PostgreSQL keeps accounts and rooms', 'error PostgreSQL is away (connect ECONNREFUSED)', 'info PostgreSQL is back: accounts and rooms are served again']);
  });

  it('is looked at anew as soon as something fails, and asked in vain by nobody then', async () => {
    const { availability, found } = await setUp();
    found.now = away();
    expect(availability.explain(away())).toBeInstanceOf(StoreUnavailableError);
    await availability.look();
    expect(availability.state).toBe('away');
  });

  it('is doubted after a change has failed, until one has worked', async () => {
    const { availability, clock, found } = await setUp();
    found.now = full();
    availability.explain(full());
    await availability.look();
    expect(availability.state).toBe('readable');
    expect(() => availability.insist()).not.toThrow();
    found.now = 'writable';
    await clock.advance(2000);
    expect(found.doubted).toEqual([false, true, true, false]);
  });

  it('is not blamed for what was wrong with the request', async () => {
    const { availability } = await setUp();
    const error = Object.assign(new Error('unique'), { code: '23505', severity: 'ERROR' });
    expect(availability.explain(error)).toBe(error);
    expect(availability.state).toBe('writable');
  });

  it('that is of no use from the start is told by whoever opens it; later, in the log', async () => {
    const { availability, logged } = await setUp(new StoreOpenError('a newer schema'));
    expect(availability.failure).toBeInstanceOf(StoreOpenError);
    expect(logged).toEqual([]);
    const later = await setUp(away());
    later.found.now = new StoreOpenError('a newer schema');
    await later.clock.advance(3000);
    expect(later.logged).toEqual(['error PostgreSQL is away (connect ECONNREFUSED)', 'error PostgreSQL is away (a newer schema)']);
  });

  it('is of no interest once it is closed', async () => {
    const { availability, clock } = await setUp();
    availability.close();
    expect(() => availability.insist()).toThrow(StoreClosedError);
    expect(availability.explain(away())).toBeInstanceOf(StoreClosedError);
    expect(clock.pending).toBe(0);
  });
});
