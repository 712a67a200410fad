import type {
  Change,
  Direction,
  Flip,
  PolicyDifference,
  RuleChange,
  RuleVersions,
  TrustChange,
} from '../../analysis/index.ts';
import type { Decision } from '../../decision/decision.ts';
import { quote } from '../../policy/quote.ts';
import type { Issuer, TrustRule } from '../../policy/policy.ts';
import type {
  Answer,
  Approval,
  ChangedPlace,
  DiffReport,
  Finding,
  ReportedWitness,
} from '../output/diff/diff-report.ts';
import { ruleChangeInWords } from './change-in-words.ts';
import { fingerprintOf } from './fingerprint.ts';
import { trustChangeInWords } from './trust-in-words.ts';

/** What was found, with the approvals it meets. */
export function diffReportOf(
  difference: PolicyDifference,
  sides: Pick<DiffReport, 'old' | 'new'>,
  approvals: readonly Approval[],
): DiffReport {
  const reasons = new Map(approvals.map(({ fingerprint, reason }) => [fingerprint, reason]));
  const gains = difference.gains.map((change) => {
    const finding = findingOf(change, 'gain');
    const approved = reasons.get(finding.fingerprint);
    return approved === undefined ? finding : { ...finding, approved };
  });
  const known = new Set(gains.map(({ fingerprint }) => fingerprint));
  return {
    version: 1,
    old: sides.old,
    new: sides.new,
    gains,
    losses: difference.losses.map((change) => findingOf(change, 'loss')),
    undecided: difference.undecided.map((one) => ({
      direction: one.direction,
      class: one.class,
      message: `whether something is ${one.direction === 'gain' ? 'gained' : 'lost'} by rule ${quote((one.after ?? one.before)?.id)} is not decided: ${UNDECIDED}`,
      places: placesOf(one),
    })),
    unchanged: difference.unchanged.map((one) => ({ how: one.how, places: placesOf(one) })),
    unusedApprovals: approvals.filter(({ fingerprint }) => !known.has(fingerprint)),
  };
}

const UNDECIDED = 'its conditions depend on each other, or too many rules meet it';

function findingOf(change: Change, direction: Direction): Finding {
  const places = change.class === 'trust' ? issuerPlaces(change) : placesOf(change);
  return {
    direction,
    class: change.class,
    change: nameOf(change),
    message: change.class === 'trust' ? trustChangeInWords(change, direction) : ruleChangeInWords(change, direction),
    fingerprint: fingerprintOf(change, direction),
    places,
    ...(change.class === 'trust' ? {} : { box: change.box, allows: change.allows.map(({ id }) => id) }),
    ...(change.flip === undefined ? {} : { witness: witnessOf(change.flip) }),
    confirmed: change.flip !== undefined,
  };
}

function nameOf(change: RuleChange | TrustChange): string {
  const { before, after } = change;
  const how = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return `${change.class === 'trust' ? change.what : change.effect}-${how}`;
}

function placesOf({ before, after }: RuleVersions): readonly ChangedPlace[] {
  const place = (side: 'old' | 'new', { id, at }: TrustRule): ChangedPlace => ({ side, what: 'rule', name: id, ...at });
  return [
    ...(after === undefined ? [] : [place('new', after)]),
    ...(before === undefined ? [] : [place('old', before)]),
  ];
}

function issuerPlaces({ before, after }: TrustChange): readonly ChangedPlace[] {
  const place = (side: 'old' | 'new', { name, at }: Issuer): ChangedPlace => ({ side, what: 'issuer', name, ...at });
  return [
    ...(after === undefined ? [] : [place('new', after)]),
    ...(before === undefined ? [] : [place('old', before)]),
  ];
}

function witnessOf({ witness, before, after }: Flip): ReportedWitness {
  return { ...witness, old: answerOf(before), new: answerOf(after) };
}

function answerOf({ effect, reasons, expiresAt }: Decision): Answer {
  const [{ code }] = reasons;
  const rules = reasons.flatMap((reason) => (reason.code === code && reason.rule !== undefined ? [reason.rule] : []));
  return { effect, code, rules, until: expiresAt };
}
