import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../../../front/page/src/connection/failure.ts';
import { Chat } from '../../../../../../front/page/src/meeting/chat/chat.ts';
import { beginsGroup, MAX_LINES, MAX_TEXT, readTime, type ChatLine } from '../../../../../../front/page/src/meeting/chat/chat-log.ts';

function setUp(send: (text: string, to: string | undefined) => Promise<void> = () => Promise.resolve()) {
  const sent: [string, string | undefined][] = [];
  const chat = new Chat({
    now: () => 1_000,
    send: (text, to) => {
      sent.push([text, to]);
      return send(text, to);
    },
  });
  return { chat, sent };
}

const heard = (text: string) => ({ from: 'bo' as string | undefined, to: undefined, private: false, at: 5, text });

describe('what one writes', () => {
  it('is refused when it is empty (seed 0.16)', async () => {
    const { chat, sent } = setUp();
    expect(await chat.say(' \n ')).toBe(false);
    expect(chat.problem.value).toBe('empty-text');
    expect(sent).toEqual([]);
    expect(chat.lines.value).toEqual([]);
    chat.forgive();
    expect(chat.problem.value).toBeUndefined();
  });

  it('is refused when it is too long, and just not so at the limit', async () => {
    const { chat, sent } = setUp();
    expect(await chat.say('x'.repeat(MAX_TEXT + 1))).toBe(false);
    expect(chat.problem.value).toBe('too-large');
    expect(await chat.say('x'.repeat(MAX_TEXT))).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it('stands there at once, to all or to one (seed 2.10)', async () => {
    const { chat, sent } = setUp();
    await chat.say(' hello ');
    await chat.say('psst', 'bo');
    expect(sent).toEqual([['hello', undefined], ['psst', 'bo']]);
    expect(chat.lines.value.map(({ text, own, private: isPrivate, to, state }) => ({ text, own, isPrivate, to, state }))).toEqual([
      { text: 'hello', own: true, isPrivate: false, to: undefined, state: 'sent' },
      { text: 'psst', own: true, isPrivate: true, to: 'bo', state: 'sent' },
    ]);
  });

  it('is marked when it did not arrive, with the reason', async () => {
    const { chat } = setUp(() => Promise.reject(new FailureError({ id: 'too-many-requests' })));
    expect(await chat.say('hello')).toBe(true);
    expect(chat.lines.value[0]?.state).toBe('failed');
    expect(chat.problem.value).toBe('too-many-requests');
  });
});

describe('what others write', () => {
  it('is unread until the panel is open, the greeting never (seed 2.7)', () => {
    const { chat } = setUp();
    chat.hear({ ...heard('Welcome'), from: undefined });
    expect(chat.unread.value).toBe(0);
    chat.hear(heard('one'));
    chat.hear(heard('two'));
    expect(chat.unread.value).toBe(2);
    chat.show(true);
    expect(chat.unread.value).toBe(0);
    chat.hear(heard('three'));
    expect(chat.unread.value).toBe(0);
    chat.show(false);
    chat.hear(heard('four'));
    expect(chat.unread.value).toBe(1);
  });

  it('never grows without end', () => {
    const { chat } = setUp();
    for (let index = 0; index < MAX_LINES + 20; index += 1) chat.hear(heard(String(index)));
    expect(chat.lines.value).toHaveLength(MAX_LINES);
    expect(chat.lines.value.at(-1)?.text).toBe(String(MAX_LINES + 19));
  });
});

describe('groups of lines', () => {
  const line = (more: Partial<ChatLine>): ChatLine => ({ key: 1, from: 'bo', own: false, to: undefined, private: false, at: 0, text: '', state: 'sent', ...more });

  it('begin with another writer, another reader, or a pause', () => {
    expect(beginsGroup(undefined, line({}))).toBe(true);
    expect(beginsGroup(line({}), line({ at: 1_000 }))).toBe(false);
    expect(beginsGroup(line({}), line({ from: 'ana' }))).toBe(true);
    expect(beginsGroup(line({}), line({ private: true }))).toBe(true);
    expect(beginsGroup(line({}), line({ at: 600_000 }))).toBe(true);
  });

  it('have a time where there is one', () => {
    expect(readTime('2026-11-30T01:02:03Z')).toBe(Date.UTC(2026, 10, 30, 1, 2, 3));
    expect(readTime('yesterday')).toBeUndefined();
  });
});
