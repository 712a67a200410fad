// @ts-check
import { createHash } from 'node:crypto';

const ORGANIZATION = '0191e223-1c3c-7607-badf-303c98b52d2f';
const ENVIRONMENT = '019527e4-75d5-704d-a5a4-a2b52cf56198';
export const AUDIENCE = 'https://secrets.example.com';
export const ISSUER = 'https://app.gitpod.io';
/** Seconds since the epoch. */
export const NOW = 1_767_225_600;

/**
 * The id of a project: a UUID that looks like any other and is the same in every run.
 * @param {number} index
 */
export function projectId(index) {
  const hex = createHash('sha256').update(String(index)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @param {string} project */
export const projectPath = (project) => `org:${ORGANIZATION}/prj:${project}`;

/** @param {string} project */
export const resourceOf = (project) => `secret/${project}/db`;

const issuer = {
  name: 'gitpod',
  url: ISSUER,
  subject: ['gitpod'],
  audiences: [AUDIENCE],
  algorithms: ['RS256'],
  tokenType: ['JWT'],
  maxLifetime: 86_400,
  clockSkew: 30,
  at: { file: 'policies/issuers.yaml', line: 3, column: 3 },
};

/**
 * As `parsePolicy` would return it: one rule a project, one prefix and one grant each.
 * @param {readonly string[]} projects
 * @returns {import('../../dist/policy/policy.js').Policy}
 */
export function policyByProject(projects) {
  const rules = projects.map((project, i) => ({
    id: `project-${i}`,
    effect: /** @type {const} */ ('allow'),
    mode: /** @type {const} */ ('enforce'),
    when: { issuers: ['gitpod'], subjects: [{ prefix: projectPath(project) }], claims: [] },
    grants: [{ actions: ['read'], resources: [`secret/${project}/**`] }],
    at: { file: 'policies/projects.yaml', line: 8 * i + 3, column: 9 },
  }));
  return { issuers: [issuer], rules };
}

/**
 * The same, told apart by a claim alone.
 * @param {readonly string[]} projects
 * @returns {import('../../dist/policy/policy.js').Policy}
 */
export function policyByClaim(projects) {
  const { issuers, rules } = policyByProject(projects);
  const byClaim = rules.map((rule, i) => {
    const claim = { key: 'repository_id', steps: ['repository_id'], matcher: { oneOf: [projects[i] ?? ''] } };
    return { ...rule, when: { issuers: ['gitpod'], claims: [claim] } };
  });
  return { issuers, rules: byClaim };
}

/**
 * A verified token of an environment of a project.
 * @param {string} project
 */
export function tokenOf(project) {
  const sub = `${projectPath(project)}/env:${ENVIRONMENT}`;
  const claims = { iss: ISSUER, sub, aud: AUDIENCE, exp: NOW + 600, iat: NOW, repository_id: project };
  return { issuer: ISSUER, claims };
}
