import { describe, expect, it } from 'vitest';
import { isOwnMachine, liveProblem, MAX_NAME_CHARACTERS, MAX_TITLE_CHARACTERS } from '../../../../../front/page/src/live/live-rules.ts';

describe('what a stream may be called', () => {
  it('is anything that people can read, counted as they count, and nothing that stands for something else', () => {
    expect(liveProblem({ name: '😀'.repeat(MAX_NAME_CHARACTERS), title: '' })).toBeUndefined();
    expect(liveProblem({ name: '  ', title: '' })).toEqual({ field: 'name', problem: 'missing' });
    expect(liveProblem({ name: '😀'.repeat(MAX_NAME_CHARACTERS + 1), title: '' })).toEqual({ field: 'name', problem: 'too-long' });
    for (const name of ['publish', ' publish ', 'room-tea']) expect(liveProblem({ name, title: '' })).toEqual({ field: 'name', problem: 'reserved' });
    expect(liveProblem({ name: 'publishing', title: 'x'.repeat(MAX_TITLE_CHARACTERS) })).toBeUndefined();
    expect(liveProblem({ name: 'ana', title: 'x'.repeat(MAX_TITLE_CHARACTERS + 1) })).toEqual({ field: 'title', problem: 'too-long' });
  });

  it('asks for no account on the service’s own machine alone', () => {
    expect(['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'example.org', '192.0.2.7', '127.0.0.1.example.org'].map(isOwnMachine)).toEqual([true, true, true, true, false, false, false]);
  });
});
