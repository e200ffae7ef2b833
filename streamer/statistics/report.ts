/** What an operator is told of a streamer (`Event: statistics`): JSON that fits one datagram, and names no viewer. */

/** Of a subscription's NOTIFYs (RFC 6665): the name of the event package, and the type of what they carry. */
export const STATISTICS_EVENT = 'statistics';
export const REPORT_TYPE = 'application/json';

/** Rates are for one second, and are left out until two samples are known. */
export interface Rates {
  /** Payload of all that is sent, retransmissions included. */
  readonly bitsPerSecond?: number;
  readonly packetsPerSecond?: number;
  readonly retransmissionsPerSecond?: number;
}

export interface ViewerReport extends Omit<Rates, 'packetsPerSecond'> {
  /** Tells viewers apart for as long as the streamer runs, and nothing else. */
  readonly id: string;
  /** Part of the packets that did not arrive, 0 to 1. */
  readonly loss: number;
  readonly roundTripMs?: number;
  readonly rendition?: string;
}

export interface StatisticsReport extends Rates {
  readonly viewers: number;
  readonly loss: number;
  readonly roundTripMs?: { readonly median: number; readonly p95: number };
  readonly keyframeRequestsPerSecond?: number;
  /** Share of one core: 1.5 is one and a half. */
  readonly cpu?: number;
  /** The whole process, 10^6 bytes. */
  readonly memoryMegabytes: number;
  /** How many viewers get which, where there are several. */
  readonly renditions: Readonly<Record<string, number>>;
  /** The viewers who fare worst, the worst first. */
  readonly worst: readonly ViewerReport[];
}

/** With the headers of a relayed NOTIFY, some 650 bytes, it still is one frame of an Ethernet. */
export const MAX_REPORT_BYTES = 800;

/** The report as a NOTIFY carries it: as many of the worst viewers as fit. */
export function formatReport(report: StatisticsReport): string {
  for (let count = report.worst.length; ; count--) {
    const text = JSON.stringify({ ...report, worst: report.worst.slice(0, count) });
    if (count === 0 || Buffer.byteLength(text) <= MAX_REPORT_BYTES) return text;
  }
}
