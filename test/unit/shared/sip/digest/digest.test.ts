import { describe, expect, it } from 'vitest';
import { digestResponse, type DigestAlgorithm } from '../../../../../shared/sip/digest/algorithm.ts';
import { DigestClient, type DigestClientOptions } from '../../../../../shared/sip/digest/client.ts';
import { DigestServer, type DigestServerOptions, type Verdict } from '../../../../../shared/sip/digest/server.ts';
import { SipRequest, SipResponse } from '../../../../../shared/sip/message/message.ts';

const USERNAME = 'Zoë "the" streamer';
const PASSWORD = 'p\u00e4ss:word';

function request(method = 'REGISTER', uri = 'sip:192.0.2.1:5060'): SipRequest {
  return new SipRequest(method, uri);
}

interface Side {
  readonly server: DigestServer;
  pass(ms: number): void;
  challenge(stale?: boolean): SipResponse;
  verify(message: SipRequest): Verdict;
}

function serverSide(options: Partial<DigestServerOptions> = {}): Side {
  let now = 1_700_000_000_000;
  const server = new DigestServer({ realm: 'sipcast', now: () => now, ...options });
  return {
    server,
    pass: (ms) => (now += ms),
    challenge(stale = false) {
      const response = new SipResponse(401);
      for (const value of server.challenges({ stale })) response.headers.append('WWW-Authenticate', value);
      return response;
    },
    verify: (message) => server.verify(message, (username) => (username === USERNAME ? PASSWORD : undefined)),
  };
}

function client(options: Partial<DigestClientOptions> = {}): DigestClient {
  return new DigestClient({ username: USERNAME, password: PASSWORD, ...options });
}

/** The request again, with what the client answers to the challenge. */
function answered(digest: DigestClient, challenge: SipResponse, message = request()): SipRequest {
  const header = digest.answer(challenge, message);
  if (header === undefined) throw new Error('the client did not answer');
  const again = message.clone();
  again.headers.set(header.name, header.value);
  return again;
}

describe('digestResponse', () => {
  it.each<[DigestAlgorithm, string]>([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('gives what RFC 7616 §3.9.1 gives for %s', (algorithm, response) => {
    const input = {
      algorithm,
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      qop: { cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ', nc: '00000001' },
      method: 'GET',
      uri: '/dir/index.html',
    };
    expect(digestResponse(input, 'Circle of Life')).toBe(response);
  });

  it('gives what RFC 2069 gives without qop', () => {
    const input = { algorithm: 'MD5' as const, username: 'Mufasa', realm: 'testrealm@host.com', nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', qop: undefined, method: 'GET', uri: '/dir/index.html' };
    expect(digestResponse(input, 'CircleOfLife')).toBe('1949323746fe6a43ef61f9606e7febea');
  });
});

describe('digest authentication', () => {
  it('lets in who knows the password, whatever letters his name has (seed 4.22)', () => {
    const side = serverSide();
    expect(side.verify(request())).toEqual({ outcome: 'missing' });
    const message = answered(client(), side.challenge());
    expect(message.headers.get('Authorization')).toMatch(/^Digest username="Zoë \\"the\\" streamer", realm="sipcast", .*algorithm=SHA-256, .*qop=auth, nc=00000001$/);
    expect(side.verify(message)).toEqual({ outcome: 'ok', username: USERNAME });
  });

  it('challenges with SHA-256 alone unless MD5 is allowed, and then after it', () => {
    expect(serverSide().server.challenges()).toHaveLength(1);
    const challenges = serverSide({ algorithms: ['SHA-256', 'MD5'] }).server.challenges();
    expect(challenges.map((value) => /algorithm=([^,]+)/.exec(value)?.[1])).toEqual(['SHA-256', 'MD5']);
    expect(challenges[0]).toMatch(/^Digest realm="sipcast", nonce="[\w-]{37}", qop="auth", algorithm=SHA-256, charset=UTF-8$/);
  });

  it('uses MD5 only where both sides allow it', () => {
    const old = serverSide({ algorithms: ['MD5'] });
    expect(client().answer(old.challenge(), request())).toBeUndefined();
    expect(old.verify(answered(client({ algorithms: ['SHA-256', 'MD5'] }), old.challenge()))).toMatchObject({ outcome: 'ok' });
    const strict = serverSide();
    const message = answered(client({ algorithms: ['MD5'] }), old.challenge());
    expect(strict.verify(message)).toMatchObject({ outcome: 'denied' });
  });

  it('denies a wrong password and an unknown user alike', () => {
    const side = serverSide();
    const wrong = side.verify(answered(client({ password: 'wrong' }), side.challenge()));
    expect(wrong).toMatchObject({ outcome: 'denied' });
    expect(side.verify(answered(client({ username: 'nobody', password: '' }), side.challenge()))).toEqual(wrong);
  });

  it('denies credentials made for another method or another realm', () => {
    const side = serverSide();
    const message = answered(client(), side.challenge());
    const moved = (method: string, uri: string): SipRequest => new SipRequest(method, uri, message.headers);
    expect(side.verify(moved('INVITE', message.uri))).toMatchObject({ outcome: 'denied' });
    expect(serverSide({ realm: 'elsewhere' }).verify(message)).toEqual({ outcome: 'missing' });
  });

  it('admits a uri that is not the Request-URI, once: proxies rewrite it, and SIPp signs that of the host (RFC 3261 §22.4)', () => {
    const side = serverSide();
    const message = answered(client(), side.challenge());
    const moved = new SipRequest(message.method, 'sip:192.0.2.2:5060', message.headers);
    expect(side.verify(moved)).toMatchObject({ outcome: 'ok' });
    expect(side.verify(message)).toMatchObject({ outcome: 'stale' });
  });

  it('takes each nonce count once, in any order within a window', () => {
    const side = serverSide();
    const digest = client();
    const first = answered(digest, side.challenge());
    const later = Array.from({ length: 40 }, () => {
      const message = request();
      const [header] = digest.preemptive(message);
      message.headers.set(header!.name, header!.value);
      return message;
    });
    expect(side.verify(later[2]!)).toMatchObject({ outcome: 'ok' });
    expect(side.verify(later[0]!)).toMatchObject({ outcome: 'ok' });
    expect(side.verify(later[2]!)).toMatchObject({ outcome: 'stale' });
    expect(side.verify(later[0]!)).toMatchObject({ outcome: 'stale' });
    expect(side.verify(later[1]!)).toMatchObject({ outcome: 'ok' });
    expect(side.verify(later[39]!)).toMatchObject({ outcome: 'ok' });
    expect(side.verify(first)).toMatchObject({ outcome: 'stale' });
    expect(side.verify(later[38]!)).toMatchObject({ outcome: 'ok' });
  });

  it('calls an old nonce stale, and the client answers that once', () => {
    const side = serverSide();
    const message = answered(client(), side.challenge());
    side.pass(300_001);
    expect(side.verify(message)).toEqual({ outcome: 'stale', username: USERNAME });
    const digest = client();
    expect(digest.answer(side.challenge(), message)).toBeUndefined();
    expect(side.verify(answered(digest, side.challenge(true), message))).toMatchObject({ outcome: 'ok' });
  });

  it('calls nonces of an earlier run stale, and keeps them where the key is kept', () => {
    const message = answered(client(), serverSide().challenge());
    expect(serverSide().verify(message)).toMatchObject({ outcome: 'stale' });
    const key = Buffer.alloc(32, 7);
    expect(serverSide({ key }).verify(answered(client(), serverSide({ key }).challenge()))).toMatchObject({ outcome: 'ok' });
  });

  it('remembers a bounded number of nonces, and none that was forgotten is taken again', () => {
    const side = serverSide({ maxUsedNonces: 10 });
    const messages = Array.from({ length: 30 }, () => {
      side.pass(1);
      const message = answered(client(), side.challenge());
      expect(side.verify(message)).toMatchObject({ outcome: 'ok' });
      return message;
    });
    for (const message of messages) expect(side.verify(message)).toMatchObject({ outcome: 'stale' });
  });

  it.each([
    ['no scheme', ''],
    ['another scheme', 'Basic Zm9vOmJhcg=='],
    ['nothing but the scheme', 'Digest'],
    ['no nonce', 'Digest username="a", realm="sipcast"'],
    ['an open quote', 'Digest username="a, realm=sipcast'],
    ['a name twice', 'Digest username="a", username="b", realm="sipcast"'],
    ['another qop', 'Digest username="a", realm="sipcast", nonce="n", uri="sip:x", qop=auth-int, nc=00000001, cnonce="c", response="00", algorithm=SHA-256'],
    ['a short response', 'Digest username="a", realm="sipcast", nonce="n", uri="sip:x", qop=auth, nc=00000001, cnonce="c", response="00", algorithm=SHA-256'],
    ['a count of zero digits', `Digest username="a", realm="sipcast", nonce="n", uri="sip:x", qop=auth, nc=0, cnonce="c", response="${'0'.repeat(64)}", algorithm=SHA-256`],
  ])('lets nobody in with %s', (_, value) => {
    const message = request();
    message.headers.set('Authorization', value);
    expect(['missing', 'denied']).toContain(serverSide().verify(message).outcome);
  });

  it('answers a proxy with the header for proxies', () => {
    const side = serverSide();
    const response = new SipResponse(407);
    for (const value of side.server.challenges()) response.headers.append('Proxy-Authenticate', value);
    const header = client().answer(response, request('INVITE'));
    expect(header?.name).toBe('Proxy-Authorization');
    const message = request('INVITE');
    message.headers.set('Proxy-Authorization', header!.value);
    expect(side.server.verify(message, () => PASSWORD, 'Proxy-Authorization')).toMatchObject({ outcome: 'ok' });
  });

  it('passes by challenges that it cannot read, and returns opaque as it came', () => {
    const response = new SipResponse(401);
    response.headers.append('WWW-Authenticate', 'Basic realm="x"');
    response.headers.append('WWW-Authenticate', 'Digest realm="broken');
    response.headers.append('WWW-Authenticate', 'Digest realm="x", nonce="n", algorithm=SHA-512-256, qop="auth"');
    expect(client().answer(response, request())).toBeUndefined();
    response.headers.append('WWW-Authenticate', 'Digest realm="x",nonce="n",algorithm="SHA-256",opaque="o,p",qop="auth-int,auth"');
    expect(client().answer(response, request())?.value).toContain('opaque="o,p"');
  });
});
