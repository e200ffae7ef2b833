/** Message → datagram (RFC 3261 §7): lines that nobody touched go out byte for byte as they came. */

import type { Field } from '../message/field.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';

/**
 * Content-Length is always that of the body, whatever the headers say.
 * @throws TypeError for a line break in method, URI or reason phrase, which would begin headers of its own
 */
export function serialize(message: SipRequest | SipResponse): Buffer {
  const head = `${startLine(message)}${headerLines(message.headers.fields, message.body.length)}\r\n`;
  const headBytes = Buffer.byteLength(head, 'utf8');
  const datagram = Buffer.allocUnsafe(headBytes + message.body.length);
  // As many bytes as characters means ASCII, which is written fastest as Latin-1.
  datagram.write(head, headBytes === head.length ? 'latin1' : 'utf8');
  message.body.copy(datagram, headBytes);
  return datagram;
}

function startLine(message: SipRequest | SipResponse): string {
  const line = message instanceof SipRequest ? `${message.method} ${message.uri} SIP/2.0` : `SIP/2.0 ${message.status} ${message.reason}`;
  if (line.includes('\r') || line.includes('\n')) throw new TypeError('A start line must not contain line breaks');
  return `${line}\r\n`;
}

function headerLines(fields: readonly Field[], bodyLength: number): string {
  let lines = '';
  let lengthWritten = false;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) break;
    if (field.key === 'Content-Length') {
      if (lengthWritten) continue;
      lengthWritten = true;
      lines += field.source !== undefined && field.value === String(bodyLength) ? field.source.slice(field.start, field.end) : `Content-Length: ${bodyLength}\r\n`;
      continue;
    }
    if (field.source === undefined) {
      lines += `${field.name}: ${field.value}\r\n`;
      continue;
    }
    // Neighbours in the source are copied as one piece.
    let last = field;
    for (let next = fields[i + 1]; next?.source === field.source && next.start === last.end && next.key !== 'Content-Length'; next = fields[i + 1]) {
      last = next;
      i++;
    }
    lines += field.source.slice(field.start, last.end);
  }
  return lengthWritten ? lines : `${lines}Content-Length: ${bodyLength}\r\n`;
}
