import { describe, expect, it } from 'vitest';
import { frontOf, newFrontId, ofFront, secretOf } from '../../../../front/cluster/name-token.ts';
import { systemRandom } from '../../../../shared/sip/timing/random.ts';

describe('the token of a name', () => {
  it('names its front and holds a secret', () => {
    const front = newFrontId(systemRandom);
    const token = ofFront(front, 'ab-_12');
    expect([frontOf(token), secretOf(token)]).toEqual([front, 'ab-_12']);
  });

  it('is the secret alone where there is one front', () => {
    const token = systemRandom.token(16);
    expect([frontOf(token), secretOf(token)]).toEqual([undefined, token]);
  });
});
