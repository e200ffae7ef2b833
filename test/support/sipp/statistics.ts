/** SIPp's statistics file (-trace_stat): a header line, then cumulative counters, a line each period; the last line is the sum. */
import { readFileSync } from 'node:fs';

export interface SippStatistics {
  successful: number;
  failed: number;
  /** Messages that SIPp sent again. */
  retransmissions: number;
  /** Calls begun, by either side. */
  calls: number;
  /** Messages that fitted no call. */
  outOfCall: number;
}

const SEPARATOR = ';';

/** Reads the totals. Throws when the file is missing or is no statistics file. */
export function readStatistics(file: string): SippStatistics {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const names = lines[0]?.split(SEPARATOR) ?? [];
  const values = lines.at(-1)?.split(SEPARATOR) ?? [];
  const total = (name: string): number => {
    const value = Number(values[names.indexOf(name)]);
    if (lines.length < 2 || !Number.isFinite(value)) throw new Error(`${file} has no ${name}`);
    return value;
  };
  return {
    successful: total('SuccessfulCall(C)'),
    failed: total('FailedCall(C)'),
    retransmissions: total('Retransmissions(C)'),
    calls: total('TotalCallCreated'),
    outOfCall: total('OutOfCallMsgs(C)'),
  };
}
