import { describe, expect, it } from 'vitest';
import { FIGURES, figuresOf } from '../../../../../front/page/src/admin/glance.ts';

describe('the figures at a glance', () => {
  it('are sums of front’s metrics, and say what should be looked into', () => {
    const figures = figuresOf([
      { name: 'sipcast_front_signaling_up', labels: {}, value: 0 },
      { name: 'sipcast_front_watching', labels: {}, value: 7 },
      { name: 'sipcast_http_requests_total', labels: { status: '500', route: '/offer' }, value: 1 },
      { name: 'sipcast_http_requests_total', labels: { status: '500', route: '/rooms' }, value: 2 },
      { name: 'sipcast_http_requests_total', labels: { status: '200', route: '/rooms' }, value: 90 },
      { name: 'sipcast_sip_retransmissions_total', labels: { direction: 'sent' }, value: 4 },
      { name: 'sipcast_sip_retransmissions_total', labels: { direction: 'received' }, value: 5 },
    ]);
    expect(figures.map(({ name }) => name)).toEqual(FIGURES);
    expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toMatchObject({ signaling: 0, watching: 7, pages: 0, faults: 3, retransmissions: 4 });
    expect(figures.filter(({ isBad }) => isBad).map(({ name }) => name)).toEqual(['signaling', 'faults']);
  });
});
