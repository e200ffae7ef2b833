import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../../../front/page/src/connection/failure.ts';
import { diagnosePath, type Surroundings } from '../../../../../front/page/src/diagnosis/diagnose.ts';
import { pathFacts, type PathFacts } from '../../../../../front/page/src/diagnosis/path-facts.ts';

const answer = (...hosts: string[]): string => ['v=0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', ...hosts.map((host, index) => `a=candidate:${index} 1 udp 1 ${host} 40000 typ host`), ''].join('\r\n');
const LOCAL = { type: 'local-candidate', candidateType: 'host' };
const RELAY = { type: 'local-candidate', candidateType: 'relay' };
const PAIR = { type: 'candidate-pair', state: 'failed', requestsSent: 9 };
const BLOCKED: Failure = { id: 'connection-blocked' };

const facts = (hosts: string[], entries: Readonly<Record<string, unknown>>[] = [LOCAL, PAIR]): PathFacts => pathFacts(answer(...hosts), entries);
const here: Surroundings = { pageHost: '127.0.0.1', hasRelay: false };
const away: Surroundings = { pageHost: 'cast.example', hasRelay: false };

describe('why a viewer’s browser finds no path', () => {
  it.each<[string, PathFacts, Surroundings, string, RegExp]>([
    ['only loopback, the page from another machine', facts(['127.0.0.1']), away, 'no-common-address', /only offers 127\.0\.0\.1, which is its own machine alone.*--media-host or --announce-ip/],
    ['only loopback, the page from this machine', facts(['127.0.0.1']), here, 'no-common-address', /Firefox never uses/],
    ['no address at all', facts([]), here, 'no-common-address', /names no address/],
    ['a browser without any address', facts(['10.0.0.5'], [PAIR]), away, 'no-common-address', /extension or a setting/],
    ['a private address, the page from a public one', facts(['10.0.0.5']), { ...away, pageHost: '203.0.113.9' }, 'no-common-address', /10\.0\.0\.5.*--announce-ip/],
    ['a private address', facts(['10.0.0.5']), away, 'no-udp', /between this browser and 10\.0\.0\.5.*own network.*TURN server is needed, and none is configured/],
    ['a public one', facts(['203.0.113.7']), away, 'no-udp', /^No UDP passes[^.]*203\.0\.113\.7: a firewall or a NAT stands between\. Where/],
    ['a relay that does not answer', facts(['203.0.113.7']), { ...away, hasRelay: true }, 'no-udp', /did not answer either/],
    ['a relay that is of no use', facts(['203.0.113.7'], [LOCAL, RELAY, PAIR]), { ...away, hasRelay: true }, 'no-udp', /By way of the TURN server/],
    ['UDP in one direction', facts(['203.0.113.7'], [LOCAL, { ...PAIR, requestsReceived: 4, responsesReceived: 0 }]), away, 'no-answer-to-checks', /one direction/],
  ])('%s', (_, known, around, id, sentence) => {
    const failure = diagnosePath('ice', BLOCKED, known, around);
    expect(failure.id).toBe(id);
    expect(failure.detail).toMatch(sentence);
  });

  it('listens to the streamer, who saw the other side, unless it can name an address that cannot be', () => {
    const heard: Failure = { id: 'no-answer-to-checks', detail: 'Your checks arrive.' };
    expect(diagnosePath('ice', heard, facts(['203.0.113.7']), away)).toBe(heard);
    expect(diagnosePath('ice', heard, facts(['127.0.0.1']), here).id).toBe('no-common-address');
    expect(diagnosePath('ice', { id: 'no-udp', detail: 'From afar.' }, facts(['203.0.113.7']), away).detail).toMatch(/between this browser/);
    expect(diagnosePath('dtls', { id: 'dtls-failed', detail: 'Mismatch.' }, facts(['203.0.113.7']), away).detail).toBe('Mismatch.');
  });

  it('tells a path without keys, and a connection without a picture, from no path', () => {
    expect(diagnosePath('dtls', { id: 'no-picture' }, facts(['203.0.113.7']), away).id).toBe('dtls-failed');
    expect(diagnosePath('picture', { id: 'no-picture' }, facts(['127.0.0.1']), away)).toEqual({ id: 'no-picture' });
  });

  it('makes something of whatever a browser reports', () => {
    expect(pathFacts('a=candidate:x\r\nnonsense', [{}, { type: 'candidate-pair', requestsReceived: 'many' }, { type: 'local-candidate' }])).toEqual({ answered: [], ownTypes: [], checksReceived: 0, checksAnswered: 0 });
  });
});
