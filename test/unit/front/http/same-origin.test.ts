import { describe, expect, it } from 'vitest';
import { isSameOrigin } from '../../../../front/http/same-origin.ts';

describe('same origin', () => {
  it.each([
    [undefined, '127.0.0.1:8000', true],
    ['http://127.0.0.1:8000', '127.0.0.1:8000', true],
    ['https://cast.example', 'Cast.Example', true],
    ['http://127.0.0.1:9000', '127.0.0.1:8000', false],
    ['http://localhost:8000', '127.0.0.1:8000', false],
    ['https://evil.example', '127.0.0.1:8000', false],
    ['null', '127.0.0.1:8000', false],
    ['http://127.0.0.1:8000', undefined, false],
  ])('of Origin %s at Host %s is %s', (origin, host, same) => {
    expect(isSameOrigin({ headers: { ...(origin && { origin }), ...(host && { host }) } })).toBe(same);
  });
});
