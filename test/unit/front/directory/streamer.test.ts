import { describe, expect, it } from 'vitest';
import { listed, readDirectoryPage } from '../../../../front/directory/streamer.ts';

const sample = {
  name: 'Cámara 1',
  address: '127.0.0.1:9997',
  title: 'A title',
  image: '/images/sample.jpg',
  description: 'Two\nlines',
  codecs: { audio: ['opus'], video: ['VP8'] },
  viewers: 2,
};

function read(...streamers: unknown[]) {
  return readDirectoryPage(JSON.stringify({ streamers }));
}

describe('the directory\'s JSON', () => {
  it('brings title, image and description of a streamer (seed 4.18)', () => {
    expect(read(sample)).toEqual({ streamers: [sample], dropped: 0, next: undefined });
  });

  it('brings mode and renditions, to pages as well, and drops what makes no sense', () => {
    const film = { ...sample, mode: 'vod', renditions: ['720p', '360p'] };
    expect(read(film)?.streamers).toEqual([film]);
    expect(listed(read(film)?.streamers ?? [])).toMatchObject([{ mode: 'vod', renditions: ['720p', '360p'] }]);
    expect(read({ ...sample, mode: 'live', renditions: [7] })?.streamers).toEqual([sample]);
  });

  it('may be empty (seed 4.6)', () => {
    expect(read()).toEqual({ streamers: [], dropped: 0, next: undefined });
  });

  it('says where the next page begins', () => {
    expect(readDirectoryPage('{"streamers":[],"total":9,"next":4}')?.next).toBe(4);
  });

  it.each(['', 'nonsense', '[]', 'null', '{"streamers":{}}', '{"streamers":"x"}'])('is none in %j', (text) => {
    expect(readDirectoryPage(text)).toBeUndefined();
  });

  it('loses entries without a usable name, and only those', () => {
    const page = read(sample, { ...sample, name: '' }, { ...sample, name: 7 }, { ...sample, name: 'a\nb' }, { ...sample, name: 'x'.repeat(10_240) }, null, 'x');
    expect(page?.streamers.map(({ name }) => name)).toEqual(['Cámara 1']);
    expect(page?.dropped).toBe(6);
  });

  it('keeps a streamer that says little of itself', () => {
    expect(read({ name: 'bare' })?.streamers).toEqual([
      { name: 'bare', address: '', title: '', image: '', description: '', codecs: undefined, viewers: 0 },
    ]);
  });

  it('cuts what is too long and drops what cannot be shown', () => {
    const [streamer] = read({ ...sample, title: `a\u0007b\u202E${'x'.repeat(1000)}`, description: 'y'.repeat(100_000), viewers: -3 })?.streamers ?? [];
    expect(streamer?.title).toMatch(/^abx{100,200}$/);
    expect(streamer?.description).toHaveLength(2000);
    expect(streamer?.viewers).toBe(0);
  });

  it('passes HTML on as the text that it is', () => {
    expect(read({ ...sample, title: '<script>alert(1)</script>' })?.streamers[0]?.title).toBe('<script>alert(1)</script>');
  });

  it.each([
    ['sample.jpg', '/images/sample.jpg'],
    ['/images/a b.jpg', '/images/a%20b.jpg'],
    ['https://example.org/a.png', 'https://example.org/a.png'],
    ['javascript:alert(1)', ''],
    ['data:text/html,x', ''],
    ['/\t/evil.example/a', 'http://evil.example/a'],
    ['Prueba de streaming', '/images/Prueba%20de%20streaming'],
    ['', ''],
  ])('turns the image %j into the address %j', (image, address) => {
    expect(read({ ...sample, image })?.streamers[0]?.image).toBe(address);
  });

  it('is not fooled by names that objects have of their own', () => {
    const page = readDirectoryPage('{"__proto__":{"polluted":1},"streamers":[{"__proto__":{"name":"x"},"constructor":1}]}');
    expect(page?.streamers).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps codecs from pages: they are between front and the streamer', () => {
    expect(listed(read(sample)?.streamers ?? [])[0]).not.toHaveProperty('codecs');
  });
});
