import { describe, expect, it } from 'vitest';
import { MAX_NOTICES, NOTICE_MS, Notices } from '../../../../../front/page/src/shell/notices.ts';
import { ManualTiming } from '../support.ts';

function notices() {
  const timing = new ManualTiming();
  const said: string[] = [];
  const made = new Notices(timing, (text) => said.push(text));
  const texts = (): string[] => made.list.value.map(({ text }) => text);
  return { made, timing, said, texts };
}

describe('notices', () => {
  it('are seen and heard, and go away by themselves', async () => {
    const { made, timing, said, texts } = notices();
    made.show({ text: 'Saved.', tone: 'good' });
    expect([texts(), said]).toEqual([['Saved.'], ['Saved.']]);
    await timing.pass(NOTICE_MS);
    expect(texts()).toEqual([]);
  });

  it('are few: older ones make room', () => {
    const { made, texts } = notices();
    for (let count = 1; count <= MAX_NOTICES + 2; count += 1) made.show({ text: String(count), tone: 'plain' });
    expect(texts()).toEqual(['3', '4', '5']);
  });

  it('stay under the pointer, and go when it has left', async () => {
    const { made, timing, texts } = notices();
    made.show({ text: 'Link', tone: 'good' });
    made.hold(true);
    await timing.pass(10 * NOTICE_MS);
    expect(texts()).toEqual(['Link']);
    made.hold(false);
    await timing.pass(NOTICE_MS);
    expect(texts()).toEqual([]);
  });

  it('can be dismissed', () => {
    const { made, texts } = notices();
    made.show({ text: 'One', tone: 'bad' });
    made.show({ text: 'Two', tone: 'bad' });
    made.dismiss(made.list.value[0]!.id);
    expect(texts()).toEqual(['Two']);
  });
});
