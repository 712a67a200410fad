import {
  isOrigin,
  LONGEST_LIFETIME,
  LONGEST_ROTATION,
  SHORTEST_NOTICE,
  SHORTEST_ROTATION,
} from '../../http/exchange/options.ts';
import { isCanonicalUrl, overlaps } from '../../http/exchange/target.ts';
import { isString, type Node, valueAt } from '../../policy/document/node.ts';
import type { Problems } from '../../policy/document/problems.ts';
import { parseDuration } from '../../policy/parse/time.ts';
import { quote } from '../../policy/quote.ts';

/** Each is compared with every other; the schema allows no more. */
const MOST_TARGETS = 100;

/** The default of `rotateEvery`, in seconds. */
const DEFAULT_ROTATION = 2_592_000;

/** Finds what the schema cannot say of `exchange`. */
export function checkExchange(exchange: Node | undefined, problems: Problems): void {
  const issuer = valueAt(exchange, 'issuer');
  if (isString(issuer) && !isOrigin(issuer.value)) {
    const help = 'write an https: url without a path, such as `https://sts.example.com`; http: is for loopback';
    problems.add('invalid-value', issuer, `${quote(issuer.value)} cannot be an issuer`, help);
  }
  checkDuration(exchange, 'maxLifetime', [1, LONGEST_LIFETIME, 'from 1s to 24h'], problems);
  checkDuration(exchange, 'rotateEvery', [SHORTEST_ROTATION, LONGEST_ROTATION, 'from 1d to 3650d'], problems);
  const rotation = secondsAt(exchange, 'rotateEvery') ?? DEFAULT_ROTATION;
  checkDuration(exchange, 'publishAhead', [SHORTEST_NOTICE, rotation, 'from 10m to `rotateEvery`'], problems);
  const targets = valueAt(exchange, 'targets');
  if (targets?.kind === 'list') checkTargets(targets.items.slice(0, MOST_TARGETS), problems);
}

function checkDuration(
  exchange: Node | undefined,
  key: string,
  [least, most, range]: readonly [number, number, string],
  problems: Problems,
): void {
  const node = valueAt(exchange, key);
  const seconds = secondsAt(exchange, key);
  if (node === undefined || seconds === undefined || (seconds >= least && seconds <= most)) return;
  problems.add('invalid-value', node, `\`${key}\` must be ${range}`);
}

function secondsAt(exchange: Node | undefined, key: string): number | undefined {
  const node = valueAt(exchange, key);
  return isString(node) ? parseDuration(node.value) : undefined;
}

function checkTargets(targets: readonly Node[], problems: Problems): void {
  for (const [index, target] of targets.entries()) {
    const url = valueAt(target, 'url');
    if (isString(url) && !isCanonicalUrl(url.value)) {
      const help = 'write it as a browser shows it, without user, query, fragment and `%`';
      problems.add('invalid-value', url, `${quote(url.value)} is not a canonical url`, help);
    }
    if (targets.length > 1 && target.kind === 'map' && valueAt(target, 'subjectAudience') === undefined) {
      const help = 'several targets are told apart in policies by the audience of the subject token';
      problems.add('missing-key', target, 'the key `subjectAudience` is missing', help);
    }
    for (const other of targets.slice(0, index)) checkApart(target, other, problems);
  }
}

function checkApart(target: Node, other: Node, problems: Problems): void {
  for (const key of ['audience', 'subjectAudience']) {
    const [one, another] = [valueAt(target, key), valueAt(other, key)];
    if (!isString(one) || !isString(another) || one.value !== another.value) continue;
    problems.add('invalid-value', one, `${quote(one.value)} is the \`${key}\` of another target too`);
  }
  const [url, another] = [valueAt(target, 'url'), valueAt(other, 'url')];
  if (!isString(url) || !isString(another)) return;
  const [one, two] = [url, another].map(({ value }) => ({ audience: '', url: value }));
  if (one === undefined || two === undefined || !(overlaps(one, two) || overlaps(two, one))) return;
  problems.add('invalid-value', url, `${quote(url.value)} overlaps the url of another target, ${quote(another.value)}`);
}
