/** Whole calls through a proxy: INVITE, 100, 202, ACK, BYE, 200, with offers and answers of a real call's size. */
import type { Address } from '../../shared/sip/index.ts';
import { drain, header, headerLines, LoadSocket, pace } from './sip-load.ts';
import type { LoadResult } from './sip-load.ts';
import { registerLoad } from './register-load.ts';

export interface CallLoad {
  target: Address;
  names: number;
  count: number;
  perSecond: number;
  offer: string;
  answer: string;
}

export interface CallResult extends LoadResult {
  /** Requests that came to the called side more than once. */
  repeated: number;
}

/** Registers the called names, then makes the calls; `beforeCalls` runs in between, so that only calls are measured. */
export async function callLoad(load: CallLoad, beforeCalls: () => void = () => undefined): Promise<CallResult> {
  const result: CallResult = { sent: 0, completed: 0, refused: 0, repeated: 0 };
  const { target, names, count, perSecond, offer } = load;
  const called = await openCalled(load, result);
  await registerLoad({ target, names, count: names, perSecond, contact: called.address });
  const finished = new Set<string>();
  const caller = await LoadSocket.open(target, (text, self) => onCallerMessage(text, self, result, finished));
  const domain = `${target.host}:${target.port}`;
  beforeCalls();
  await pace(count, perSecond, (index) => {
    const name = `bench-${index % names}`;
    result.sent += 1;
    caller.send(
      `INVITE sip:${name}@${domain} SIP/2.0\r\nVia: SIP/2.0/UDP ${caller.address};branch=z9hG4bKi${index};rport\r\nMax-Forwards: 70\r\n` +
        `From: <sip:viewer@${domain}>;tag=v${index}\r\nTo: <sip:${name}@${domain}>\r\nCall-ID: call-${index}-${caller.address}\r\nCSeq: 1 INVITE\r\n` +
        `Contact: <sip:viewer@${caller.address}>\r\nContent-Type: application/sdp\r\nContent-Length: ${offer.length}\r\n\r\n${offer}`,
    );
  });
  await drain(() => result.completed + result.refused >= result.sent);
  caller.close();
  called.close();
  return result;
}

/** The called side: answers INVITE with 202 and BYE with 200. */
function openCalled({ target, answer }: CallLoad, result: CallResult): Promise<LoadSocket> {
  const seen = new Set<string>();
  return LoadSocket.open(target, (text, self) => {
    const method = text.slice(0, text.indexOf(' '));
    if (method !== 'INVITE' && method !== 'BYE') return;
    const key = `${method} ${header(text, 'Call-ID')}`;
    if (seen.has(key)) result.repeated += 1;
    seen.add(key);
    const common =
      `${headerLines(text, 'Via')}From: ${header(text, 'From')}\r\nTo: ${header(text, 'To')}${method === 'INVITE' ? ';tag=called' : ''}\r\n` +
      `Call-ID: ${header(text, 'Call-ID')}\r\nCSeq: ${header(text, 'CSeq')}\r\n`;
    self.send(
      method === 'BYE'
        ? `SIP/2.0 200 OK\r\n${common}Content-Length: 0\r\n\r\n`
        : `SIP/2.0 202 Accepted\r\n${headerLines(text, 'Record-Route')}${common}Contact: <sip:called@${self.address}>\r\n` +
            `Content-Type: application/sdp\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`,
    );
  });
}

function onCallerMessage(text: string, self: LoadSocket, result: CallResult, finished: Set<string>): void {
  if (!text.startsWith('SIP/2.0 ') || text.startsWith('SIP/2.0 1')) return;
  const callId = header(text, 'Call-ID');
  const isInvite = header(text, 'CSeq').endsWith('INVITE');
  if (isInvite && text.startsWith('SIP/2.0 2')) {
    const route = headerLines(text, 'Record-Route').replaceAll('Record-Route:', 'Route:');
    const remote = /<([^>]+)>/.exec(header(text, 'Contact'))?.[1] ?? '';
    const inDialog = (method: string, cseq: number) =>
      `${method} ${remote} SIP/2.0\r\nVia: SIP/2.0/UDP ${self.address};branch=z9hG4bK${method}${callId};rport\r\n${route}Max-Forwards: 70\r\n` +
      `From: ${header(text, 'From')}\r\nTo: ${header(text, 'To')}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\nContent-Length: 0\r\n\r\n`;
    self.send(inDialog('ACK', 1));
    if (!finished.has(`${callId} bye`)) self.send(inDialog('BYE', 2));
    finished.add(`${callId} bye`);
    return;
  }
  if (finished.has(callId)) return;
  finished.add(callId);
  if (!isInvite && text.startsWith('SIP/2.0 2')) result.completed += 1;
  else result.refused += 1;
}
