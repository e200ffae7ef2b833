import { describe, expect, it } from 'vitest';
import { searchStreamers, sortStreamers } from '../../../../../front/page/src/wall/search.ts';
import { streamer } from '../support.ts';

describe('searching the wall', () => {
  const list = [
    streamer('cafe', { title: 'Café Ñandú', description: 'Live jazz' }),
    streamer('quay', { title: 'Harbour', description: 'Boats at dawn' }),
    streamer('hall', { title: 'Lecture', description: 'SIP and jazz hands' }),
  ];
  const names = (query: string): string[] => searchStreamers(list, query).map(({ name }) => name);

  it('finds words of name, title and description', () => {
    expect(names('quay')).toEqual(['quay']);
    expect(names('harb')).toEqual(['quay']);
    expect(names('jazz')).toEqual(['cafe', 'hall']);
  });

  it('minds neither case nor accents', () => {
    expect(names('NANDU')).toEqual(['cafe']);
    expect(names('ñandú')).toEqual(['cafe']);
  });

  it('wants every word', () => {
    expect(names('jazz sip')).toEqual(['hall']);
    expect(names('jazz boats')).toEqual([]);
  });

  it('shows all for an empty search', () => {
    expect(names('  ')).toEqual(['cafe', 'quay', 'hall']);
  });

  it('has the wall in order of titles, as people count and spell', () => {
    const titles = ['Camera 10', 'Étage', 'camera 2', 'Zoo'].map((title, index) => streamer(`s${index}`, { title }));
    expect(sortStreamers(titles).map(({ title }) => title)).toEqual(['camera 2', 'Camera 10', 'Étage', 'Zoo']);
  });
});
