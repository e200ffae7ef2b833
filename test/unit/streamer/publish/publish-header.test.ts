import { describe, expect, it } from 'vitest';
import { SipSyntaxError } from '../../../../shared/sip/index.ts';
import { readPublishTerms } from '../../../../streamer/publish/publish-header.ts';
import { agentPair, BOB_URI } from '../../../support/sip/pair.ts';

const { alice } = agentPair();

function terms(value: string | undefined) {
  return readPublishTerms(alice.createRequest('INVITE', BOB_URI, { from: 'sip:alice@10.0.0.1', headers: value === undefined ? {} : { 'Sipcast-Publish': value } }));
}

describe('Sipcast-Publish', () => {
  it('says name and title, quoted and percent-encoded; without a title the name is one', () => {
    expect(terms('name="Ana%20live";title="%E2%80%9CTea%E2%80%9D%3B%20five"')).toEqual({ name: 'Ana live', title: '“Tea”; five' });
    expect(terms('title="";name="ana"')).toEqual({ name: 'ana', title: 'ana' });
  });

  it.each([
    ['nothing', undefined],
    ['no name', 'title="a"'],
    ['a name without value', 'name;title="a"'],
    ['a blank name', 'name="%20"'],
    ['a control character', 'name="a%0Ab"'],
    ['broken escapes', 'name="%"'],
    ['a name that is too long', `name="${'x'.repeat(65)}"`],
    ['a title that is too long', `name="a";title="${'x'.repeat(81)}"`],
    ['what is no header', 'name="a'],
  ])('that says %s is refused with 400', (_, value) => {
    expect(() => terms(value)).toThrow(SipSyntaxError);
  });
});
