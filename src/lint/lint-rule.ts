import type { Edit } from './edit.ts';
import type { IgnoreComment } from './inline-ignore.ts';
import type { Policy } from '../policy/policy.ts';
import type { Route } from '../policy/document/route.ts';

/** One question asked of a policy that loads, or of a comment in it. Its page, `<id>.md`, stands beside it. */
export type LintRule = PolicyLintRule | CommentLintRule;

interface LintRuleFacts {
  /** Names the defect, in kebab-case; the name of its file and of its page. */
  readonly id: string;
  /** One sentence without a full stop: what it finds. */
  readonly summary: string;
  readonly severity: 'error' | 'warning';
  /** How bad it is for security, from 0.1 to 10, as code scanning ranks findings; left out where it is not. */
  readonly securitySeverity?: number;
  /** Whether it can mend what it finds. */
  readonly fixable?: true;
}

export interface PolicyLintRule extends LintRuleFacts {
  readonly check: (context: LintContext) => void;
}

/** Asked of each comment that ignores a lint rule which is on, and silences nothing. */
export interface CommentLintRule extends LintRuleFacts {
  readonly checkIdle: (comment: IgnoreComment) => Pick<Finding, 'message' | 'help'> | undefined;
}

export interface LintContext {
  readonly policy: Policy;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The text of a file that was linted. */
  readonly textOf: (file: string) => string;
  /** The files that were linted, in the order they were given. */
  readonly files: readonly string[];
  /** The ids of the trust rules that no test reaches; left out where there are no tests, or not all of them load. */
  readonly untested?: ReadonlySet<string>;
  readonly report: (finding: Finding) => void;
}

/** What a lint rule found, at a place it names by its way from an issuer, a rule or a file. */
export interface Finding {
  readonly at: Route;
  /** A sentence in lower case without a full stop, values quoted. */
  readonly message: string;
  /** How grave this one is, where that is not the same for all. */
  readonly severity?: 'error' | 'warning';
  /** How to mend it, in words. */
  readonly help?: string;
  /** Other places that belong to it. */
  readonly related?: readonly { readonly at: Route; readonly message: string }[];
  /** Edits that mend it and change nothing else of what the policy means. */
  readonly fix?: readonly Edit[];
}
