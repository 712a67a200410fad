import { quote } from '../quote.ts';
import type { LoadErrorCode } from '../diagnostic.ts';
import type { Saying, Shape, ShapeWords } from '../document/check-shape.ts';
import { policyKeys, validatePolicy } from '../generated/policy-validator.ts';

const words: ShapeWords = {
  language: 'the policy language',
  unknownKey: (place) => (/\/(?:subject|claims)\//.test(`${place}/`) ? 'unknown-operator' : undefined),
  unknownValue: (place) => UNKNOWN_NAMES.find(([at]) => at.test(place))?.[1],
  forbidden: () => [
    'audience-wildcard',
    '`*` is not an audience: a token for anybody is for nobody',
    'name the audience that tokens for this service carry in `aud`',
  ],
  pattern: patternFault,
  tooLong: (place) => (isGlob(place) ? 'invalid-glob' : undefined),
  count: operatorCount,
  nothing: (place) =>
    place.includes('/claims/*')
      ? 'null matches nothing; write `{ present: false }` for a claim that must be absent'
      : undefined,
};

/** The shape of a policy file, as `schemas/policy.schema.json` publishes it. */
export const policyShape: Shape = { validate: validatePolicy, keys: policyKeys, words };

const UNKNOWN_NAMES: readonly (readonly [place: RegExp, name: readonly [code: LoadErrorCode, what: string]])[] = [
  [/^\/issuers\/\*\/subject/, ['unknown-subject-scheme', 'a subject scheme']],
  [/\/kind/, ['unknown-kind', 'a kind of principal']],
  [/\/algorithms/, ['unknown-algorithm', 'a signature algorithm']],
];

function patternFault(path: string, pattern: string): Saying | undefined {
  if (/\/(?:maxLifetime|clockSkew|maxTokenAge|ttl)$/.test(path))
    return ['invalid-duration', 'this is not a duration', 'write digits and a unit: `30s`, `15m`, `24h`, `7d`'];
  if (path.includes('/valid/'))
    return [
      'invalid-time',
      'this is not a time',
      'write a time with its offset (RFC 3339), such as `2026-01-01T00:00:00Z`',
    ];
  if (pattern !== '\\S' && isGlob(path)) return ['invalid-glob', 'the pattern has more than 8 stars'];
  return undefined;
}

function operatorCount(path: string, keyword: 'minProperties' | 'maxProperties'): Saying {
  if (path.endsWith('/jwks')) return ['jwks-source-count', 'keys come from exactly one of `uri`, `file`, `keys`'];
  if (keyword === 'minProperties') {
    const operators = (policyKeys[path] ?? []).map((name) => quote(name)).join(', ');
    return ['empty-operator', 'the operator is missing', `one of ${operators}`];
  }
  return [
    'several-operators',
    'more than one operator',
    'one operator an object; a list of subjects, or a second rule, says more',
  ];
}

function isGlob(path: string): boolean {
  return /\/(?:glob|actions\/\*|resources\/\*)$/.test(path);
}
