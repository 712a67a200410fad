import type { Witness } from '../../../analysis/index.ts';

/** A witness as the claims of its token, `iss` first, as `explain --claims` reads them. */
export function witnessClaims({ token }: Witness): Readonly<Record<string, unknown>> {
  const { sub, ...rest } = token.claims;
  return { iss: token.issuer, ...(sub === undefined ? {} : { sub }), ...rest };
}
