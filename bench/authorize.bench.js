// @ts-check
import { createEngine } from '../dist/engine/index.js';
import { policyByProject, projectId, projectPath } from './harness/many-rules.js';
import { AUDIENCE, ISSUER, microsecondsEach, signedTokens } from './harness/signed-tokens.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

const SIZES = [10, 1_000, 100_000, 1_000_000];
/** Above so many rules a decision of casbin takes milliseconds. */
const MOST_IN_CASBIN = 1_000;
const TOKENS = 200;

/** @type {Benchmark} */
export const benchmark = {
  title: 'From the token to the allow',
  axes: { x: 'rules', y: 'time of a token', logX: true, logY: true },
  rounds: 9,
  async *run(context) {
    for (const count of SIZES) {
      const projects = Array.from({ length: count }, (_, i) => projectId(i));
      const step = Math.max(1, Math.floor(count / TOKENS));
      const projectOf = (/** @type {number} */ i) => projectPath(projects[(i * step) % count] ?? '');
      const { tokens, jwk } = signedTokens('RS256', TOKENS, projectOf);
      const policies = policyByProject(projects);
      const keys = { [ISSUER]: { keys: [jwk] } };
      const anew = await createEngine({ policies, keys, cache: false, verification: 'inline' });
      const again = await createEngine({ policies, keys });
      // Plain access: every rule here is for resources of its own.
      const series = {
        'countersign, new tokens': microsecondsEach(tokens, TOKENS, (token) => anew.authorize(token)),
        'countersign, the same tokens again': microsecondsEach(tokens, 10 * TOKENS, (token) => again.authorize(token)),
        ...(await joseAndCasbin(context, projects, jwk, tokens)),
      };
      yield* context.rows(await context.measure(series), { unit: 'µs', x: count, baseline: 'countersign, new tokens' });
      await Promise.all([anew.close(), again.close()]);
    }
  },
};

/**
 * What people put together today, each part in its best configuration: keys at hand, exact subjects.
 * @param {import('./harness/context.js').Context} context
 * @param {readonly string[]} projects
 * @param {object} jwk
 * @param {readonly string[]} tokens
 * @returns {Promise<Record<string, () => Promise<number>>>}
 */
async function joseAndCasbin(context, projects, jwk, tokens) {
  const casbin = projects.length > MOST_IN_CASBIN ? undefined : await context.peer('casbin');
  if (casbin === undefined) return {};
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const keySet = createLocalJWKSet({ keys: [/** @type {import('jose').JWK} */ (jwk)] });
  const model = casbin.newModelFromString(`
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act`);
  const lines = projects.map((project) => `p, ${projectPath(project)}, read`).join('\n');
  const enforcer = await casbin.newSyncedEnforcer(model, new casbin.StringAdapter(lines));
  const authorize = async (/** @type {string} */ token) => {
    const { payload } = await jwtVerify(token, keySet, { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'] });
    const project = String(payload.sub).split('/').slice(0, 2).join('/');
    return enforcer.enforceSync(project, 'read');
  };
  return { 'jose and casbin, new tokens': microsecondsEach(tokens, TOKENS, authorize) };
}
