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
      'src/decision/{decide,evaluate,outcome,admit,permits,grant,audience,claim-condition,compiled-rule,request}.ts',
    ],
    tests: ['test/decision/!(cedar-oracle|reference-evaluator|rule-index).test.ts'],
  },
  index: {
    mutate: ['src/decision/{stage,compile,index-rules,rule-index,posting-table,rule-table,key-hash,reason}.ts'],
    tests: ['test/decision/!(cedar-oracle|reference-evaluator).test.ts'],
  },
  // Every strict check of a token. Its caches are left to tests that need the module mocks of Jest.
  token: {
    mutate: [
      'src/token/{compact,base64url,json,json-members,ambiguous-claim,claims,header,algorithms,issuer-trust,verify}.ts',
      'src/token/{signature-node,signature-length,refusal,limits,unverified}.ts',
    ],
    tests: ['test/token/{base64url,compact,json-members,claims,verify,signature,unverified}.test.ts'],
  },
  keys: {
    mutate: ['src/token/keys/{select,import-key,key-limits,rsa-strength,ed25519-point,key-set,freshness}.ts'],
    tests: ['test/token/keys/{select,key-set,freshness}.test.ts', 'test/token/{verify,signature}.test.ts'],
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
