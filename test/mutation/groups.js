// @ts-check
/**
 * @typedef {object} Group
 * @property {string[]} mutate Sources, as globs.
 * @property {string[]} tests What may kill their mutants, as globs: fewer files make a faster run.
 */

/** @type {Readonly<Record<string, Group>>} */
export const groups = {
  // The deciding function: all that stands between a verified token and its decision.
  deciding: {
    mutate: [
      'src/decision/{decide,evaluate,outcome,admit,stage,permits,grant,audience,claim-condition,compiled-rule,request}.ts',
    ],
    tests: ['test/decision/{laws,reasons,segments}.test.ts'],
  },
  index: {
    mutate: ['src/decision/{compile,index-rules,rule-index,posting-table,rule-table,key-hash,reason}.ts'],
    tests: ['test/decision/{laws,reasons,segments,rule-index}.test.ts'],
  },
  token: {
    mutate: ['src/token/*.ts'],
    tests: ['test/token/*.test.ts'],
  },
  keys: {
    mutate: ['src/token/keys/*.ts'],
    tests: ['test/token/keys/*.test.ts', 'test/token/{rotation,verify,signature,signature-law}.test.ts'],
  },
  glob: {
    mutate: ['src/policy/glob/*.ts'],
    tests: ['test/policy/glob.test.ts', 'test/decision/{laws,segments}.test.ts', 'test/policy/load-errors.test.ts'],
  },
  subject: {
    mutate: ['src/policy/subject/*.ts'],
    tests: ['test/decision/*.test.ts', 'test/policy/load-errors.test.ts'],
  },
  parse: {
    mutate: ['src/policy/parse.ts', 'src/policy/parse/*.ts'],
    tests: ['test/policy/*.test.ts', 'test/decision/{laws,reasons}.test.ts'],
  },
  document: {
    mutate: ['src/policy/document/*.ts', 'src/policy/*.ts', '!src/policy/parse.ts'],
    tests: ['test/policy/*.test.ts'],
  },
};
