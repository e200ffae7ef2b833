import { describe, expect, it } from 'vitest';
import { Events } from '../../../../../front/page/src/connection/events.ts';

describe('events of front', () => {
  it('reach those who asked for their kind, until they ask no more', () => {
    const events = new Events();
    const heard: string[] = [];
    const stop = events.on('people', ({ people }) => heard.push(`people ${people.length}`));
    events.on('rooms', () => heard.push('rooms'));
    events.emit({ type: 'people', people: [{ name: 'ana', busy: false }] });
    events.emit({ type: 'rooms' });
    events.emit({ type: 'resumed' });
    stop();
    events.emit({ type: 'people', people: [] });
    expect(heard).toEqual(['people 1', 'rooms']);
  });

  it('reach a listener that ends itself, and those after it', () => {
    const events = new Events();
    const heard: string[] = [];
    const stop = events.on('rooms', () => {
      heard.push('first');
      stop();
    });
    events.on('rooms', () => heard.push('second'));
    events.emit({ type: 'rooms' });
    events.emit({ type: 'rooms' });
    expect(heard).toEqual(['first', 'second', 'second']);
  });
});
