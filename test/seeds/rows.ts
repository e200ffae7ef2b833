/** The rows of docs/seed-features.md. */

export interface SeedRow {
  /** As printed in the table: `4.8`, or `0.1–0.3` where several share a line. */
  id: string;
  part: number;
  text: string;
}

const ROW = /^\| (\d+\.\d+(?:–\d+\.\d+)?) \| (.+) \|$/;

/** The rows in the document's order. */
export function parseRows(markdown: string): SeedRow[] {
  return markdown.split('\n').flatMap((line) => {
    const [, id, text] = ROW.exec(line) ?? [];
    return id === undefined || text === undefined ? [] : [{ id, part: Number.parseInt(id, 10), text }];
  });
}

/** Every single row number that a text names after the word seed: `(seed 4.8)`, `(seeds 4.1, 4.2 and 0.1–0.3)`. */
export function namedRows(text: string): string[] {
  const named = [...text.matchAll(/\bseeds?\s+(\d+\.\d+(?:\s*(?:,|and|–|-)\s*\d+\.\d+)*)/g)].map(([, list = '']) => list);
  return [...new Set(named.flatMap((list) => list.split(/,|\band\b/).flatMap((entry) => expand(entry.trim()))))];
}

/** `0.1–0.3` → 0.1, 0.2, 0.3. */
export function expand(id: string): string[] {
  const [first = '', last = first] = id.split(/[–-]/).map((end) => end.trim());
  const [part = '', from = ''] = first.split('.');
  const to = Number(last.split('.')[1]);
  return Array.from({ length: to - Number(from) + 1 }, (_, index) => `${part}.${Number(from) + index}`);
}
