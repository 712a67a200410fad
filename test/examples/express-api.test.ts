import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directoryOf } from '../files/directory.ts';
import type { Running } from '../http/frameworks/listen.ts';
import { publishIssuer } from '../http/published-issuer.ts';
import { startProgram } from '../http/runtimes/runtime.ts';
import { root, text } from '../repository/repository.ts';

describe('the Express example', () => {
  let issuer: Awaited<ReturnType<typeof publishIssuer>>;
  let server: Running;

  beforeAll(async () => {
    issuer = await publishIssuer();
    const policy = text('examples/express-api/policy.yaml').replace('https://app.gitpod.io', issuer.url);
    const directory = await directoryOf({ 'policy.yaml': policy });
    const args = [join(root, 'examples/express-api/server.js'), join(directory, 'policy.yaml')];
    server = await startProgram(process.execPath, args, root, /"port":(\d+)/, { PORT: '0' });
  });

  afterAll(async () => {
    await server?.close();
    await issuer?.close();
  });

  const ask = async (sub: string | undefined, method: string, name: string): Promise<[number, string]> => {
    const token = sub === undefined ? undefined : await issuer.token({ sub, aud: 'https://notes.example.com' });
    const response = await fetch(`http://127.0.0.1:${server.port}/notes/${name}`, {
      method,
      headers: { 'content-type': 'text/plain', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(method === 'PUT' ? { body: 'Hello.' } : {}),
    });
    return [response.status, await response.text()];
  };
  const environment = 'org:acme/prj:payments/env:e1';
  const user = 'org:acme/user:ada';

  test.each<
    [who: string, sub: string | undefined, method: string, name: string, status: number, body: string | undefined]
  >([
    ['an environment', environment, 'GET', 'release', 200, 'Ship on Monday.'],
    ['an environment', environment, 'PUT', 'plan', 403, undefined],
    ['an environment of another project', 'org:acme/prj:other/env:e1', 'GET', 'release', 403, undefined],
    ['a user', user, 'PUT', 'plan', 200, 'written by org:acme/user:ada'],
    ['a user', user, 'GET', 'plan', 200, 'Hello.'],
    ['a user', user, 'PUT', 'release', 403, undefined],
    ['a user', user, 'GET', 'nothing', 404, undefined],
    ['a user of another organisation', 'org:acme-evil/user:eve', 'GET', 'release', 403, undefined],
    ['nobody', undefined, 'GET', 'release', 401, undefined],
  ])('answers %s (%s) who asks to %s %s with %d', async (_, sub, method, name, status, body) => {
    const [answered, said] = await ask(sub, method, name);
    expect(answered).toBe(status);
    if (body !== undefined) expect(said).toBe(body);
  });
});
