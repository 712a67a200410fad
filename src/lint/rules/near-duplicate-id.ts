import { quote } from '../../policy/quote.ts';
import { gitpodSubjects, isUuid } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import type { Route } from '../../policy/document/route.ts';

interface Use {
  readonly kind: string;
  readonly id: string;
  readonly at: Route;
}

export const nearDuplicateId: LintRule = {
  id: 'near-duplicate-id',
  summary: 'two ids of one kind that differ in one character, or only in case',
  severity: 'warning',
  check({ policy, report }) {
    const uses = new Map<string, Use>();
    for (const { segments, at } of gitpodSubjects(policy)) {
      for (const { kind, id } of segments) {
        if (!isRandom(id) || uses.has(`${kind}:${id}`)) continue;
        uses.set(`${kind}:${id}`, { kind, id, at });
      }
    }
    // One character leaves one half as it is, so that most ids need no closer look.
    const halves = new Map<string, number>();
    for (const half of [...uses.values()].flatMap(halvesOf)) halves.set(half, (halves.get(half) ?? 0) + 1);
    const seen = new Map<string, Use>();
    for (const use of uses.values()) {
      const keys = halvesOf(use).some((half) => (halves.get(half) ?? 0) > 1) ? blurred(use) : [];
      const near = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
      for (const key of keys) if (!seen.has(key)) seen.set(key, use);
      if (near === undefined) continue;
      report({
        at: use.at,
        message: `${quote(use.id)} differs from ${quote(near.id)} ${differenceOf(use.id, near.id)}`,
        help: 'copy the id once more; ids are compared as they are, also in case',
        related: [{ at: near.at, message: `${quote(near.id)} is here` }],
      });
    }
  },
};

/** Ids made by hand, such as those that count up behind zeros, are near each other on purpose. */
function isRandom(id: string): boolean {
  return isUuid(id) && !/([0-9a-f])\1{6}/i.test(id.replaceAll('-', ''));
}

function halvesOf({ kind, id }: Use): readonly string[] {
  return [id.slice(0, 18), `…${id.slice(18)}`].map((half) => `${kind}:${half.toLowerCase()}`);
}

/** The id once for each of its characters, without that one: two that share one of these are near each other. */
function blurred({ kind, id }: Use): readonly string[] {
  const lower = id.toLowerCase();
  return Array.from(lower, (_, at) => `${kind}:${lower.slice(0, at)}?${lower.slice(at + 1)}`);
}

function differenceOf(id: string, other: string): string {
  return id.toLowerCase() === other.toLowerCase() ? 'only in case' : 'in one character alone';
}
