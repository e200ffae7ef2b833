/** Cookies that every front on one store believes: signed with the key that the store keeps, as soon as it is there. */
import type { Logger } from '../../shared/log/logger.ts';
import { storeFailure } from '../failures.ts';
import type { SharedStore } from '../store/store.ts';
import type { CookieSigner } from './cookie.ts';

const COOKIE_KEY = 'cookies';

/** Resolves when the key is adopted, or the store turned out to be away: then it is once it is back. What was signed until then stays valid here. */
export async function shareCookieKey(store: Pick<SharedStore, 'keys' | 'onAvailable'>, signer: Pick<CookieSigner, 'adopt'>, log: Logger): Promise<void> {
  const adopt = async () => {
    try {
      signer.adopt(await store.keys.get(COOKIE_KEY));
    } catch (err) {
      if (storeFailure(err) === undefined) log.error({ err }, 'the key for cookies cannot be had: other fronts do not believe those of this one');
    }
  };
  store.onAvailable(() => void adopt());
  await adopt();
}
