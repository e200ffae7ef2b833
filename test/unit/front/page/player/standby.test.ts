import { describe, expect, it } from 'vitest';
import { PREPARED_FOR_MS, REST_MS, Standby } from '../../../../../front/page/src/player/standby.ts';
import { ManualTiming } from '../support.ts';

class Connection {
  prepared = false;
  closed = false;
  readonly #works: boolean;

  constructor(works: boolean) {
    this.#works = works;
  }

  prepare(): Promise<void> {
    this.prepared = true;
    return this.#works ? Promise.resolve() : Promise.reject(new Error('no network'));
  }

  close(): void {
    this.closed = true;
  }
}

function standby({ works = true, visible = (): boolean => true } = {}) {
  const made: Connection[] = [];
  const timing = new ManualTiming();
  const make = () => {
    if (!visible()) return undefined;
    const connection = new Connection(works);
    made.push(connection);
    return connection;
  };
  return { standby: new Standby({ timing, make }), made, timing };
}

describe('the connection that stands by', () => {
  it('is made ready soon after somebody sees what there is, and given to one watch alone', async () => {
    const { standby: waiting, made, timing } = standby();
    waiting.prepare();
    waiting.prepare();
    expect(made).toEqual([]);
    await timing.pass(REST_MS);
    expect(made.map(({ prepared }) => prepared)).toEqual([true]);
    expect(waiting.take()).toBe(made[0]);
    expect(waiting.take()).toBeUndefined();
    await timing.pass(2 * PREPARED_FOR_MS);
    expect(made.map(({ closed }) => closed)).toEqual([false]);
  });

  it('is another after a minute, or when the network changes', async () => {
    const { standby: waiting, made, timing } = standby();
    waiting.prepare();
    await timing.pass(REST_MS);
    await timing.pass(PREPARED_FOR_MS);
    waiting.renew();
    await timing.pass(REST_MS);
    expect(made.map(({ closed }) => closed)).toEqual([true, true, false]);
    expect(waiting.take()).toBe(made[2]);
  });

  it('is closed when nobody is about to watch any more', async () => {
    const { standby: waiting, made, timing } = standby();
    waiting.prepare();
    await timing.pass(REST_MS);
    waiting.release();
    await timing.pass(2 * PREPARED_FOR_MS);
    expect(made.map(({ closed }) => closed)).toEqual([true]);
    expect(waiting.take()).toBeUndefined();
  });

  it('is not made for a page that nobody sees, but as soon as it is seen', async () => {
    let seen = false;
    const { standby: waiting, made, timing } = standby({ visible: () => seen });
    waiting.prepare();
    await timing.pass(2 * PREPARED_FOR_MS);
    expect(waiting.take()).toBeUndefined();
    waiting.prepare();
    seen = true;
    waiting.renew();
    await timing.pass(REST_MS);
    expect(waiting.take()).toBe(made[0]);
  });

  it('is not given away when it could not be made ready', async () => {
    const { standby: waiting, made, timing } = standby({ works: false });
    waiting.prepare();
    await timing.pass(REST_MS);
    expect(waiting.take()).toBeUndefined();
    expect(made.map(({ closed }) => closed)).toEqual([true]);
  });
});
