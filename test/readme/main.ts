/** `npm run readme`: brings the options in README.md up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/paths.ts';
import { withOptions } from './options.ts';

const readme = join(repository, 'README.md');
writeFileSync(readme, withOptions(readFileSync(readme, 'utf8')));
