/** The latest warnings and errors that front has logged, kept for operators who have no terminal at hand: so many and no more, without secrets. */
import type { LogFields } from '../../shared/log/fields.ts';
import type { Logger, LogMethod } from '../../shared/log/logger.ts';
import { redact, redactText } from '../../shared/log/redaction.ts';

const MAX_LINES = 100;
const MAX_MESSAGE_CHARACTERS = 500;
const MAX_DETAIL_CHARACTERS = 1_000;
/** Causes of causes that are told. */
const MAX_CAUSES = 4;

export interface ErrorLine {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly level: 'warn' | 'error';
  readonly message: string;
  /** The call that it is about, where it is about one. */
  readonly callId?: string;
  /** Its other fields, as JSON; empty where there is none. */
  readonly detail: string;
}

export class RecentErrors {
  readonly #wallClock: () => number;
  readonly #lines: ErrorLine[] = [];

  /** @param wallClock milliseconds since 1970 */
  constructor(wallClock: () => number) {
    this.#wallClock = wallClock;
  }

  /** The latest first. */
  list(): readonly ErrorLine[] {
    return this.#lines.toReversed();
  }

  /** A logger that writes what `log` writes, and keeps warnings and errors here. */
  listeningTo(log: Logger, inherited: LogFields = {}): Logger {
    const kept = (level: ErrorLine['level']): LogMethod => (first: LogFields | string, message?: string) => {
      if (typeof first === 'string') log[level](first);
      else log[level](first, message ?? '');
      this.#keep(level, typeof first === 'string' ? inherited : { ...inherited, ...first }, typeof first === 'string' ? first : (message ?? ''));
    };
    return {
      debug: log.debug,
      info: log.info,
      warn: kept('warn'),
      error: kept('error'),
      child: (fields) => this.listeningTo(log.child(fields), { ...inherited, ...fields }),
    };
  }

  #keep(level: ErrorLine['level'], { callId, err, ...others }: LogFields, message: string): void {
    const error = err === undefined ? {} : { error: explained(err) };
    const detail = { ...redact(others), ...error };
    this.#lines.push({
      atMs: this.#wallClock(),
      level,
      message: redactText(message).slice(0, MAX_MESSAGE_CHARACTERS),
      ...(typeof callId === 'string' && { callId: callId.slice(0, MAX_MESSAGE_CHARACTERS) }),
      detail: Object.keys(detail).length === 0 ? '' : asJson(detail).slice(0, MAX_DETAIL_CHARACTERS),
    });
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }
}

/** What an error and its causes say, in one line. */
function explained(err: unknown): string {
  const said: string[] = [];
  for (let cause = err; cause !== undefined && said.length < MAX_CAUSES; cause = cause instanceof Error ? cause.cause : undefined) {
    said.push(cause instanceof Error ? cause.message : asJson({ cause }));
  }
  return redactText(said.join(': '));
}

function asJson(fields: LogFields): string {
  try {
    return JSON.stringify(fields);
  } catch {
    // What refers to itself can be told only by its names.
    return JSON.stringify(Object.keys(fields));
  }
}
