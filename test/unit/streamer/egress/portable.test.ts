import { describe } from 'vitest';
import { PortableEgress } from '../../../../streamer/egress/portable/portable-egress.ts';
import { conformanceOf } from './conformance.ts';

describe('the portable way out', () => {
  conformanceOf(() => PortableEgress.open({ host: '127.0.0.1', port: 0 }));
});
