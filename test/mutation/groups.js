// @ts-check
/**
 * @typedef {object} Group
 * @property {string[]} mutate Sources, as globs.
 * @property {string[]} tests What may kill their mutants, as globs: fewer files make a faster run.
 * @property {number} [timeout] Milliseconds until a loop counts as one without end; 60,000 where left out.
 */

/** @type {Readonly<Record<string, Group>>} */
export const groups = {
  // The deciding function: all that stands between a verified token and its decision.
  deciding: {
    mutate: [
      'src/decision/{decide,decision,evaluate,outcome,admit,permits,grant,audience,claim-condition,compiled-rule,request,non-empty}.ts',
    ],
    tests: ['test/decision/!(cedar-oracle|reference-evaluator|rule-index|posting-table).test.ts'],
  },
  index: {
    mutate: ['src/decision/{stage,compile,index,rule-table,key-hash,reason}.ts'],
    tests: [
      'test/decision/{compile,stage,reasons,rule-table,rule-index,decide,segments}.test.ts',
      'test/decision/laws.test.ts',
    ],
  },
  // Whose mutants loop more often than others: the few tests that ask them directly.
  lookup: {
    mutate: ['src/decision/{index-rules,rule-index}.ts'],
    tests: ['test/decision/rule-index.test.ts'],
  },
  postings: {
    timeout: 20_000,
    mutate: ['src/decision/posting-table.ts'],
    tests: ['test/decision/posting-table.test.ts'],
  },
  // Why a request was denied, and what would have allowed it.
  explain: {
    mutate: ['src/decision/explain/**/*.ts'],
    tests: ['test/decision/explain/**/*.test.ts'],
  },
  // Every strict check of a token.
  token: {
    mutate: [
      'src/token/{compact,base64url,json,json-members,ambiguous-claim,claims,header,algorithms,issuer-trust}.ts',
      'src/token/{signature,signature-node,signature-jose,signature-length,refusal,limits,unverified}.ts',
      'src/token/{base64url,token-id}-*.ts',
    ],
    tests: [
      'test/token/{base64url,compact,json-members,claims,algorithms,unverified,refusal,limits}.test.ts',
      'test/token/{verify,portable,signature}.test.ts',
    ],
  },
  // The order of these checks, and what is remembered of a token that passed them.
  verify: {
    mutate: ['src/token/{verify,cache,known-headers,known-options}.ts'],
    tests: ['test/token/{known-headers,verify,cache}.test.ts'],
  },
  keys: {
    mutate: [
      'src/token/keys/{select,import-key,rsa-strength,ed25519-point,big-int,key-set,key-source,key-fault,freshness}.ts',
      'src/token/keys/{static-keys,verification-key,public-key-*}.ts',
    ],
    tests: [
      'test/token/keys/{select,key-set,freshness,static-keys,big-int}.test.ts',
      'test/token/{verify,portable}.test.ts',
    ],
  },
  // The keys that are fetched, from a server on loopback.
  remote: {
    mutate: [
      'src/token/keys/{remote-keys,refetch-policy,fetch-keys,fetch-json,discovery,fetchable-url,key-warning,key-limits}.ts',
    ],
    // The fastest first: what they notice costs no time with the server.
    tests: [
      'test/token/keys/{refetch-policy,fetch-json,fetch-keys,discovery,fetchable-url,key-warning,key-limits}.test.ts',
      'test/token/keys/remote-keys.test.ts',
      'test/token/rotation.test.ts',
    ],
  },
  glob: {
    mutate: ['src/policy/glob/*.ts'],
    tests: ['test/policy/glob.test.ts', 'test/decision/{laws,segments}.test.ts', 'test/policy/load-errors.test.ts'],
  },
  subject: {
    mutate: ['src/policy/subject/*.ts'],
    tests: ['test/policy/subject/*.test.ts', 'test/policy/load-errors.test.ts'],
  },
  parse: {
    mutate: ['src/policy/parse.ts', 'src/policy/parse/*.ts'],
    tests: ['test/policy/parse/*.test.ts', 'test/policy/{load-errors,canonical-policy}.test.ts'],
  },
  document: {
    mutate: ['src/policy/document/*.ts', 'src/policy/{diagnostic,frame,quote,suggest,time-in-words}.ts'],
    tests: [
      'test/policy/document/*.test.ts',
      'test/policy/{quote,suggest,time-in-words,frame,comments}.test.ts',
      'test/policy/load-errors.test.ts',
    ],
  },
  records: {
    mutate: ['src/policy/{policy,records,canonical-json,order}.ts', 'src/policy/digest/*.ts'],
    tests: ['test/policy/{records,canonical-policy}.test.ts'],
  },
  bundle: {
    mutate: ['src/policy/bundle/*.ts'],
    tests: ['test/policy/bundle/*.test.ts'],
  },
  fmt: {
    mutate: ['src/policy/fmt/*.ts'],
    tests: ['test/policy/fmt/!(laws).test.ts'],
  },
};
