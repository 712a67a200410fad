import type { LintRule } from './lint-rule.ts';
import { audienceGeneric } from './rules/audience-generic.ts';
import { audienceIsIssuer } from './rules/audience-is-issuer.ts';
import { auditModeForgotten } from './rules/audit-mode-forgotten.ts';
import { contradictingRules } from './rules/contradicting-rules.ts';
import { deadRule } from './rules/dead-rule.ts';
import { emailWithoutEmailVerified } from './rules/email-without-email-verified.ts';
import { environmentWithoutProject } from './rules/environment-without-project.ts';
import { grantEverything } from './rules/grant-everything.ts';
import { idUsedAsTwoKinds } from './rules/id-used-as-two-kinds.ts';
import { ignoreWithoutReason } from './rules/ignore-without-reason.ts';
import { issuerTrailingSlash } from './rules/issuer-trailing-slash.ts';
import { issuerUppercaseHost } from './rules/issuer-uppercase-host.ts';
import { kindMissingOnMixedGrant } from './rules/kind-missing-on-mixed-grant.ts';
import { longTokenAge } from './rules/long-token-age.ts';
import { missingDescription } from './rules/missing-description.ts';
import { missingSchemaLine } from './rules/missing-schema-line.ts';
import { mutableClaim } from './rules/mutable-claim.ts';
import { nearDuplicateId } from './rules/near-duplicate-id.ts';
import { noAudienceOnMultiAudienceIssuer } from './rules/no-audience-on-multi-audience-issuer.ts';
import { redundantDeny } from './rules/redundant-deny.ts';
import { ruleExpired } from './rules/rule-expired.ts';
import { ruleExpiresSoon } from './rules/rule-expires-soon.ts';
import { ruleWithoutTest } from './rules/rule-without-test.ts';
import { shadowedRule } from './rules/shadowed-rule.ts';
import { sharedIssuerWithoutTenant } from './rules/shared-issuer-without-tenant.ts';
import { subjectAny } from './rules/subject-any.ts';
import { subjectIdNotUuid } from './rules/subject-id-not-uuid.ts';
import { subjectWholeOrganization } from './rules/subject-whole-organization.ts';
import { templateNeverBound } from './rules/template-never-bound.ts';
import { ttlLongerThanToken } from './rules/ttl-longer-than-token.ts';
import { unusedIgnore } from './rules/unused-ignore.ts';
import { unusedIssuer } from './rules/unused-issuer.ts';
import { userControlledClaim } from './rules/user-controlled-claim.ts';

/** Every lint rule, by id. */
export const lintRules: readonly LintRule[] = [
  audienceGeneric,
  audienceIsIssuer,
  auditModeForgotten,
  contradictingRules,
  deadRule,
  emailWithoutEmailVerified,
  environmentWithoutProject,
  grantEverything,
  idUsedAsTwoKinds,
  ignoreWithoutReason,
  issuerTrailingSlash,
  issuerUppercaseHost,
  kindMissingOnMixedGrant,
  longTokenAge,
  missingDescription,
  missingSchemaLine,
  mutableClaim,
  nearDuplicateId,
  noAudienceOnMultiAudienceIssuer,
  redundantDeny,
  ruleExpired,
  ruleExpiresSoon,
  ruleWithoutTest,
  shadowedRule,
  sharedIssuerWithoutTenant,
  subjectAny,
  subjectIdNotUuid,
  subjectWholeOrganization,
  templateNeverBound,
  ttlLongerThanToken,
  unusedIgnore,
  unusedIssuer,
  userControlledClaim,
];
