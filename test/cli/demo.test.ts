import { describe, expect, test } from '@jest/globals';
import { foes, friends } from '../../src/cli/demo/cast.ts';
import { isAsExpected, type Scene } from '../../src/cli/demo/perform.ts';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli } from './cli.ts';

const steady = (output: string): string =>
  output
    .replace(/127\.0\.0\.1:\d{5}:?/, '127.0.0.1:<port>')
    .replace(/`1\d{9}`/g, '`<time>`')
    .replace(/now is\s+`?1\d{9}`?/, 'now is <time>');

describe('demo', () => {
  test('shows who asks what, what is decided, and why', async () => {
    const { code, stdout, stderr } = await cli(['demo'], { cwd: await directoryOf({}) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(steady(stdout)).toMatchSnapshot();
  });

  test('shows the same in colour', async () => {
    const plain = await cli(['demo']);
    const colored = await cli(['demo', '--color']);
    expect(steady(colored.stdout.replace(/\u001b\[[0-9;]*m/g, ''))).toBe(steady(plain.stdout));
    expect(colored.stdout).toContain('\u001b[1;32mALLOW');
    expect(colored.stdout).toContain('\u001b[1;31mDENY');
  });

  test('has a token of every kind of principal', () => {
    const kinds = friends.map(({ token }) => Object.keys(token).join());
    for (const kind of ['user', 'runner', 'environment', 'project', 'serviceAccount']) {
      expect({ kind, found: kinds.some((names) => names.includes(kind)) }).toEqual({ kind, found: true });
    }
    expect(foes.map(({ expected }) => expected.effect)).toEqual(['deny', 'deny', 'deny', 'deny']);
  });

  test('decides by other policies, which it expects nothing of', async () => {
    const cwd = await directoryOf({ 'none.yaml': `${text('policies/issuers.yaml')}\nrules: []\n` });
    const { code, stdout } = await cli(['demo', 'none.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('\n0 allowed, 10 denied. Where to go');
  });

  test.each([
    ['missing', 2, /`nowhere` does not exist/],
    ['broken', 2, /error\[unsupported-version\]/],
    ['empty', 3, /there is no policy file/],
  ])('says what is wrong with policies that are %s', async (name, code, stderr) => {
    const cwd = await directoryOf({ 'broken/a.yaml': 'version: 9\n', empty: null });
    const run = await cli(['demo', name === 'missing' ? 'nowhere' : name], { cwd });
    expect(run).toEqual({ code, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  const [role] = friends;
  const scene = (effect: 'allow' | 'deny', code: string, rule?: string): Scene =>
    ({ role, claims: {}, decision: { effect, reasons: [{ code, message: '', rule }] } }) as unknown as Scene;
  test.each([
    ['the decision', scene('allow', 'rule_matched', 'users-own-secrets'), true],
    ['another rule', scene('allow', 'rule_matched', 'another'), false],
    ['another reason', scene('allow', 'audit_rule_matched', 'users-own-secrets'), false],
    ['another effect', scene('deny', 'rule_matched', 'users-own-secrets'), false],
  ])('tells %s from the one expected', (_, played, expected) => {
    expect(isAsExpected(played)).toBe(expected);
  });
});
