/** Finds texts by their words, whatever the case and the accents. */

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** @returns tells whether every word of `query` occurs in a text; undefined for a query without words, which every text matches */
export function wordMatcher(query: string): ((text: string) => boolean) | undefined {
  const words = plain(query).split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return (text) => {
    const plainText = plain(text);
    return words.every((word) => plainText.includes(word));
  };
}
