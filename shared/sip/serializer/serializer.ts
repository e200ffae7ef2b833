/** Message → datagram (RFC 3261 §7): lines that nobody touched go out byte for byte as they came. */

import { Field } from '../message/field.ts';
import { compactForm } from '../message/header-names.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';

/**
 * Larger messages than this should not go over UDP where the path's MTU is unknown (RFC 3261 §18.1.1). What we write ourselves then takes
 * its compact form (§7.3.3), which saves some sixty bytes.
 */
const SPACIOUS_BYTES = 1300;

/**
 * Content-Length is always that of the body, whatever the headers say.
 * @throws TypeError for a line break in method, URI or reason phrase, which would begin headers of its own
 */
export function serialize(message: SipRequest | SipResponse): Buffer {
  const { fields } = message.headers;
  const { length } = message.body;
  const start = startLine(message);
  let head = `${start}${headerLines(fields, length)}\r\n`;
  if (head.length + length > SPACIOUS_BYTES) head = `${start}${headerLines(fields.map(compacted), length, 'l')}\r\n`;
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

function compacted(field: Field): Field {
  const compact = field.source === undefined ? compactForm(field.name) : undefined;
  return compact === undefined ? field : Field.set(compact, field.key, field.value);
}

function headerLines(fields: readonly Field[], bodyLength: number, lengthName = 'Content-Length'): string {
  let lines = '';
  let lengthWritten = false;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field === undefined) break;
    if (field.key === 'Content-Length') {
      if (lengthWritten) continue;
      lengthWritten = true;
      lines += field.source !== undefined && field.value === String(bodyLength) ? field.source.slice(field.start, field.end) : `${lengthName}: ${bodyLength}\r\n`;
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
  return lengthWritten ? lines : `${lines}${lengthName}: ${bodyLength}\r\n`;
}
