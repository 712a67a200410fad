import { afterEach, describe, expect, test } from '@jest/globals';
import { createEngine, type Engine, type EngineExplanation, type Stage } from '../../src/engine/index.ts';
import { claims, encode, ISSUER, jwk, mint, NOW, rsaPair } from '../token/tokens.ts';
import { policyOf } from './policies.ts';
import { PublishedIssuer } from './published-issuer.ts';

const rsa = rsaPair();
const next = rsaPair();
const header = { alg: 'RS256', kid: 'one' };
const token = mint(rsa, header);
const tokenOf = (changes: object): string => mint(rsa, header, { ...claims, ...changes });
const [head = '', payload = '', signature = ''] = token.split('.');

const policies = policyOf({
  issuers: { gitpod: { url: ISSUER, subject: 'gitpod', audiences: [claims['aud']] } },
  rules: [
    { id: 'everybody', effect: 'allow', when: { issuer: 'gitpod' } },
    { id: 'team', effect: 'allow', when: { issuer: 'gitpod', claims: { team: 'payments' } } },
  ],
});

const engines: Engine[] = [];

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

async function start(): Promise<{ engine: Engine; issuer: PublishedIssuer }> {
  const issuer = new PublishedIssuer(ISSUER, [jwk(rsa, { kid: 'one', use: 'sig' })]);
  const engine = await createEngine({ policies, clock: () => NOW, fetch: issuer.fetch });
  engines.push(engine);
  return { engine, issuer };
}

const marks = { passed: '+', failed: '!', 'not-reached': '-' };
const journey = ({ steps }: EngineExplanation): string =>
  steps.map(({ name, status }) => marks[status] + name).join(' ');
const step = ({ steps }: EngineExplanation, stage: Stage): EngineExplanation['steps'][number] | undefined =>
  steps.find(({ name }) => name === stage);

describe('the journey of a token', () => {
  const unread = '-issuer -header -key -signature -times -names +request -audience -subject';
  const rest = '+request +audience +subject';

  test.each<[name: string, given: unknown, steps: string, verified: boolean]>([
    ['that is genuine', token, `+size +form +issuer +header +key +signature +times +names ${rest}`, true],
    ['that is missing', undefined, `!size -form ${unread}`, false],
    ['that is too long', 'a'.repeat(20_000), `!size -form ${unread}`, false],
    ['that is no JWT', 'a.b', `+size !form ${unread}`, false],
    ['of an issuer that nobody trusts', tokenOf({ iss: 'https://evil.example' }), '+size +form !issuer -header -key -signature -times -names +request -audience -subject', false],
    ['with another algorithm', `${encode({ alg: 'HS256', kid: 'one' })}.${payload}.${signature}`, `+size +form +issuer !header -key -signature +times -names ${rest}`, false],
    ['that nobody signed', `${head}.${payload}.`, `+size +form +issuer +header -key !signature +times -names ${rest}`, false],
    ['of another key id', mint(rsa, { ...header, kid: 'two' }), `+size +form +issuer +header !key -signature +times -names ${rest}`, false],
    ['of another key', mint(next, header), `+size +form +issuer +header +key !signature +times -names ${rest}`, false],
    ['whose claims were changed', `${head}.${encode({ ...claims, exp: NOW - 99 })}.${signature}`, `+size +form +issuer +header +key !signature !times -names ${rest}`, false],
    ['that is over', tokenOf({ exp: NOW - 99, iat: NOW - 999 }), `+size +form +issuer +header +key +signature !times -names ${rest}`, true],
    ['without a subject', tokenOf({ sub: undefined }), '+size +form +issuer +header +key +signature +times !names +request +audience !subject', true],
    ['for nobody here', tokenOf({ aud: 'other' }), '+size +form +issuer +header +key +signature +times +names +request !audience +subject', true],
  ])('%s', async (_, given, steps, verified) => {
    const { engine } = await start();
    const explanation = await engine.explain(given);
    expect(journey(explanation)).toBe(steps);
    expect(explanation.verified).toBe(verified);
    const marked = [...explanation.steps, ...explanation.rules, ...explanation.rules.flatMap(({ conditions }) => conditions)];
    expect(new Set(marked.map((one) => one.verified))).toEqual(new Set([verified]));
    const { id: _id, token: named, ...decision } = await engine.authorize(given);
    expect(explanation.decision).toEqual(decision);
    expect(explanation.token).toEqual(named);
  });
}); // prettier-ignore

test('a token that cannot be read leaves no rules', async () => {
  const { engine } = await start();
  expect((await engine.explain('a.b')).rules).toEqual([]);
});

test('a key that was taken back is told from those there are', async () => {
  const { engine, issuer } = await start();
  issuer.keys = [jwk(next, { kid: 'two', use: 'sig' }), jwk(rsaPair(), { use: 'sig' })];
  const explanation = await engine.explain(token);
  const { hints, reason } = step(explanation, 'key')!;
  expect(hints).toMatchObject([{ code: 'key-rotated', expected: ['two'] }]);
  expect(reason).toMatchObject({ code: 'key_unknown', actual: 'one' });
  expect(explanation.decision?.reasons[0]).not.toHaveProperty('expected');
});

describe('where the keys cannot be had', () => {
  test('there is no decision, and the rules are explained on what the token claims', async () => {
    const { engine, issuer } = await start();
    issuer.down = true;
    const explanation = await engine.explain(tokenOf({ team: 'Payments' }));
    expect(explanation).not.toHaveProperty('decision');
    expect(explanation.verified).toBe(false);
    expect(step(explanation, 'key')?.error?.code).toBe('ERR_KEYS_UNAVAILABLE');
    expect(explanation.rules.map(({ rule, decides, missing }) => [rule, decides, missing])).toEqual([
      ['everybody', false, 1],
      ['team', false, 2],
    ]);
  });

  test('another failure rejects', async () => {
    const { engine } = await start();
    await engine.close();
    await expect(engine.explain(token)).rejects.toMatchObject({ code: 'ERR_ENGINE_CLOSED' });
  });
});

test('the request is explained too', async () => {
  const { engine } = await start();
  const explanation = await engine.explain(token, { resource: 'x' });
  expect(step(explanation, 'request')).toMatchObject({ status: 'failed', reason: { code: 'request_malformed' } });
});
