// @ts-check
import { setFlagsFromString } from 'node:v8';
import { compilePolicy } from '../dist/decision/compile.js';
import { decide } from '../dist/decision/decide.js';
import {
  NOW,
  policyByClaim,
  policyByProject,
  projectId,
  projectPath,
  resourceOf,
  tokenOf,
} from './harness/many-rules.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */
/** Decides about one project, and says whether that was an allow. @typedef {(project: string) => boolean | Promise<boolean>} Decider */

const SIZES = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
/** Above so many rules a peer needs minutes to load, or gigabytes, and is left out. */
const MOST = {
  casbin: 10_000,
  '@casl/ability': 100_000,
  '@cedar-policy/cedar-wasm/nodejs': 10_000,
  '@marcbachmann/cel-js': 10_000,
};
const HOT = 1_000;

/** @type {Benchmark} */
export const benchmark = {
  title: 'One decision among many rules',
  axes: { x: 'rules', y: 'time of a decision', logX: true, logY: true },
  rounds: 5,
  async *run(context) {
    for (const count of SIZES) {
      const projects = Array.from({ length: count }, (_, i) => projectId(i));
      const byProject = compilePolicy(policyByProject(projects));
      const byClaim = count < 1_000 ? undefined : compilePolicy(policyByClaim(projects));
      /** @type {(policy: import('../dist/decision/compile.js').CompiledPolicy) => Decider} */
      const ours = (policy) => (project) => decide(policy, tokenOf(project), request(project)).effect === 'allow';
      /** @type {Record<string, () => Promise<number>>} */
      const series = {};
      const hot = pick(projects, HOT);
      await expectRight(ours(byProject), hot);
      series['countersign, 1,000 projects in turn'] = () => microseconds(ours(byProject), hot);
      series['countersign, any project'] = () => microseconds(ours(byProject), pick(projects, 20_000));
      series['countersign, no rule for it'] = () => microseconds(ours(byProject), [projectId(-1), projectId(-2)]);
      if (byClaim !== undefined)
        series['countersign, a claim tells rules apart'] = () => microseconds(ours(byClaim), hot);
      series['the work around a decision'] = () =>
        microseconds((project) => (tokenOf(project), request(project), true), hot);
      for (const [name, decider] of await peers(context, projects)) {
        await expectRight(decider, hot.slice(0, 3));
        const worst = name === '@casl/ability' ? projects.slice(0, 1) : projects.slice(-1);
        series[`${name}, the rule it finds last`] = () => microseconds(decider, worst);
      }
      yield* context.rows(await context.measure(series), { unit: 'µs', x: count });
    }
  },
};

/** @param {string} project */
const request = (project) => ({ action: 'read', resource: resourceOf(project), now: NOW });

/**
 * So many projects, each drawn from all of them.
 * @param {readonly string[]} projects
 * @param {number} count
 */
function pick(projects, count) {
  return Array.from({ length: count }, () => projects[Math.floor(Math.random() * projects.length)] ?? '');
}

/**
 * A benchmark of wrong answers would say nothing.
 * @param {Decider} decider
 * @param {readonly string[]} projects
 */
async function expectRight(decider, projects) {
  for (const project of projects)
    if (!(await decider(project))) throw new Error('a decision that should be an allow is not');
  if (await decider(projectId(-1))) throw new Error('a decision that should be a deny is not');
}

/**
 * Microseconds of a decision, over a tenth of a second or all projects once, whichever is longer.
 * @param {Decider} decider
 * @param {readonly string[]} projects
 */
async function microseconds(decider, projects) {
  const start = performance.now();
  let decisions = 0;
  do {
    for (const project of projects) {
      const allowed = decider(project);
      if (typeof allowed !== 'boolean') await allowed;
    }
    decisions += projects.length;
  } while (performance.now() - start < 100);
  return ((performance.now() - start) * 1_000) / decisions;
}

/**
 * Every peer that is installed and takes so many rules, each with what it needs prepared beforehand.
 * @param {import('./harness/context.js').Context} context
 * @param {readonly string[]} projects
 * @returns {Promise<readonly (readonly [name: string, decider: Decider])[]>}
 */
async function peers(context, projects) {
  /** @type {[string, Decider][]} */
  const found = [['a plain loop', plainLoop(projects)]];
  for (const [name, prepare] of Object.entries(PEERS)) {
    const most = MOST[/** @type {keyof typeof MOST} */ (name)];
    const module = projects.length > most ? undefined : await context.peer(name);
    if (module !== undefined) found.push([name, await prepare(module, projects)]);
  }
  return found;
}

/**
 * What is written first where there are few rules: each is asked until one says yes.
 * @param {readonly string[]} projects
 * @returns {Decider}
 */
function plainLoop(projects) {
  const rules = projects.map((project) => ({
    prefix: projectPath(project),
    actions: ['read'],
    under: `secret/${project}/`,
  }));
  return (project) => {
    const { sub } = tokenOf(project).claims;
    const { action, resource } = request(project);
    return rules.some(
      ({ prefix, actions, under }) =>
        (sub === prefix || sub.startsWith(`${prefix}/`)) && actions.includes(action) && resource.startsWith(under),
    );
  };
}

/** @type {Record<string, (module: any, projects: readonly string[]) => Decider | Promise<Decider>>} */
const PEERS = {
  /** An exact subject, which spares it the prefix, and keyMatch for the resource; the synchronous enforcer. */
  async casbin({ newModelFromString, newSyncedEnforcer, StringAdapter }, projects) {
    const model = newModelFromString(`
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && keyMatch(r.obj, p.obj)`);
    const lines = projects.map((project) => `p, ${projectPath(project)}, secret/${project}/*, read`).join('\n');
    const enforcer = await newSyncedEnforcer(model, new StringAdapter(lines));
    return (project) => enforcer.enforceSync(projectPath(project), resourceOf(project), 'read');
  },

  /** One ability with a rule a project; it asks the rules from the last to the first. */
  '@casl/ability'({ AbilityBuilder, createMongoAbility, subject }, projects) {
    const { can, build } = new AbilityBuilder(createMongoAbility);
    for (const project of projects) can('read', 'Secret', { project });
    const ability = build();
    return (project) => ability.can('read', subject('Secret', { project }));
  },

  /** The policy set is parsed beforehand; a project is an entity, which spares it the prefix. */
  '@cedar-policy/cedar-wasm/nodejs'(module, projects) {
    // Node 20 ends with `unreachable code` where it gives up code that such calls were inlined into.
    setFlagsFromString('--no-turbo-inline-js-wasm-calls');
    const cedar = module.default ?? module;
    const staticPolicies = Object.fromEntries(
      projects.map((project, i) => [
        `p${i}`,
        `permit(principal == Project::"${project}", action == Action::"read", resource) when { context.path like "secret/${project}/*" };`,
      ]),
    );
    const name = `projects-${projects.length}`;
    const parsed = cedar.preparsePolicySet(name, { staticPolicies });
    if (parsed.type !== 'success') throw new Error('Cedar refuses the policies');
    return (project) => {
      const answer = cedar.statefulIsAuthorized({
        principal: { type: 'Project', id: project },
        action: { type: 'Action', id: 'read' },
        resource: { type: 'Secret', id: 'any' },
        context: { path: resourceOf(project) },
        preparsedPolicySetId: name,
        entities: [],
      });
      return answer.type === 'success' && answer.response.decision === 'allow';
    };
  },

  /** Expressions are parsed beforehand and asked one by one. */
  '@marcbachmann/cel-js'({ parse }, projects) {
    const rules = projects.map((project) =>
      parse(
        `(sub == "${projectPath(project)}" || sub.startsWith("${projectPath(project)}/")) && action == "read" && resource.startsWith("secret/${project}/")`,
      ),
    );
    return (project) => {
      const facts = { sub: tokenOf(project).claims.sub, action: 'read', resource: resourceOf(project) };
      return rules.some((rule) => rule(facts) === true);
    };
  },
};
