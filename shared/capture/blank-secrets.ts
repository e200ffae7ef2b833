/** Takes digest responses (RFC 8760 §2) out of a SIP message that goes into a capture: a capture is made to be shown. */

const AUTHORIZATION = /^(?:proxy-)?authorization[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim;
const RESPONSE = /(\bresponse\s*=\s*"?)([0-9a-f]+)/gi;

/**
 * `datagram` with each digest response overwritten by zeros of the same length, so that all lengths stay true. What holds
 * none is given back as it is.
 */
export function blankSecrets(datagram: Buffer): Buffer {
  const headerEnd = datagram.indexOf('\r\n\r\n');
  const headerBytes = headerEnd < 0 ? datagram.length : headerEnd;
  const header = datagram.toString('latin1', 0, headerBytes);
  const blanked = header.replace(AUTHORIZATION, (line) =>
    line.replace(RESPONSE, (_whole, before: string, digest: string) => before + '0'.repeat(digest.length)),
  );
  return blanked === header ? datagram : Buffer.concat([Buffer.from(blanked, 'latin1'), datagram.subarray(headerBytes)]);
}
