/** OPTIONS to the daemon itself (RFC 3261 §11): what it can do, and its lists, page by page. */

import { z } from 'zod';
import { packageVersion } from '../../shared/cli/version.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import { Refusal } from '../reply.ts';
import type { Reply } from '../reply.ts';
import { LIST_CONTENT_TYPE, MAX_DATAGRAM_BYTES } from './paged-list.ts';
import type { Lists, PagedList } from './paged-list.ts';

/** Start line, our own headers, line ends and names of those that are copied, generously. */
const OWN_HEADER_BYTES = 320;
/** However long the request's headers are, a page has some room. */
const MIN_PAGE_BYTES = 400;
const COPIED_HEADERS = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
const MAX_LIST_NAME = 32;

const pageRequest = z.object({ list: z.string().max(MAX_LIST_NAME).optional(), offset: z.int().min(0).default(0) });

/**
 * 200 in any case that is no error: who takes no JSON is only asking whether we are there (§11.2), and gets no list.
 * @throws Refusal 415 for a body of another type, 400 for one that asks for no page
 */
export function answerOptions(request: SipRequest, lists: Lists, allow: string): Reply {
  const reply: Reply = {
    status: 200,
    headers: [
      ['Allow', allow],
      ['Server', `sipcast-signaling/${packageVersion()}`],
      ['Accept', LIST_CONTENT_TYPE],
      ['Allow-Events', lists.map(({ name }) => name).join(', ')],
    ],
  };
  const { list, offset } = requestedPage(request, lists);
  return acceptsJson(request) ? { ...reply, contentType: LIST_CONTENT_TYPE, body: list.page(offset, pageBytes(request)) } : reply;
}

/** Without an Accept header a session description is what the client expects (§20.1); it gets the list all the same. */
export function acceptsJson(request: SipRequest): boolean {
  const accepted = request.headers.values('Accept').map((value) => value.split(';', 1)[0]?.trim().toLowerCase());
  return accepted.length === 0 || accepted.some((type) => type === LIST_CONTENT_TYPE || type === 'application/*' || type === '*/*' || type === 'application/sdp');
}

function requestedPage(request: SipRequest, lists: Lists): { list: PagedList; offset: number } {
  if (request.body.length === 0) return { list: lists[0], offset: 0 };
  if (request.contentType !== LIST_CONTENT_TYPE) {
    throw new Refusal(415, `the body must be ${LIST_CONTENT_TYPE}`, { headers: [['Accept', LIST_CONTENT_TYPE]] });
  }
  let value: unknown;
  try {
    value = JSON.parse(request.bodyText());
  } catch (cause) {
    throw new Refusal(400, 'the body is no JSON', { cause });
  }
  const result = pageRequest.safeParse(value);
  if (!result.success) throw new Refusal(400, 'the body must be {"list":"<name>","offset":<number>}', { cause: result.error });
  const { list: name = lists[0].name, offset } = result.data;
  const list = lists.find((each) => each.name === name);
  if (!list) throw new Refusal(400, `there is no list of that name: only ${lists.map((each) => each.name).join(', ')}`);
  return { list, offset };
}

function pageBytes(request: SipRequest): number {
  let bytes = OWN_HEADER_BYTES;
  for (const name of COPIED_HEADERS) for (const value of request.headers.all(name)) bytes += value.length;
  return Math.max(MAX_DATAGRAM_BYTES - bytes, MIN_PAGE_BYTES);
}
