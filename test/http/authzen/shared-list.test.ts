/**
 * The certification scenario of AuthZEN, a list of tasks that several people share, in policies of our own: viewers see
 * people and tasks; editors add tasks, and change and drop their own; a cleaner drops any, a meddler changes any.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Service, startService } from './service.ts';

const allow = (id: string, role: string | undefined, actions: string[], resources: string[]): object => ({
  id,
  effect: 'allow',
  when: { issuer: 'people', ...(role === undefined ? {} : { claims: { roles: { contains: role } } }) },
  grants: [{ actions, resources }],
});
const RULES = [
  allow('see', 'viewer', ['see-person', 'list'], ['person/*', 'task/**']),
  allow('add', 'editor', ['add'], ['task/*']),
  allow('own', 'editor', ['change', 'drop'], ['task/${claims.mail}/*']),
  allow('clean', 'cleaner', ['drop'], ['task/**']),
  allow('meddle', 'meddler', ['change'], ['task/**']),
];

const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  'noor@lab.example': ['viewer', 'editor', 'cleaner', 'meddler'],
  'ines@lab.example': ['viewer', 'editor'],
  'otto@home.example': ['viewer', 'editor'],
  'lena@home.example': ['viewer'],
  'paul@home.example': ['viewer'],
};
const OTHERS = 'somebody@lab.example';

/** What is asked about, and who may: everybody by role. */
const QUESTIONS: [action: string, type: string, id: (own: string) => string, roles: string[]][] = [
  ['see-person', 'person', () => 'lena@home.example', ['viewer']],
  ['see-person', 'person', (own) => own, ['viewer']],
  ['list', 'task', () => 'all', ['viewer']],
  ['add', 'task', () => 'new', ['editor']],
  ['change', 'task', (own) => `${own}/1`, ['editor', 'meddler']],
  ['change', 'task', () => `${OTHERS}/1`, ['meddler']],
  ['drop', 'task', (own) => `${own}/1`, ['editor', 'cleaner']],
  ['drop', 'task', () => `${OTHERS}/1`, ['cleaner']],
];

const table = Object.entries(PEOPLE).flatMap(([mail, roles]) =>
  QUESTIONS.map(([action, type, id, may]): [string, string, string, string, boolean] => [
    mail,
    action,
    type,
    id(mail),
    roles.some((role) => may.includes(role)),
  ]),
);

let service: Service;
beforeAll(async () => {
  service = await startService(RULES, 'opaque');
});
afterAll(() => service.close());

const authorization = async (mail: string): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await service.token({ sub: mail, mail, roles: PEOPLE[mail] })}`,
});

test('the table holds the 40 decisions of the scenario, 26 of them permits', () => {
  expect([table.length, table.filter((row) => row[4]).length]).toEqual([40, 26]);
});

describe('one at a time', () => {
  test.each(table)('%s may %s %s %s: %p', async (mail, name, type, id, expected) => {
    const question = { subject: { type: 'user', id: mail }, action: { name }, resource: { type, id } };
    const { status, body } = await service.post('/access/v1/evaluation', question, await authorization(mail));
    expect([status, body]).toMatchObject([200, { decision: expected }]);
  });
});

describe('all of a person in one request', () => {
  test.each(Object.keys(PEOPLE))('%s', async (mail) => {
    const rows = table.filter(([who]) => who === mail);
    const { body } = await service.post(
      '/access/v1/evaluations',
      {
        subject: { type: 'user', id: mail },
        evaluations: rows.map(([, name, type, id]) => ({ action: { name }, resource: { type, id } })),
      },
      await authorization(mail),
    );
    const { evaluations } = body as { evaluations: { decision: boolean }[] };
    expect(evaluations.map(({ decision }) => decision)).toEqual(rows.map((row) => row[4]));
  });
});
