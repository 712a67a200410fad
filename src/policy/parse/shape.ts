import type { LoadErrorCode } from '../diagnostic.ts';
import { type Node, type Span, toValue } from '../document/node.ts';
import type { Problems } from '../document/problems.ts';
import { policyKeys, validatePolicy } from '../generated/policy-validator.ts';
import { suggest } from './suggest.ts';
import { quote } from '../quote.ts';

type Fault = NonNullable<typeof validatePolicy.errors>[number];

/** Holds a file against the published schema, `schemas/policy.schema.json`. */
export function checkShape(root: Node, problems: Problems): void {
  if (validatePolicy(toValue(root))) return;
  for (const fault of validatePolicy.errors ?? []) {
    if (problems.full) return;
    report(fault, root, problems);
  }
}

/** A place in the document: its node, what to point at, and its path with `*` for names and indexes. */
interface Target {
  readonly node: Node;
  readonly span: Span;
  readonly path: string;
}

function follow(root: Node, instancePath: string): Target {
  let target: Target = { node: root, span: root.kind === 'map' ? headOf(root) : root, path: '' };
  for (const step of instancePath.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const { node, path } = target;
    const known = node.kind === 'map' && (policyKeys[path] ?? []).includes(name);
    const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === name) : undefined;
    const next = node.kind === 'list' ? node.items[Number(name)] : entry?.value;
    if (next === undefined) return target;
    const span = next.kind === 'scalar' ? next : (entry?.keySpan ?? headOf(next));
    target = { node: next, span, path: `${path}/${known ? name : '*'}` };
  }
  return target;
}

/** Where a map or a list that has no key of its own begins. */
function headOf(node: Node): Span {
  if (node.kind === 'map') return node.entries[0]?.keySpan ?? { start: node.start, end: node.end };
  return { start: node.start, end: Math.min(node.end, node.start + 1) };
}

function report(fault: Fault, root: Node, problems: Problems): void {
  const target = follow(root, fault.instancePath);
  const { node, path } = target;
  const span = keyIn(node, fault.propertyName) ?? target.span;
  const add = (code: LoadErrorCode, message: string, help?: string, part?: string): void => {
    problems.add(code, span, message, help, part);
  };
  switch (fault.keyword) {
    case 'additionalProperties': {
      reportUnknownKey(String(fault.params['additionalProperty']), target, problems);
      return;
    }
    case 'required': {
      const key = String(fault.params['missingProperty']);
      if (node.kind === 'map' && node.refused.includes(key)) return;
      add(
        'missing-key',
        `the key ${quote(key)} is missing`,
        key === 'version' ? 'every file begins with `version: 1`' : undefined,
        key,
      );
      return;
    }
    case 'type': {
      const help = node.kind === 'scalar' && node.value === null ? nullHelp(path) : undefined;
      add('wrong-type', `expected ${expectedTypes(fault.params['type'])}, found ${typeOf(node)}`, help);
      return;
    }
    case 'const':
      add(
        'unsupported-version',
        `${quote(toValue(node))} is not a version of the policy language that is known here`,
        'write `version: 1`',
      );
      return;
    case 'enum':
      reportUnknownValue(target, fault.params['allowedValues'] as readonly string[], problems);
      return;
    case 'not':
      add(
        'audience-wildcard',
        '`*` is not an audience: a token for anybody is for nobody',
        'name the audience that tokens for this service carry in `aud`',
      );
      return;
    case 'minItems':
      if (problems.touches(node)) return;
      add('empty-list', 'the list is empty', 'name at least one, or remove the key');
      return;
    case 'minLength':
      add('empty-value', 'the text is empty');
      return;
    case 'maxLength':
      add(
        isGlob(path) ? 'invalid-glob' : 'too-long',
        `the text is longer than ${String(fault.params['limit'])} characters`,
      );
      return;
    case 'maxItems':
      add('too-many', `more than ${String(fault.params['limit'])} entries`);
      return;
    case 'minProperties':
    case 'maxProperties':
      if (node.kind === 'map' && node.refused.length > 0) return;
      if (path.endsWith('/jwks')) add('jwks-source-count', 'keys come from exactly one of `uri`, `file`, `keys`');
      else if (fault.keyword === 'minProperties')
        add('empty-operator', 'the operator is missing', `one of ${operators(path)}`);
      else
        add(
          'several-operators',
          'more than one operator',
          'one operator an object; a list of subjects, or a second rule, says more',
        );
      return;
    case 'pattern':
      add(...patternFault(path, String(fault.params['pattern'])));
      return;
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      add('number-too-large', 'the number is too large to be held exactly (2^53 or more)');
      return;
    case 'if':
    case 'propertyNames':
      return;
    default:
      add('invalid-value', fault.message ?? 'the value is not of the form it must have');
  }
}

function keyIn(node: Node, key: string | undefined): Span | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.keySpan : undefined;
}

function reportUnknownKey(key: string, { node, path }: Target, problems: Problems): void {
  const known = policyKeys[path] ?? [];
  const operator = /\/(?:subject|claims)\//.test(`${path}/`);
  problems.add(
    operator ? 'unknown-operator' : 'unknown-key',
    keyIn(node, key) ?? node,
    `${quote(key)} is not a key that may stand here`,
    () => suggest(key, known),
  );
}

const UNKNOWN_NAMES: readonly (readonly [place: RegExp, code: LoadErrorCode, what: string])[] = [
  [/^\/issuers\/\*\/subject/, 'unknown-subject-scheme', 'a subject scheme'],
  [/\/kind/, 'unknown-kind', 'a kind of principal'],
  [/\/algorithms/, 'unknown-algorithm', 'a signature algorithm'],
];

function reportUnknownValue({ node, span, path }: Target, allowed: readonly string[], problems: Problems): void {
  const { value } = node.kind === 'scalar' ? node : { value: undefined };
  if (typeof value !== 'string') return;
  const [, code, what] = UNKNOWN_NAMES.find(([place]) => place.test(path)) ?? [
    path,
    'unknown-value',
    'a value that may stand here',
  ];
  problems.add(code, span, `${quote(value)} is not ${what}`, () => suggest(value, allowed));
}

function patternFault(path: string, pattern: string): [code: LoadErrorCode, message: string, help?: string] {
  if (/\/(?:maxLifetime|clockSkew|maxTokenAge|ttl)$/.test(path))
    return ['invalid-duration', 'this is not a duration', 'write digits and a unit: `30s`, `15m`, `24h`, `7d`'];
  if (path.includes('/valid/'))
    return [
      'invalid-time',
      'this is not a time',
      'write a time with its offset (RFC 3339), such as `2026-01-01T00:00:00Z`',
    ];
  if (pattern === '\\S') return ['empty-value', 'the text is blank'];
  if (isGlob(path)) return ['invalid-glob', 'the pattern has more than 8 stars'];
  return ['invalid-value', 'the text has control characters, or white space at an end'];
}

function isGlob(path: string): boolean {
  return /\/(?:glob|actions\/\*|resources\/\*)$/.test(path);
}

function operators(path: string): string {
  return (policyKeys[path] ?? []).map((name) => quote(name)).join(', ');
}

function nullHelp(path: string): string {
  return path.includes('/claims/*')
    ? 'null matches nothing; write `{ present: false }` for a claim that must be absent'
    : 'the value is missing';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
};

function expectedTypes(types: unknown): string {
  return [types]
    .flat()
    .map((type) => TYPE_NAMES[String(type)] ?? String(type))
    .join(' or ');
}

function typeOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  return node.value === null ? 'nothing' : typeof node.value === 'string' ? 'a string' : quote(String(node.value));
}
