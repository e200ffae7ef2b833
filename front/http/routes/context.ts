/** What the routes work on. */
import type { SharedNames } from '../../cluster/shared-names.ts';
import type { Directory } from '../../directory/directory.ts';
import type { CookieSigner } from '../../viewers/cookie.ts';
import type { Viewers } from '../../viewers/viewers.ts';
import type { Watches } from '../../watch/watches.ts';

export interface ApiContext {
  viewers: Viewers;
  signer: CookieSigner;
  directory: Directory;
  watches: Watches;
  /** Where there are several fronts. */
  sharedNames?: Pick<SharedNames, 'claim' | 'release'> | undefined;
}
