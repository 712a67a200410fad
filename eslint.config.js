import { builtinModules } from 'node:module';
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist/', 'dist-*/', 'coverage/', 'src/**/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // TypeScript already knows what is defined and where.
      'no-undef': 'off',
      // Refusing control and invisible characters is this package's business.
      'no-control-regex': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...defaultExports()],
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map((name) => ({ name, message: `Write node:${name}.` })),
          // The benchmarks, the conformance kit, the examples and what runs mutants are plain JavaScript.
          patterns: [
            {
              regex: '^\\.(?!.*/(?:bench|conformance|examples|mutation)/).*(?<!\\.ts)$',
              message: 'Name the .ts file.',
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Declared types are not proof: state changes during an await, and libraries and callers break their word.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // Text is judged by code point here, never by what a reader sees as one character.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An async function without await turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.stylisticTypeChecked],
    // Claims are named in brackets: what a token says is not a member that a type promises.
    rules: {
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/prefer-optional-chain': 'off',
      // Declarations are made file by file, so an exported constant says its type.
      '@typescript-eslint/no-inferrable-types': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // The core is pure: it answers from its arguments, and runs where there is no Node.
    files: ['src/policy/**/*.ts', 'src/decision/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'Buffer',
          'global',
          'require',
          'fetch',
          'performance',
          'setTimeout',
          'setInterval',
          'queueMicrotask',
        ],
        { name: 'crypto', message: 'WebCrypto waits, and differs by runtime.' },
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      'no-restricted-syntax': [
        'error',
        ...defaultExports(),
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The time is an argument in seconds.',
        },
        { selector: 'AwaitExpression', message: 'The core does not wait.' },
        { selector: 'ImportExpression', message: 'The core does not wait.' },
      ],
    },
  },
  {
    // A decision has `Date.now` as its documented default; a policy means the same at any time.
    files: ['src/policy/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
    },
  },
  {
    // A bundle is signed and verified with WebCrypto, which waits.
    files: ['src/policy/bundle/**/*.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-syntax': ['error', ...defaultExports()] },
  },
  {
    // Tests handle JSON, hostile values and wrong types on purpose.
    files: ['test/**/*.ts'],
    rules: {
      'no-loss-of-precision': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { console: 'readonly', performance: 'readonly', process: 'readonly' } },
  },
);

function defaultExports() {
  const message = 'Export by name.';
  return [
    { selector: 'ExportDefaultDeclaration', message },
    { selector: "ExportSpecifier[exported.name='default']", message },
  ];
}
