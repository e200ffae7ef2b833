import { describe, expect, it } from 'vitest';
import { DialogState } from '../../../../../shared/sip/dialog/dialog-state.ts';
import { requestAddress, uriAddress } from '../../../../../shared/sip/dialog/next-hop.ts';
import { SipSyntaxError } from '../../../../../shared/sip/message/syntax-error.ts';
import { plainRequest, plainResponse } from '../../../../support/sip/recorders.ts';

function routed(routes: readonly string[]): { client: DialogState; server: DialogState } {
  const request = plainRequest('INVITE');
  request.headers.append('Contact', '<sip:alice@10.0.0.1:5071>');
  for (const route of routes) request.headers.append('Record-Route', route);
  const response = plainResponse(request, 200);
  response.headers.set('Contact', '<sip:bob@10.0.0.2:5072>');
  return { client: DialogState.ofClient(request, response), server: DialogState.ofServer(request, 'b') };
}

describe('the route set', () => {
  // Record-Route as it arrives at the callee: the last proxy on top.
  const { client, server } = routed(['<sip:p2.example;lr>', '<sip:p1.example;lr>']);

  it('is reversed for the caller and straight for the callee (§12.1)', () => {
    expect(client.createRequest('BYE').headers.all('Route')).toEqual(['<sip:p1.example;lr>', '<sip:p2.example;lr>']);
    expect(server.createRequest('BYE').headers.all('Route')).toEqual(['<sip:p2.example;lr>', '<sip:p1.example;lr>']);
  });

  it('leads to the next hop, while the Request-URI is the remote target', () => {
    const request = client.createRequest('BYE');
    expect([request.uri, client.nextHop(), requestAddress(request)]).toEqual(['sip:bob@10.0.0.2:5072', { host: 'p1.example', port: 5060 }, { host: 'p1.example', port: 5060 }]);
  });

  it('of several values in one line is the same', () => {
    expect(routed(['<sip:p2.example;lr>, <sip:p1.example;lr>']).client.routeSet).toEqual(client.routeSet);
  });

  it('that begins with a strict router gives it the Request-URI (§12.2.1.1)', () => {
    const request = routed(['<sip:p2.example;lr>', '<sip:strict.example>']).client.createRequest('BYE');
    expect(request.uri).toBe('sip:strict.example');
    expect(request.headers.all('Route')).toEqual(['<sip:p2.example;lr>', '<sip:bob@10.0.0.2:5072>']);
  });
});

describe('a request inside the dialog', () => {
  it('carries tags, Call-ID and the next CSeq', () => {
    const { client, server } = routed([]);
    const bye = client.createRequest('BYE');
    expect([bye.from.tag, bye.to.tag, bye.callId, bye.cseq]).toEqual(['a', 'b', 'call', { number: 2, method: 'BYE' }]);
    const back = server.createRequest('BYE');
    expect([back.from.tag, back.to.tag, back.cseq.number]).toEqual(['b', 'a', 1]);
    expect(back.headers.get('From')).toBe('<sip:bob@10.0.0.2>;tag=b');
  });

  it('ACK repeats the number of its INVITE', () => {
    const { client } = routed([]);
    client.createRequest('INFO');
    expect(client.createRequest('ACK', 1).cseq).toEqual({ number: 1, method: 'ACK' });
    expect(client.createRequest('BYE').cseq.number).toBe(3);
  });

  it('is accepted in order only', () => {
    const { server } = routed([]);
    const inOrder = plainRequest('INFO');
    inOrder.headers.set('CSeq', '5 INFO');
    expect([server.acceptSequence(inOrder), server.acceptSequence(inOrder), server.remoteSequence]).toEqual([true, false, 5]);
  });

  it('moves the remote target only when its method may', () => {
    const { server } = routed([]);
    const update = plainRequest('UPDATE');
    update.headers.set('Contact', '<sip:alice@10.0.0.1:6000>');
    server.refreshTarget('INFO', update);
    expect(server.remoteTarget).toBe('sip:alice@10.0.0.1:5071');
    server.refreshTarget('UPDATE', update);
    expect(server.remoteTarget).toBe('sip:alice@10.0.0.1:6000');
  });
});

describe('where a URI leads', () => {
  it.each([
    ['sip:10.0.0.1', { host: '10.0.0.1', port: 5060 }],
    ['sip:bob@[2001:db8::1]:5070;lr', { host: '2001:db8::1', port: 5070 }],
    ['sip:bob@example.com;maddr=10.0.0.9', { host: '10.0.0.9', port: 5060 }],
  ])('%s', (uri, address) => {
    expect(uriAddress(uri)).toEqual(address);
  });

  it('no other scheme than sip leads anywhere over UDP', () => {
    expect(() => uriAddress('sips:bob@example.com')).toThrow(SipSyntaxError);
    expect(() => uriAddress('tel:+1234')).toThrow(SipSyntaxError);
  });
});
