import type { Issuer, Policy } from '../../policy/policy.ts';

/** One issuer on both sides, or on the side that knows it. */
export interface IssuerPair {
  /** Stands for the issuer on both sides, whatever its name is there. */
  readonly key: string;
  readonly before?: Issuer;
  readonly after?: Issuer;
}

/** Pairs issuers by url; those that are left, by name: such a one has moved to another url. */
export function pairIssuers(before: Policy, after: Policy): readonly IssuerPair[] {
  const left = new Set(before.issuers);
  const take = (issuer: Issuer | undefined): Issuer | undefined => {
    if (issuer !== undefined) left.delete(issuer);
    return issuer;
  };
  const partners = new Map<Issuer, Issuer | undefined>();
  const find = (test: (issuer: Issuer) => boolean): Issuer | undefined => take([...left].find(test));
  for (const issuer of after.issuers) {
    partners.set(
      issuer,
      find(({ url }) => url === issuer.url),
    );
  }
  for (const [issuer, partner] of partners) if (partner === undefined) partners.set(issuer, find(({ name }) => name === issuer.name)); // prettier-ignore
  return [
    ...[...partners].map(([issuer, partner]) => ({
      key: issuer.url,
      ...(partner === undefined ? {} : { before: partner }),
      after: issuer,
    })),
    ...[...left].map((issuer) => ({ key: issuer.url, before: issuer })),
  ];
}

/**
 * The issuers in the terms of one side, named by their keys, and with the audiences that both sides accept: what another
 * audience, url or scheme means is a change of trust and not of any rule.
 */
export function sharedIssuers(pairs: readonly IssuerPair[], side: 'before' | 'after'): readonly Issuer[] {
  return pairs.flatMap(({ key, before, after }) => {
    const own = side === 'before' ? (before ?? after) : (after ?? before);
    const other = own === before ? after : before;
    if (own === undefined) return [];
    const audiences = other === undefined ? own.audiences : own.audiences.filter((name) => other.audiences.includes(name)); // prettier-ignore
    return [{ ...own, name: key, audiences }];
  });
}
