import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page, and the one with a streamer's numbers. */
const ENTRIES = ['index.html', 'statistics.html'];

const page = fileURLToPath(new URL('front/page', import.meta.url));
const output = fileURLToPath(new URL('dist/front/public', import.meta.url));

export default defineConfig({
  root: page,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Nothing is inlined as a data: address, so that the page's content security policy can stay strict.
  build: { outDir: output, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, rolldownOptions: { input: ENTRIES.map((entry) => join(page, entry)) } },
});
