/** The logger of a worker thread: its lines go to the main thread, which writes those of all in order. */
import type { LogFields } from '../../shared/log/fields.ts';
import type { Logger, LogMethod } from '../../shared/log/logger.ts';
import type { FromWorker, Link } from './messages.ts';

type LogMessage = Extract<FromWorker, { type: 'log' }>;

export function remoteLogger(link: Pick<Link<LogMessage, never>, 'post'>, common: LogFields = {}): Logger {
  const at = (level: LogMessage['level']): LogMethod => (first: LogFields | string, text?: string) => {
    if (typeof first === 'string') link.post({ type: 'log', level, fields: common, text: first });
    else link.post({ type: 'log', level, fields: cloneable({ ...common, ...first }), text: text ?? '' });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => remoteLogger(link, { ...common, ...fields }) };
}

/** A line is not worth a crash: what cannot be sent between threads is sent as its text. */
function cloneable(fields: LogFields): LogFields {
  try {
    return structuredClone(fields);
  } catch {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? new Error(value.message) : String(value)]));
  }
}
