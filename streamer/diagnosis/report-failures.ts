/** Tells the operator of failed connections: one warning for each, and a count in place of a flood. */
import { classOfAddress } from '../../shared/diagnosis/address-class.ts';
import { readCandidate } from '../../shared/diagnosis/candidate.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { RepeatedWarning } from '../../shared/log/repeated-warning.ts';
import type { Diagnosis } from './diagnose.ts';

/** What a browser hides is not said again for each of its interfaces. */
const HIDDEN = '(hidden by the browser)';

/**
 * @returns hears each failed connection, by the Call-ID of its call; told apart by the identifier of the failure, those that follow
 * within ten seconds are only counted
 */
export function reportFailures(log: Logger): { readonly report: (callId: string, diagnosis: Diagnosis) => void; readonly close: () => void } {
  const warnings = new RepeatedWarning(log);
  return {
    report: (callId, { id, sentence, report: { offered, answered, checks } }) => {
      warnings.warn({ callId, failure: id, candidates: offered.map(shown).filter(isFirst), ours: answered, checks }, `no media came up: ${sentence}`, id);
    },
    close: () => warnings.close(),
  };
}

/** `host 192.0.2.7:4000`, without what belongs to ICE's inner workings. */
function shown(line: string): string {
  const candidate = readCandidate(line);
  if (!candidate) return '?';
  const { host, port, protocol, type } = candidate;
  return `${type} ${classOfAddress(host) === 'hidden' ? HIDDEN : `${host}:${port}`}${protocol === 'udp' ? '' : ` ${protocol}`}`;
}

function isFirst(text: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(text) === index;
}
