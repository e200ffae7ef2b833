/** A station at which those who come wait in one line for the next of several servers. */

/**
 * When each is done. What is served takes `serviceMs` of a server; whoever comes first is first.
 * @param arrivals ms, in any order; the answer has the same order
 */
export function serve(arrivals: readonly number[], servers: number, serviceMs: number): number[] {
  const order = arrivals.map((_, index) => index).sort((a, b) => (arrivals[a] ?? 0) - (arrivals[b] ?? 0));
  // As all take the same time, whoever was given to a server first leaves it first: the free times are a ring.
  const free = new Array<number>(servers).fill(-Infinity);
  const done = new Array<number>(arrivals.length);
  order.forEach((index, turn) => {
    const server = turn % servers;
    const end = Math.max(free[server] ?? 0, arrivals[index] ?? 0) + serviceMs;
    free[server] = end;
    done[index] = end;
  });
  return done;
}
