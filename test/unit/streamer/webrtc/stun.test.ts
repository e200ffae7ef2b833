import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BINDING_ERROR, BINDING_REQUEST, BINDING_SUCCESS, isAuthentic, isStun, readStun, writeBindingError, writeBindingRequest, writeBindingSuccess } from '../../../../streamer/webrtc/stun.ts';

const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

/** RFC 5769 §2.1: a binding request made by others. */
const SAMPLE_REQUEST = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'hex',
);

function request() {
  return writeBindingRequest({ transaction: randomBytes(12), username: 'abcd:efg', password: PASSWORD, priority: 1, role: 'controlling', tieBreaker: 7n, useCandidate: true });
}

describe('STUN', () => {
  it('reads the sample request of RFC 5769, and finds it authentic', () => {
    const message = readStun(SAMPLE_REQUEST);
    expect(message).toMatchObject({ type: BINDING_REQUEST, username: 'evtj:h6vY', useCandidate: false, role: 'controlled', tieBreaker: 0x932f_f9b1_5126_3b36n, priority: 0x6e00_01ff });
    expect(message && isAuthentic(SAMPLE_REQUEST, message, PASSWORD)).toBe(true);
    expect(message && isAuthentic(SAMPLE_REQUEST, message, 'another')).toBe(false);
  });

  it('writes requests that it reads', () => {
    const written = request();
    const message = readStun(written);
    expect(message).toMatchObject({ type: BINDING_REQUEST, username: 'abcd:efg', useCandidate: true, role: 'controlling', tieBreaker: 7n });
    expect(message && isAuthentic(written, message, PASSWORD)).toBe(true);
  });

  it('writes answers that carry the transaction', () => {
    const transaction = randomBytes(12);
    const success = writeBindingSuccess(transaction, { host: '192.0.2.1', port: 32853 }, PASSWORD);
    expect(readStun(success)).toMatchObject({ type: BINDING_SUCCESS, transaction });
    // RFC 5769 §2.2: the same address, combined with the magic cookie.
    expect(success.includes(Buffer.from('002000080001a147e112a643', 'hex'))).toBe(true);
    const error = writeBindingError(transaction, 487, PASSWORD);
    expect(readStun(error)).toMatchObject({ type: BINDING_ERROR, transaction, errorCode: 487 });
  });

  it('does not believe what was changed on its way', () => {
    const written = request();
    for (const at of [3, 9, 24, written.length - 20]) {
      const changed = Buffer.from(written);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const message = readStun(changed);
      expect(message === undefined || !isAuthentic(changed, message, PASSWORD), `byte ${at}`).toBe(true);
    }
  });

  it('ignores a nomination behind the message’s integrity', () => {
    const plain = writeBindingRequest({ transaction: randomBytes(12), username: 'a:b', password: PASSWORD, priority: 1, role: 'controlling', tieBreaker: 7n, useCandidate: false });
    const extended = Buffer.concat([plain, Buffer.from([0x00, 0x25, 0, 0])]);
    extended.writeUInt16BE(extended.length - 20, 2);
    expect(readStun(extended)?.useCandidate).toBe(false);
  });

  it('takes nothing that is cut short or no STUN', () => {
    const written = request();
    for (let length = 0; length < written.length; length++) expect(readStun(written.subarray(0, length))).toBeUndefined();
    expect(isStun(Buffer.alloc(40, 0x80))).toBe(false);
    expect(readStun(Buffer.concat([written, Buffer.alloc(4)]))).toBeUndefined();
  });
});
