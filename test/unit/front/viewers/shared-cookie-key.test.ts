import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../../front/store/store.ts';
import { CookieSigner } from '../../../../front/viewers/cookie.ts';
import { shareCookieKey } from '../../../../front/viewers/shared-cookie-key.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';

const ana = { name: 'Ana', token: 'aaaa' };

/** A store that may be away. */
function sharedStore(key: Buffer) {
  const listeners: (() => void)[] = [];
  const store = {
    isAway: false,
    keys: {
      get: async () => {
        if (store.isAway) throw new StoreUnavailableError('away');
        return key;
      },
    },
    onAvailable: (listener: () => void) => void listeners.push(listener),
    comesBack: async () => {
      store.isAway = false;
      for (const listener of listeners) listener();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return store;
}

describe('cookies of several fronts', () => {
  it('are believed by all of them', async () => {
    const store = sharedStore(randomBytes(32));
    const [one, other] = [new CookieSigner(randomBytes(32)), new CookieSigner(randomBytes(32))];
    for (const signer of [one, other]) await shareCookieKey(store, signer, silentLogger);
    expect(other.read(`sipcast=${one.sign([ana])}`)).toEqual([ana]);
  });

  it('that were signed while the store was away stay valid where they were', async () => {
    const store = sharedStore(randomBytes(32));
    store.isAway = true;
    const signer = new CookieSigner(randomBytes(32));
    await shareCookieKey(store, signer, silentLogger);
    const early = signer.sign([ana]);
    await store.comesBack();
    expect(signer.sign([ana])).not.toBe(early);
    expect(signer.read(`sipcast=${early}`)).toEqual([ana]);
    const other = new CookieSigner(await store.keys.get());
    expect(other.read(`sipcast=${signer.sign([ana])}`)).toEqual([ana]);
    expect(other.read(`sipcast=${early}`)).toEqual([]);
  });
});
