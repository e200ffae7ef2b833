/** The 403 that tells a registered streamer that the daemon was restarted: it answers that streamer's own REGISTER once more. */

import { Headers } from '../../shared/sip/message/headers.ts';
import { SipResponse } from '../../shared/sip/message/message.ts';
import { Parameters } from '../../shared/sip/message/parameters.ts';
import { Via } from '../../shared/sip/message/via.ts';
import type { Binding } from '../directory/entries.ts';
import { Refusal } from '../reply.ts';

/** RFC 3261 §8.1.1.7 wants a branch; a file of the original has kept none. */
const UNKNOWN_BRANCH = 'z9hG4bK-unknown';
const RESTARTED = new Refusal(403, 'the directory was restarted: register again');

/** @throws TypeError for values that no header can hold, which only a file edited by hand has */
export function buildForbidden(binding: Binding, tag: string): SipResponse {
  const { via, source, from, to, callId, cseq } = binding;
  const headers = new Headers();
  headers.append('Via', via === '' ? new Via('UDP', source.host, source.port, new Parameters(['branch'], [UNKNOWN_BRANCH])).toString() : via);
  headers.append('From', from);
  headers.append('To', `${to};tag=${tag}`);
  headers.append('Call-ID', callId);
  headers.append('CSeq', `${cseq} REGISTER`);
  for (const [name, value] of RESTARTED.toReply().headers ?? []) headers.append(name, value);
  return new SipResponse(403, undefined, headers);
}
