/** What a streamer says of itself to operators, checked before it goes on to pages: whoever registered wrote it. */
import { z } from 'zod';

const MAX_REPORT_CHARACTERS = 8_000;
const MAX_NAME_CHARACTERS = 64;
const MAX_WORST = 20;
const MAX_RENDITIONS = 16;

const amount = z.number().min(0).max(1e15);
const share = z.number().min(0).max(1);
const name = z.string().min(1).max(MAX_NAME_CHARACTERS).regex(/^[^\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]+$/u);

const rates = {
  bitsPerSecond: amount.optional(),
  packetsPerSecond: amount.optional(),
  retransmissionsPerSecond: amount.optional(),
};

const viewerSchema = z.object({ id: name, bitsPerSecond: amount.optional(), retransmissionsPerSecond: amount.optional(), loss: share, roundTripMs: amount.optional(), rendition: name.optional() });

export const reportSchema = z.object({
  viewers: z.int().min(0),
  ...rates,
  loss: share,
  roundTripMs: z.object({ median: amount, p95: amount }).optional(),
  keyframeRequestsPerSecond: amount.optional(),
  /** Share of one core. */
  cpu: amount.optional(),
  memoryMegabytes: amount,
  renditions: z.record(name, z.int().min(0)).refine((renditions) => Object.keys(renditions).length <= MAX_RENDITIONS),
  worst: z.array(viewerSchema).max(MAX_WORST),
});

/** One second of a streamer. Rates are missing from the first report that somebody who subscribes gets. */
export type StatisticsReport = z.infer<typeof reportSchema>;

/** @returns undefined when the text is no report */
export function readReport(json: string): StatisticsReport | undefined {
  if (json.length > MAX_REPORT_CHARACTERS) return undefined;
  try {
    return reportSchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
