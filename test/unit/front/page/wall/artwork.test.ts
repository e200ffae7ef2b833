import { describe, expect, it } from 'vitest';
import { artworkFor, imageAddress, initialsOf } from '../../../../../front/page/src/wall/artwork.ts';

describe('pictures of streamers', () => {
  it('are loaded from front or from the web (seed 4.18)', () => {
    expect(imageAddress('/images/quay.webp')).toBe('/images/quay.webp');
    expect(imageAddress('quay.webp')).toBe('/images/quay.webp');
    expect(imageAddress('https://example.org/quay.png')).toBe('https://example.org/quay.png');
  });

  it('are drawn where the image is some other text, as in the seeds’ own directory', () => {
    for (const image of ['', 'Prueba de streaming', 'javascript:alert(1)', 'data:text/html,x', '//evil.example/x.png', '../secret.png', 'C:\\quay.png']) {
      expect(imageAddress(image)).toBeUndefined();
    }
  });

  it('are drawn the same each time, and differently for different names', () => {
    expect(artworkFor('quay')).toEqual(artworkFor('quay'));
    const drawn = new Set(Array.from({ length: 60 }, (_, index) => JSON.stringify(artworkFor(`streamer-${index}`).hues)));
    expect(drawn.size).toBeGreaterThan(8);
  });

  it('carry the initials of first and last word, whatever the script', () => {
    expect(['harbour-cam', 'Café Ñandú', 'solo', 'one two three', '李 雷', '***', ''].map(initialsOf)).toEqual(['HC', 'CÑ', 'S', 'OT', '李雷', '•', '•']);
  });
});
