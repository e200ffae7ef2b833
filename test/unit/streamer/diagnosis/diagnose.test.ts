import { describe, expect, it } from 'vitest';
import type { ConnectionReport } from '../../../../streamer/diagnosis/connection-report.ts';
import { diagnose } from '../../../../streamer/diagnosis/diagnose.ts';

const NOTHING = { received: 0, from: [], sent: 0, answered: 0 };
const HIDDEN = '1 1 udp 1 0f5c1a9e.local 4000 typ host';
const at = (host: string, type = 'host') => `1 1 udp 1 ${host} 4000 typ ${type}`;

const report = (known: Partial<ConnectionReport> = {}): ConnectionReport => ({ who: 'the viewer', offered: [], answered: ['10.0.0.5:40000'], checks: NOTHING, nominated: false, dtls: 'not-begun', ...known });

describe('why no media came up, by the candidates', () => {
  it.each<[string, Partial<ConnectionReport>, string, RegExp]>([
    ['loopback alone, to a viewer on a network', { offered: [at('192.168.0.4')], answered: ['127.0.0.1:40000'] }, 'no-common-address', /offers 127\.0\.0\.1 alone.*--media-host or --announce-ip/],
    ['loopback alone, to a viewer who hides where he is', { offered: [HIDDEN], answered: ['127.0.0.1:40000'] }, 'no-common-address', /Firefox/],
    ['loopback alone, to a viewer who does not say where he is', { answered: ['127.0.0.1:40000'] }, 'no-common-address', /127\.0\.0\.1/],
    ['loopback, to a viewer on loopback', { offered: [at('127.0.0.1')], answered: ['127.0.0.1:40000'] }, 'no-udp', /at 127\.0\.0\.1:40000/],
    ['a private address, to a viewer with public ones', { offered: [at('203.0.113.9', 'srflx')] }, 'no-common-address', /10\.0\.0\.5 alone.*203\.0\.113\.9.*--announce-ip/],
    ['a private address, to a viewer with a private one as well', { offered: [at('192.168.0.4'), at('203.0.113.9', 'srflx')] }, 'no-udp', /10\.0\.0\.5:40000/],
    ['a private address, to a viewer who hides his', { offered: [HIDDEN, at('203.0.113.9', 'srflx')] }, 'no-udp', /10\.0\.0\.5:40000/],
    ['a public address', { offered: [at('203.0.113.9')], answered: ['198.51.100.1:9'] }, 'no-udp', /198\.51\.100\.1:9/],
    ['one that is public among others', { offered: [at('203.0.113.9')], answered: ['10.0.0.5:9', '198.51.100.1:9'] }, 'no-udp', /10\.0\.0\.5:9, 198\.51\.100\.1:9/],
    ['IPv4, to a viewer with IPv6 alone', { offered: [at('2001:db8::1')] }, 'no-common-address', /IPv6/],
    ['addresses nobody told of', { answered: [] }, 'no-udp', /arrived here/],
    ['more addresses than a sentence holds', { answered: ['10.0.0.1:9', '10.0.0.2:9', '10.0.0.3:9', '10.0.0.4:9'] }, 'no-udp', /10\.0\.0\.3:9: a/],
  ])('offers %s', (_, known, id, sentence) => {
    const diagnosis = diagnose(report(known));
    expect(diagnosis.id).toBe(id);
    expect(diagnosis.sentence).toMatch(sentence);
  });

  it.each(['1 1 tcp 1 127.0.0.1 9 typ host tcptype active', 'nonsense', ''])('takes no heed of what is no candidate for UDP: %j', (line) => {
    expect(diagnose(report({ offered: [line], answered: ['127.0.0.1:9'] })).id).toBe('no-common-address');
  });
});

describe('why no media came up, by the checks and the handshake', () => {
  const heard = { received: 3, from: ['192.168.0.4:5000'], sent: 4, answered: 0 };

  it.each<[string, Partial<ConnectionReport>, string, RegExp]>([
    ['his checks came, and ours were not answered', { checks: heard }, 'no-answer-to-checks', /from 192\.168\.0\.4, but ours are not answered/],
    ['the same over loopback alone: they did come', { checks: heard, answered: ['127.0.0.1:9'] }, 'no-answer-to-checks', /one direction/],
    ['ours were answered, and he made none', { checks: { received: 0, from: [], sent: 4, answered: 1 } }, 'no-answer-to-checks', /makes none/],
    ['both were, and he chose none', { checks: { ...heard, answered: 1 } }, 'no-media', /chose no way/],
    ['a way was chosen, and the handshake has not ended', { checks: { ...heard, answered: 1 }, nominated: true, dtls: 'begun' }, 'dtls-failed', /did not finish/],
    ['the handshake failed', { checks: { ...heard, answered: 1 }, nominated: true, dtls: 'failed', dtlsError: 'certificate fingerprint mismatch' }, 'dtls-failed', /: certificate fingerprint mismatch\.$/],
    ['keys were agreed', { checks: { ...heard, answered: 1 }, nominated: true, dtls: 'done' }, 'no-media', /no media was sent/],
  ])('%s', (_, known, id, sentence) => {
    const diagnosis = diagnose(report(known));
    expect(diagnosis.id).toBe(id);
    expect(diagnosis.sentence).toMatch(sentence);
  });
});
