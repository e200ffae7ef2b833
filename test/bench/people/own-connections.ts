/** Connections that this process's own `fetch` keeps open for later: front keeps them for 75 s, and they are nobody's left over. */

/** Where Node's fetch finds what it sends by. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

interface Dispatcher {
  destroy(): Promise<void>;
}

/** Closes them all; what is fetched afterwards opens new ones. No request may be under way. */
export async function closeOwnConnections(): Promise<void> {
  const holder = globalThis as { [DISPATCHER]?: Dispatcher };
  const former = holder[DISPATCHER];
  if (!former) return;
  holder[DISPATCHER] = new (former.constructor as new () => Dispatcher)();
  await former.destroy();
}
