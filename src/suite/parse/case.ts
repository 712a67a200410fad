import { isString, type Node, stringsAt, valueAt } from '../../policy/document/node.ts';
import { placeOf, type Source } from '../../policy/parse/source.ts';
import type { Policy } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { suggest } from '../../policy/suggest.ts';
import type { CaseRequest, Expectation, TestCase } from '../suite.ts';
import { parseExpectation } from './expectation.ts';
import { type GivenToken, momentOf, parseToken, timeAt, tokenAt } from './token.ts';

/** Parses the entries of `tests`, each of which is a case or a matrix of cases. */
export class CaseParser {
  readonly #source: Source;
  readonly #policy: Policy;
  readonly #principals: ReadonlyMap<string, GivenToken>;

  constructor(source: Source, policy: Policy) {
    this.#source = source;
    this.#policy = policy;
    const map = valueAt(source.root, 'principals');
    const entries = map?.kind === 'map' ? map.entries : [];
    this.#principals = new Map(entries.map(({ key, value }) => [key, parseToken(value, source, policy)]));
  }

  parse(node: Node): readonly TestCase[] {
    const matrix = valueAt(node, 'matrix');
    return matrix === undefined ? [this.#single(node)] : this.#matrix(node, matrix);
  }

  #single(node: Node): TestCase {
    const given = valueAt(node, 'given');
    const token = isString(given)
      ? this.#named(given)
      : given?.kind === 'map'
        ? parseToken(given, this.#source, this.#policy)
        : undefined;
    const request = this.#request(valueAt(node, 'when'));
    const expected = parseExpectation(valueAt(node, 'expect'), this.#source, this.#policy);
    const sub = token?.claims['sub'];
    const who = isString(given) ? given.value : typeof sub === 'string' ? sub : 'a token';
    return this.#case({
      node,
      name: nameOf(node) ?? [who, ...asked(request)].join(' '),
      token,
      own: timeAt(node, this.#source),
      request,
      expected,
    });
  }

  #matrix(node: Node, matrix: Node): readonly TestCase[] {
    const given = stringsAt(valueAt(matrix, 'given'));
    const whenNode = valueAt(matrix, 'when');
    const when = whenNode?.kind === 'map' ? whenNode.entries : [];
    const requests = when.map(({ key, value, keySpan }) => ({ key, span: keySpan, request: this.#request(value) }));
    const allowed = this.#allowed(
      valueAt(matrix, 'expect'),
      given.map(({ value }) => value),
      when.map(({ key }) => key),
    );
    const own = timeAt(node, this.#source);
    const prefix = nameOf(node);
    return given.flatMap((principal) => {
      const token = this.#named(principal);
      return requests.map(({ key, span, request }) =>
        this.#case({
          node: { kind: 'scalar', value: null, ...span },
          name: `${prefix === undefined ? '' : `${prefix}: `}${principal.value} ${key}`,
          token,
          own,
          request,
          expected: { effect: allowed.get(principal.value)?.has(key) === true ? 'allow' : 'deny' },
        }),
      );
    });
  }

  /** What a matrix lists, by principal. */
  #allowed(
    node: Node | undefined,
    given: readonly string[],
    when: readonly string[],
  ): ReadonlyMap<string, ReadonlySet<string>> {
    const { problems } = this.#source;
    const allowed = new Map<string, ReadonlySet<string>>();
    for (const { key, keySpan, value } of node?.kind === 'map' ? node.entries : []) {
      if (!given.includes(key))
        problems.add('unknown-value', keySpan, `${quote(key)} is not among \`given\``, () => suggest(key, given));
      for (const name of stringsAt(value)) {
        if (!when.includes(name.value))
          problems.add('unknown-value', name, `${quote(name.value)} is not among \`when\``, () =>
            suggest(name.value, when),
          );
      }
      allowed.set(key, new Set(stringsAt(value).map((name) => name.value)));
    }
    return allowed;
  }

  #named(node: Node & { readonly value: string }): GivenToken | undefined {
    const found = this.#principals.get(node.value);
    if (found === undefined)
      this.#source.problems.add('unknown-value', node, `no principal is called ${quote(node.value)}`, () =>
        suggest(node.value, this.#principals.keys()),
      );
    return found;
  }

  #request(node: Node | undefined): Omit<CaseRequest, 'now'> {
    const text = (key: string): string | undefined => {
      const value = valueAt(node, key);
      return isString(value) ? value.value : undefined;
    };
    const [action, resource, audience] = ['action', 'resource', 'audience'].map(text);
    const at = valueAt(node, 'resource');
    if (resource !== undefined && action === undefined && at !== undefined)
      this.#source.problems.add('missing-key', at, 'a resource needs an `action`');
    return {
      ...(audience === undefined ? {} : { audience }),
      ...(action === undefined ? {} : { action }),
      ...(resource === undefined ? {} : { resource }),
    };
  }

  #case({ node, name, token, own, request, expected }: CaseParts): TestCase {
    const now = momentOf(own, token);
    const at = placeOf(this.#source, node.kind === 'map' ? (node.entries[0]?.keySpan ?? node) : node);
    const verified = token === undefined ? { issuer: '', claims: {} } : tokenAt(token, now);
    return { name, at, token: verified, request: { ...request, now }, expected };
  }
}

interface CaseParts {
  /** Where the case stands. */
  readonly node: Node;
  readonly name: string;
  readonly token: GivenToken | undefined;
  /** The time that the case itself names. */
  readonly own: number | undefined;
  readonly request: Omit<CaseRequest, 'now'>;
  readonly expected: Expectation;
}

function nameOf(node: Node): string | undefined {
  const name = valueAt(node, 'name');
  return isString(name) ? name.value : undefined;
}

function asked({ action, resource }: Omit<CaseRequest, 'now'>): readonly string[] {
  if (action === undefined) return ['plain access'];
  return resource === undefined ? [action] : [action, resource];
}
