/** What a member tells of himself by INFO: states, never toggles, so that nothing can drift. */
import { z } from 'zod';
import type { SipRequest } from '../../shared/sip/index.ts';
import { isMemberName } from './member-name.ts';
import { RefusedError } from '../call/refused.ts';

const REPORT_TYPE = 'application/json';
const MAX_BODY_BYTES = 32_768;
const MAX_SIZES = 1000;
/** Pixels. */
const MAX_HEIGHT = 8640;

const reportSchema = z
  .strictObject({
    audio: z.boolean().optional(),
    video: z.boolean().optional(),
    screen: z.boolean().optional(),
    name: z.string().refine(isMemberName, 'must be readable').optional(),
    sizes: z
      .record(z.string().regex(/^m\d{1,9}$/, 'must be the id of a member'), z.int().min(0).max(MAX_HEIGHT))
      .refine((sizes) => Object.keys(sizes).length <= MAX_SIZES, `has at most ${MAX_SIZES} members`)
      .optional(),
  })
  .refine((report) => Object.keys(report).length > 0, 'says nothing');

export type MemberReport = z.infer<typeof reportSchema>;

/** @throws RefusedError 415 for another type, 413 for too much, 400 for what is no report */
export function readReport(request: SipRequest): MemberReport {
  if (request.contentType !== REPORT_TYPE) throw new RefusedError(415, `what a member tells of himself is ${REPORT_TYPE}`, { Accept: REPORT_TYPE });
  if (request.body.length > MAX_BODY_BYTES) throw new RefusedError(413, `a report has at most ${MAX_BODY_BYTES} bytes`);
  const { data, error } = reportSchema.safeParse(jsonOf(request));
  if (!data) throw new RefusedError(400, `the report makes no sense: ${z.prettifyError(error)}`, {}, { cause: error });
  return data;
}

function jsonOf(request: SipRequest): unknown {
  try {
    return JSON.parse(request.body.toString('utf8'));
  } catch (cause) {
    throw new RefusedError(400, 'the report is no JSON', {}, { cause });
  }
}
