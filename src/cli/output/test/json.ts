import { type SuiteReport, summaryOf, type TestReport } from '../../../suite/test-report.ts';
import { type Mutation, type Survivor } from '../../../suite/mutation/tally-mutants.ts';
import { formatJson } from '../json.ts';
import { invariantAsJson } from './invariant-json.ts';
import { roundedScore } from './survivors.ts';
import { witnessCase } from './witness-case.ts';

/** JSON under `schemas/test-output.schema.json`. */
export function formatTestJson(report: TestReport): string {
  const { coverage, mutation } = report;
  return `${formatJson({
    version: 1,
    suites: report.suites.map(suiteAsJson),
    summary: summaryOf(report),
    ...(coverage === undefined ? {} : { coverage: coverage.coverage }),
    ...(mutation === undefined ? {} : { mutation: mutationAsJson(mutation.mutation) }),
  })}\n`;
}

function suiteAsJson({ file, results, invariants }: SuiteReport): object {
  const cases = results.map(({ case: { name, at, expected }, passed, differences, decision }) => ({
    name,
    at,
    passed,
    expected,
    differences,
    decision,
  }));
  return { file, cases, invariants: invariants.map(invariantAsJson) };
}

function mutationAsJson(mutation: Mutation): object {
  const { killed, survivors, equivalent, undecided } = mutation;
  return { killed, equivalent, undecided, percent: roundedScore(mutation), survivors: survivors.map(survivorAsJson) };
}

function survivorAsJson(survivor: Survivor): object {
  const { operator, rule, at, description } = survivor.mutant;
  return { operator, rule: rule.id, at, description, ...survivor.difference, case: witnessCase(survivor) };
}
