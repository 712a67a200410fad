import type { RuleRelation } from '../analysis/rule-relations.ts';
import type { Witness } from '../analysis/witness.ts';
import type { Policy } from '../policy/policy.ts';
import { quote } from '../policy/quote.ts';
import { principalUnder, subjectSchemes } from '../policy/subject/schemes.ts';
import type { Finding } from './lint-rule.ts';

/** What a lint rule says of a rule and the other that makes it so. */
export interface RelationWords {
  readonly message: string;
  readonly help: string;
  /** Said at the other rule. */
  readonly other: string;
}

/** A finding about a rule, which names the other rule and a token that both speak of. */
export function relationFinding(
  relation: RuleRelation,
  policy: Policy,
  { message, help, other }: RelationWords,
): Finding {
  const subject = relation.witness && subjectOf(relation.witness, policy);
  return {
    at: { rule: relation.rule.id },
    message: subject === undefined ? message : `${message} (for example for ${quote(subject)})`,
    help,
    ...(relation.other === undefined ? {} : { related: [{ at: { rule: relation.other.id }, message: other }] }),
  };
}

/** The path of the principal that a witness's token speaks for. */
function subjectOf({ token }: Witness, { issuers }: Policy): string | undefined {
  const names = issuers.find(({ url }) => url === token.issuer)?.subject ?? [];
  const schemes = names.map((name) => subjectSchemes.get(name)).filter((scheme) => scheme !== undefined);
  const principal = principalUnder(schemes, token.claims);
  return typeof principal === 'string' ? undefined : principal.path;
}
