/** Shows a certificate's successor to new connections, without a restart. */
import type { Server } from 'node:https';
import type { Logger } from '../../shared/log/logger.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { OpenTls } from './open-tls.ts';

/** How often it is looked whether there is another, ms. */
export const LOOK_INTERVAL_MS = 12 * 3_600_000;

/** Keeps `server`, which shows what is in `tls`, up to date from now on. @returns what stops that */
export function keepRenewed(server: Server, { source, material }: OpenTls, { clock, log }: { clock: Clock; log: Logger }): Cancel {
  let current = material;
  let cancel: Cancel;
  const look = async () => {
    try {
      const next = await source.load();
      if (next.cert === current.cert) return;
      server.setSecureContext(next);
      current = next;
      log.info('a new certificate is shown from now on');
    } catch (error) {
      log.warn({ err: error }, 'the certificate could not be renewed; the old one is shown as long as it lasts');
    }
  };
  const schedule = () => {
    cancel = clock.setTimeout(() => {
      void look();
      schedule();
    }, LOOK_INTERVAL_MS);
  };
  schedule();
  return () => cancel();
}
