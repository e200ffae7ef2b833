/** A logger for one of very many alike: what each of them has to say matters only to who looks closely. */
import type { LogFields } from './fields.ts';
import type { Logger, LogMethod } from './logger.ts';

/** Writes information and warnings as `debug`, errors as they are. */
export function demoted(log: Logger): Logger {
  const debug: LogMethod = (fields: LogFields | string, message?: string) => {
    if (typeof fields === 'string') log.debug(fields);
    else log.debug(fields, message ?? '');
  };
  const error: LogMethod = (fields: LogFields | string, message?: string) => {
    if (typeof fields === 'string') log.error(fields);
    else log.error(fields, message ?? '');
  };
  return { debug, info: debug, warn: debug, error, child: (fields) => demoted(log.child(fields)) };
}
