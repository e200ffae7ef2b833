import { describe, expect, it } from 'vitest';
import { readCallNews } from '../../../../../../front/page/src/meeting/call/news.ts';

describe('what comes over the data channel', () => {
  it('is a state of media, explicit and whole (seed 0.17)', () => {
    expect(readCallNews('{"type":"media","audio":true,"video":false}')).toEqual({ type: 'media', audio: true, video: false, screen: false });
    expect(readCallNews('{"type":"media","audio":"yes"}')).toEqual({ type: 'media', audio: false, video: false, screen: false });
  });

  it('is a text (seed 1.9)', () => {
    expect(readCallNews('{"type":"text","text":"hello"}')).toEqual({ type: 'text', text: 'hello' });
  });

  it('is nothing otherwise', () => {
    for (const data of ['', 'x', '[]', 'null', '{"type":"text"}', '{"type":"text","text":"  "}', '{"type":"text","text":7}', '{"type":"run"}', new ArrayBuffer(4), 7, 'x'.repeat(100_000)]) {
      expect(readCallNews(data)).toBeUndefined();
    }
  });
});
