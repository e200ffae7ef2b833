import { describe } from 'vitest';
import { NativeEgress } from '../../../../streamer/egress/native/native-egress.ts';
import { nativeLibraries } from '../../../../streamer/egress/open.ts';
import { conformanceOf } from './conformance.ts';

describe('the native way out', () => {
  const libraries = nativeLibraries();
  conformanceOf(() => NativeEgress.open(libraries, { host: '127.0.0.1', port: 0 }));
});
