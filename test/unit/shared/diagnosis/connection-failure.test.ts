import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONNECTION_FAILURES, formatFailureReason, readFailureReason } from '../../../../shared/diagnosis/connection-failure.ts';

describe('the reason of a BYE that says why media never came up', () => {
  it('has a status of SIP, the identifier and the sentence, and is read again', () => {
    const header = formatFailureReason({ id: 'no-udp', sentence: 'No UDP arrived.' });
    expect(header).toBe('SIP;cause=408;text="no-udp: No UDP arrived."');
    expect(readFailureReason(header)).toEqual({ id: 'no-udp', sentence: 'No UDP arrived.' });
  });

  it('is one quoted line of ASCII and bounded, whatever the sentence is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CONNECTION_FAILURES), fc.string({ unit: 'binary', maxLength: 2_000 }), (id, sentence) => {
        const header = formatFailureReason({ id, sentence });
        expect(header).toMatch(/^SIP;cause=\d{3};text="[\x20-\x21\x23-\x5b\x5d-\x7e]+"$/);
        expect(header.length).toBeLessThan(500);
        expect(readFailureReason(header)?.id).toBe(id);
      }),
    );
  });

  it.each([
    ['among others', 'Q.850;cause=16, SIP ;cause=408 ; text="dtls-failed: x"', { id: 'dtls-failed', sentence: 'x' }],
    ['with an escaped quote', 'SIP;text="no-media: \\"x\\""', { id: 'no-media', sentence: '"x"' }],
    ['with a line in it', 'SIP;text="no-media: a\nb"', { id: 'no-media', sentence: 'a b' }],
    ['of another protocol', 'Q.850;text="no-udp: x"', undefined],
    ['with an identifier that is none', 'SIP;text="no-luck: x"', undefined],
    ['that is only said', 'SIP;text="the streamer stops"', undefined],
    ['that is missing', undefined, undefined],
  ])('is read where it stands %s', (_, header, expected) => {
    expect(readFailureReason(header)).toEqual(expected);
  });

  it('takes no time to be read, however it is made to look like one', () => {
    const began = performance.now();
    for (const header of [`SIP${';a=b'.repeat(100_000)}`, `SIP;text="${'\\'.repeat(100_000)}`, 'SIP ,'.repeat(50_000)]) expect(readFailureReason(header)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(500);
  });
});
