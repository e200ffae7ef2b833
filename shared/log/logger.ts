/** Structured logging for every service: one pino logger a process, children for what a line is about. */
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import type { LogFields } from './fields.ts';
import { prettyStream } from './pretty.ts';
import { redact } from './redaction.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['pretty', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Writes one line: `log.info('ready')` or `log.warn({ callId, err }, 'the streamer does not answer')`. */
export interface LogMethod {
  (message: string): void;
  (fields: LogFields, message: string): void;
}

/** What modules ask for when they want to say something; a test hands in its own. */
export interface Logger {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  /** A logger whose lines all carry `fields` as well. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** The name that each line carries: signaling, streamer, front. */
  service: string;
  level: LogLevel;
  format: LogFormat;
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
}

/**
 * Makes the process's root logger. Lines are written before the call returns, so none is lost when the process ends;
 * values of fields that hold secrets are blanked (see redaction.ts).
 */
export function createLogger({ service, level, format, destination }: LoggerOptions): Logger {
  const output = destination ?? pino.destination({ fd: 1, sync: true });
  const stream = format === 'pretty' ? prettyStream(output, { colour: destination === undefined }) : output;
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      serializers: { err: pino.stdSerializers.errWithCause },
    },
    stream,
  );
  return adapt(logger);
}

/** Says nothing: for tests, and for parts that were given no logger. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

function adapt(logger: PinoLogger): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error'): LogMethod => (first: LogFields | string, message?: string) => {
    if (typeof first === 'string') logger[level](first);
    else logger[level](first, message);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => adapt(logger.child(redact(fields))),
  };
}
