import { afterEach, describe, expect, test } from '@jest/globals';
import { redactTokens } from '../../src/cli/redact-tokens.ts';
import { reportError } from '../../src/cli/report-error.ts';
import type { Terminal } from '../../src/cli/output/terminal.ts';
import { CountersignError, type ErrorCode } from '../../src/decision/reason.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

function report(error: unknown): { code: number; stderr: string } {
  let stderr = '';
  const output = { color: false, interactive: false, paint: (_: string, text: string) => text };
  const write = (text: string): void => {
    stderr += text;
  };
  const terminal: Terminal = { out: { ...output, write }, err: { ...output, write } };
  return { code: reportError(error, terminal), stderr };
}

describe('reporting an error', () => {
  afterEach(() => {
    delete process.env['COUNTERSIGN_DEBUG'];
  });

  const codes: Record<ErrorCode, number> = {
    ERR_POLICY_INVALID: 2,
    ERR_POLICY_UNREADABLE: 2,
    ERR_PACKAGE_MISSING: 2,
    ERR_KEYS_UNAVAILABLE: 5,
    ERR_ENGINE_CLOSED: 70,
  };
  test.each(Object.entries(codes))('answers %s with %i', (code, exit) => {
    expect(report(new CountersignError(code as ErrorCode, 'why')).code).toBe(exit);
  });

  test('asks to report a fault, in one line and without a stack', () => {
    const { code, stderr } = report(new RangeError('odd'));
    expect({ code, stderr }).toEqual({
      code: 70,
      stderr:
        'error: this is a fault of countersign (RangeError: odd)\n' +
        'help: please report it, with the command and what COUNTERSIGN_DEBUG=1 adds\n',
    });
  });

  test('adds the stack for who asks for it', () => {
    process.env['COUNTERSIGN_DEBUG'] = '1';
    expect(report(new RangeError(`odd ${TOKEN}`)).stderr).toMatch(/\n {4}at /);
    expect(report(new RangeError(`odd ${TOKEN}`)).stderr).not.toContain('eyJ');
  });

  test.each([[undefined], [null], ['text'], [{}]])('takes %p for a fault too', (thrown) => {
    expect(report(thrown).code).toBe(70);
  });
});

describe('redacting tokens', () => {
  test.each([
    [`no file \`${TOKEN}\``, 'no file `<token>`'],
    [`./${TOKEN}/x`, './<token>/x'],
    [`${TOKEN}.more.parts`, '<token>'],
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWI', '<token>'],
    [`--token=${TOKEN}`, '--token=<token>'],
    ['ewogImFsZyI6Im5vbmUifQ.e30.', '<token>'],
  ])('hides %j', (text, redacted) => {
    expect(redactTokens(text)).toBe(redacted);
  });

  test.each(['https://secrets.example.com', 'policies/example.test.yaml', 'e2e.example.org', 'a.b.c'])(
    'leaves %s alone',
    (text) => {
      expect(redactTokens(text)).toBe(text);
    },
  );
});
