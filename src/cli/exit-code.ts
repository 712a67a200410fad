/** What the command line answers with. Scripts branch on these: added rarely, never changed. */
export const exitCode = {
  /** Fine, or an allow. */
  ok: 0,
  /** A deny. */
  deny: 1,
  /** Something was found: errors, or files that are not in canonical form. */
  findings: 1,
  /** Wrong usage, a path that cannot be read, a policy that does not load. */
  usage: 2,
  /** There was nothing to check. */
  nothing: 3,
  /** No decision was possible: the issuer's keys cannot be had. */
  noDecision: 5,
  /** A fault of Countersign itself. */
  internal: 70,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
