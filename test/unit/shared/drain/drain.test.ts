import { describe, expect, it } from 'vitest';
import { Drain } from '../../../../shared/drain/drain.ts';

function setUp(here: number) {
  const state = { here, over: false };
  const drain = new Drain(() => state.here === 0);
  const end = new AbortController();
  const begin = async () => {
    await drain.begin(end.signal);
    state.over = true;
  };
  const leave = async () => {
    state.here -= 1;
    drain.somebodyLeft();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { drain, state, end, begin, leave };
}

describe('a drain', () => {
  it('lasts until the last has left', async () => {
    const { drain, state, begin, leave } = setUp(2);
    expect(drain.begun).toBe(false);
    const over = begin();
    expect(drain.begun).toBe(true);
    await leave();
    expect(state.over).toBe(false);
    await leave();
    expect(state.over).toBe(true);
    await over;
  });

  it('is over at once where nobody is', async () => {
    await setUp(0).begin();
  });

  it('ends when it is told to, before or after it began', async () => {
    const one = setUp(1);
    const over = one.begin();
    one.end.abort();
    await over;
    const other = setUp(1);
    other.end.abort();
    await other.begin();
  });

  it('is not begun by somebody who leaves', async () => {
    const { drain, leave } = setUp(1);
    await leave();
    expect(drain.begun).toBe(false);
  });
});
