/** What a check has found, in sentences for whoever has to act on it. */

export type Severity = 'ok' | 'warning' | 'failure';

export interface Finding {
  /** Stable, for programs: `udp-port`, `ffmpeg`. */
  readonly check: string;
  readonly severity: Severity;
  /** What is so. */
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, severity: 'ok', found };
}

/** Something works less well than it could. */
export function warning(check: string, found: string, advice: string): Finding {
  return { check, severity: 'warning', found, advice };
}

/** Something does not work. */
export function failure(check: string, found: string, advice: string): Finding {
  return { check, severity: 'failure', found, advice };
}
