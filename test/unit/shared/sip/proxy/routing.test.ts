import { describe, expect, it } from 'vitest';
import { Routing } from '../../../../../shared/sip/proxy/routing.ts';
import { plainRequest } from '../../../../support/sip/recorders.ts';

const routing = new Routing('sip:proxy.example:5060;lr', { host: '10.0.0.5', port: 5060 });

function request(uri: string, ...routes: string[]) {
  const request = plainRequest('BYE');
  request.uri = uri;
  for (const route of routes) request.headers.append('Route', route);
  return request;
}

describe('preprocessing (§16.4)', () => {
  it.each([
    ['our own Route is taken off', 'sip:bob@10.0.0.2', ['<sip:proxy.example;lr>'], 'sip:bob@10.0.0.2', []],
    ['by the address of our socket too', 'sip:bob@10.0.0.2', ['<sip:10.0.0.5:5060;lr>', '<sip:next.example;lr>'], 'sip:bob@10.0.0.2', ['<sip:next.example;lr>']],
    ['another Route stays', 'sip:bob@10.0.0.2', ['<sip:next.example;lr>'], 'sip:bob@10.0.0.2', ['<sip:next.example;lr>']],
    ['a strict router has put us into the Request-URI', 'sip:proxy.example;lr', ['<sip:next.example;lr>', '<sip:bob@10.0.0.2>'], 'sip:bob@10.0.0.2', ['<sip:next.example;lr>']],
    ['and nothing else into the Route', 'sip:proxy.example;lr', ['<sip:bob@10.0.0.2>'], 'sip:bob@10.0.0.2', []],
    ['a user of ours is no Route', 'sip:bob@proxy.example', ['<sip:next.example;lr>'], 'sip:bob@proxy.example', ['<sip:next.example;lr>']],
  ])('%s', (_what, uri, routes, uriAfter, routesAfter) => {
    const message = request(uri, ...routes);
    routing.preprocess(message);
    expect([message.uri, message.headers.values('Route')]).toEqual([uriAfter, routesAfter]);
  });
});

describe('postprocessing (§16.6.6)', () => {
  it('sends to a loose router, else to the Request-URI', () => {
    expect(routing.postprocess(request('sip:bob@10.0.0.2:5070'))).toEqual({ host: '10.0.0.2', port: 5070 });
    expect(routing.postprocess(request('sip:bob@10.0.0.2', '<sip:next.example:5080;lr>'))).toEqual({ host: 'next.example', port: 5080 });
  });

  it('gives a strict router the Request-URI, and puts the old one last into the Route', () => {
    const message = request('sip:bob@10.0.0.2', '<sip:strict.example>', '<sip:next.example;lr>');
    expect(routing.postprocess(message)).toEqual({ host: 'strict.example', port: 5060 });
    expect([message.uri, message.headers.values('Route')]).toEqual(['sip:strict.example', ['<sip:next.example;lr>', '<sip:bob@10.0.0.2>']]);
  });
});

describe('a Record-Route URI', () => {
  it('needs lr', () => {
    expect(() => new Routing('sip:proxy.example', { host: '10.0.0.5', port: 5060 })).toThrow(TypeError);
  });
});

describe('a proxy with peers that share all it knows', () => {
  const shared = new Routing('sip:proxy.example:5060;lr', { host: '10.0.0.5', port: 5060 }, ({ host, port }) => host === '10.0.0.6' && port === 5060);

  it('takes the Route of a peer off, which may be gone', () => {
    const message = request('sip:bob@10.0.0.2', '<sip:10.0.0.6;lr>');
    shared.preprocess(message);
    expect(message.headers.has('Route')).toBe(false);
    const other = request('sip:bob@10.0.0.2', '<sip:10.0.0.6:5070;lr>');
    shared.preprocess(other);
    expect(other.headers.values('Route')).toEqual(['<sip:10.0.0.6:5070;lr>']);
  });

  it('is meant by a Request-URI that names a peer', () => {
    expect([request('sip:bob@10.0.0.6').parsedUri(), request('sip:bob@10.0.0.7').parsedUri()].map((uri) => shared.isOwn(uri))).toEqual([true, false]);
  });
});
