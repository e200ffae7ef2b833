import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const page = fileURLToPath(new URL('front/page', import.meta.url));
const output = fileURLToPath(new URL('dist/front/public', import.meta.url));

export default defineConfig({
  root: page,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: output, emptyOutDir: true, target: 'es2022' },
});
