import { describe, expect, it } from 'vitest';
import { parseSignalingHosts, signalingAddresses } from '../../../../shared/cli/signaling-hosts.ts';

describe('the setting signalingHost', () => {
  it.each([
    ['127.0.0.1', [['127.0.0.1', undefined]]],
    ['cast.example', [['cast.example', undefined]]],
    ['::1', [['::1', undefined]]],
    ['[::1]', [['::1', undefined]]],
    ['10.0.0.1:5061', [['10.0.0.1', 5061]]],
    ['a:5060,b:5061', [['a', 5060], ['b', 5061]]],
    [' a , b:5061 ', [['a', undefined], ['b', 5061]]],
    ['[2001:db8::1]:5060,[2001:db8::2]', [['2001:db8::1', 5060], ['2001:db8::2', undefined]]],
    ['10.0.0.1:5060,10.0.0.1:5061', [['10.0.0.1', 5060], ['10.0.0.1', 5061]]],
  ])('reads %s', (text, expected) => {
    expect(signalingAddresses(text).map(({ host, port }) => [host, port])).toEqual(expected);
  });

  it('leaves one host as it always was', () => {
    expect(parseSignalingHosts(' [::1] ')).toBe('::1');
    expect(parseSignalingHosts('127.0.0.1')).toBe('127.0.0.1');
    expect(parseSignalingHosts('a:5060,b')).toBe('a:5060,b');
  });

  it.each([
    ['', 'expected a host name or an IP address'],
    ['two words', 'expected a host name'],
    ['a:0', 'expected a port from 1 to 65535 after the colon'],
    ['a:sip', 'expected a port from 1 to 65535 after the colon'],
    ['a:5060,b:70000', '"b:70000" among them: expected a port from 1 to 65535'],
    ['a,,b', 'there is a comma too many'],
    ['a,', 'there is a comma too many'],
    ['a:5060,A:5060', 'A is named twice'],
    ['2001:db8::1:5060:zz', 'stands in brackets'],
    [Array.from({ length: 17 }, (_, index) => `host${index}`).join(','), 'at most 16 addresses'],
  ])('refuses %j', (text, sentence) => {
    expect(() => parseSignalingHosts(text)).toThrow(sentence);
  });
});
