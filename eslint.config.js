import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const SERVICES = ['front', 'signaling', 'streamer'];

/** The services meet only on the wire: none imports another, and shared/ imports none of them. */
const serviceZones = SERVICES.flatMap((service) => [
  ...SERVICES.filter((other) => other !== service).map((other) => ({
    target: `./${service}`,
    from: `./${other}`,
    message: `${service} and ${other} meet only on the wire; what both need belongs in shared/.`,
  })),
  { target: './shared', from: `./${service}`, message: 'shared/ stands below the services.' },
]);

const sipZone = {
  target: './shared/sip',
  from: './shared',
  except: ['./sip'],
  message: 'shared/sip knows SIP and nothing of this product; hand what it needs in.',
};

const productionZones = ['front', 'signaling', 'streamer', 'shared'].map((target) => ({
  target: `./${target}`,
  from: './test',
  message: 'Production code never imports test code.',
}));

/** Each of these libraries is named in one folder only: whoever replaces one opens one folder. */
const HOMES = {
  werift: 'streamer/webrtc',
  koffi: 'streamer/egress/native',
  'fast-xml-parser': 'signaling/directory/xml',
  '@redis/client': 'signaling/directory/redis',
  express: 'front',
  ws: 'front',
  libsql: 'front/store/sqlite',
  pg: 'front/store/postgres',
  '@node-rs/argon2': 'front/passwords',
  jose: 'front/accounts',
  selfsigned: 'front/tls',
  commander: 'shared/cli',
  yaml: 'shared/cli',
  pino: 'shared/log',
  'prom-client': 'shared/metrics',
};

const confine = (allowed) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: Object.entries(HOMES)
        .filter(([, home]) => home !== allowed)
        .map(([name, home]) => ({ name, message: `${name} is named only inside ${home}/.` })),
    },
  ],
});

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'node_modules/', 'test-output/', 'docs/library/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js', '.ci/*.js', 'front/page/public/*.js'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ noWarnOnMultipleProjects: true, project: ['tsconfig.json', 'front/page/tsconfig.json'] })] },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: [...serviceZones, sipZone, ...productionZones] }],
      'import-x/no-extraneous-dependencies': 'error',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.{ts,tsx}'], ignores: ['test/**'], rules: confine(undefined) },
  ...[...new Set(Object.values(HOMES))].map((home) => ({ files: [`${home}/**/*.{ts,tsx}`], rules: confine(home) })),
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/require-await': 'off', '@typescript-eslint/unbound-method': 'off' } },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked, languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } } },
);
