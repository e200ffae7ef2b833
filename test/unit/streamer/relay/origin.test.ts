import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { addressOf, isRelayed, readOrigin } from '../../../../streamer/relay/origin.ts';

const OWN = { host: '10.0.0.1', port: 5070 };

describe('what --source names', () => {
  it.each([
    ['sip:camera@signaling.example.com', 'camera', 'signaling.example.com', 5060],
    ['SIP:camera@192.0.2.1:5071', 'camera', '192.0.2.1', 5071],
    ['sip:my%20camera@192.0.2.1', 'my camera', '192.0.2.1', 5060],
    ['sip:Élise & co@192.0.2.1', 'Élise & co', '192.0.2.1', 5060],
  ])('%s is a streamer, and where it is known', (source, name, host, port) => {
    expect(isRelayed(source)).toBe(true);
    expect(readOrigin(source)).toEqual({ name, signaling: { host, port } });
  });

  it('without a host is at our own daemons', () => expect(readOrigin('sip:camera')).toEqual({ name: 'camera', signaling: undefined }));

  it.each(['sip:', 'sip:@host', 'sip:%zz@host', 'sip:%20@host', 'sip:a@b@c', 'sip:a@', 'sip:a@host:', 'sip:a@host:70000', 'sip:a@host:0', 'sips:a@host'])('%s is none, and who named it is told', (source) => {
    expect(isRelayed(source)).toBe(true);
    expect(() => readOrigin(source)).toThrow(UsageError);
  });

  it.each([undefined, 'test', 'rtsp://camera', 'film.webm'])('%s is something else', (source) => expect(isRelayed(source)).toBe(false));

  it('is called by an address whose name is escaped', () => {
    expect(addressOf('Élise & co', OWN)).toBe('sip:%C3%89lise%20&%20co@10.0.0.1:5070');
    expect(addressOf(undefined, { host: 'h', port: 5060 })).toBe('sip:h');
  });
});
