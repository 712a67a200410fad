import type { Place } from '../../../policy/policy.ts';
import { visible } from '../../../policy/quote.ts';
import type { InvariantResult } from '../../../suite/run-invariant.ts';
import type { TestReport } from '../../../suite/test-report.ts';
import { relativePath } from '../lint/relative-path.ts';
import { paintWith } from '../paint.ts';
import { workflowCommand } from '../workflow-command.ts';
import { describeMissing } from './coverage-table.ts';
import { describeInvariant } from './invariant.ts';
import { reportSurvivor } from './survivors.ts';
import { why } from './why.ts';

/**
 * Workflow commands of GitHub Actions: an error at each case that failed and each invariant not proven, a warning at each place that no case covers and
 * at each rule of which a mutant survives.
 */
export function formatGithub({ suites, coverage, mutation }: TestReport): string {
  const failed = suites.flatMap(({ policy, results }) =>
    results
      .filter(({ passed }) => !passed)
      .map((result) => {
        const { name, at } = result.case;
        const text = [...result.differences.map(visible), '', why(result, policy, plain)].join('\n');
        return annotation('error', at, visible(name), text);
      }),
  );
  const broken = suites.flatMap(({ invariants }) => invariants.filter(({ passed }) => !passed)).map(annotateInvariant);
  const uncovered = (coverage?.coverage.rules ?? []).flatMap(({ rule, items }) =>
    items
      .filter(({ cases }) => cases === 0)
      .map((item) => annotation('warning', item.at, `not covered: ${visible(rule)}`, describeMissing(item))),
  );
  const survivors = (mutation?.mutation.survivors ?? []).map((survivor) => {
    const { rule, at } = survivor.mutant;
    return annotation('warning', at, `mutant survives: ${visible(rule.id)}`, reportSurvivor(survivor, plain));
  });
  return [...failed, ...broken, ...uncovered, ...survivors].join('');
}

const plain = paintWith(false);

/** An error at an invariant that is not proven. */
export function annotateInvariant(result: InvariantResult): string {
  const { name, at } = result.invariant;
  return annotation('error', at, visible(name), describeInvariant(result).join('\n'));
}

function annotation(level: 'error' | 'warning', at: Place, title: string, text: string): string {
  return workflowCommand(level, { file: relativePath(at.file), line: at.line, col: at.column, title }, text);
}
