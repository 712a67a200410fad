import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { XmlDocument } from 'libxml2-wasm';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli } from './cli.ts';

const issuers = {
  gitpod: { url: 'https://app.gitpod.io', subject: 'gitpod', audiences: ['https://a.example'] },
  ci: { url: 'https://ci.example.com', audiences: ['https://a.example'] },
};

/** Rules of three organisations, their projects, environments and users. */
function manyRules(count: number): object {
  const actions = [['read'], ['read', 'list'], ['write'], ['deploy']];
  const rules = Array.from({ length: count }, (_, i) => {
    const org = `org:${['acme', 'umbrella', 'initech'][i % 3]}`;
    const subject = [`${org}/prj:p${i}`, `${org}/prj:q/env:e${i}`, `${org}/user:u${i}`, org][i % 4];
    return {
      id: `rule-${i}`,
      effect: i % 17 === 0 ? 'deny' : 'allow',
      when: i % 29 === 0 ? { issuer: 'ci', subject: `repo-${i}` } : { issuer: 'gitpod', subject },
      grants: [{ actions: actions[i % 5 === 0 ? 0 : i % 4], resources: [`secret/by-project/p${i}/**`] }],
    };
  });
  return { version: 1, issuers, rules };
}

const HOSTILE = {
  version: 1,
  issuers,
  rules: [
    {
      id: '"]; x [label="<script>alert(1)</script>',
      effect: 'allow',
      when: { issuer: 'ci', subject: ['<script>alert(1)</script>', ']]></style>', 'back\\', '3 subjects'] },
      grants: [{ actions: ['<img src=x onerror=alert(1)>'], resources: ['a&b/"><script>/--><svg onload=alert(1)>'] }],
    },
    { id: "it's", effect: 'deny', mode: 'audit', when: { issuer: 'ci', claims: { 'a"<b': '</title>' } } },
  ],
};

let cwd = '';
beforeAll(async () => {
  cwd = await directoryOf({
    'many.json': JSON.stringify(manyRules(500)),
    'turned.json': JSON.stringify({
      ...manyRules(500),
      rules: (manyRules(500) as { rules: object[] }).rules.reverse(),
    }),
    'hostile.json': JSON.stringify(HOSTILE),
    'empty.json': JSON.stringify({ version: 1, issuers, rules: [] }),
  });
});

async function graph(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(['graph', ...args], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The texts and the names of all elements of a picture, as a reader of XML sees them. */
function elementsOf(svg: string): { readonly names: ReadonlySet<string>; readonly texts: readonly string[] } {
  const document = XmlDocument.fromString(svg);
  try {
    const all = document.find('//*');
    const texts = document.find('//*[local-name()="text"]');
    return {
      names: new Set(all.map((node) => (node as unknown as { name: string }).name)),
      texts: texts.map((node) => node.content),
    };
  } finally {
    document.dispose();
  }
}

test('the picture of the policies here is what is drawn', async () => {
  const { stdout } = await cli(['graph', 'policies']);
  expect(stdout).toBe(text('docs/graph.svg'));
});

describe('a picture', () => {
  test('of 500 rules is small enough to read', async () => {
    const { texts } = elementsOf(await graph('many.json'));
    expect(texts.length).toBeLessThan(60);
    expect(texts).toEqual(
      expect.arrayContaining(['41 projects', '40 environments', '41 users', 'secret/by-project/500 names/**']),
    );
  });

  test('is the same for the same policy in another order', async () => {
    expect(await graph('turned.json')).toBe(await graph('many.json'));
  });

  test.each(['hostile.json', 'many.json', 'empty.json'])('of %s holds shapes and words only', async (file) => {
    const svg = await graph(file);
    const { names } = elementsOf(svg);
    expect([...names].filter((name) => !['svg', 'style', 'rect', 'path', 'g', 'text', 'title', 'circle'].includes(name))).toEqual([]); // prettier-ignore
    expect(svg).not.toMatch(/\b(?:href|on\w+|src)\s*=\s*["'](?!http:\/\/www\.w3\.org)|url\(|@import/i);
    expect(svg.match(/https?:[^"<]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  test('shows hostile texts as they are', async () => {
    const { texts } = elementsOf(await graph('hostile.json'));
    expect(texts).toEqual(expect.arrayContaining(['<script>alert(1)</script>', ']]></style>', '3 subjects', 'back\\']));
  });

  test('says where nobody may do anything', async () => {
    expect(elementsOf(await graph('empty.json')).texts[0]).toBe('no rule: nobody may do anything');
  });
});

test('a page may run and load nothing, and its style is the one it allows', async () => {
  const page = await graph('hostile.json', '--format', 'html');
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
  expect(page.match(/<style|<script|style="/g)).toEqual(['<style']);
});

test('a graph for Graphviz', async () => {
  expect(await graph('hostile.json', '--format', 'dot')).toMatchSnapshot();
});

test.each<[string, readonly string[], number, RegExp]>([
  ['a format that is not there', ['--format', 'png'], 2, /choices are svg, dot, html/],
  ['a path that is not there', ['nowhere'], 2, /nowhere/],
])('refuses %s', async (_, args, expected, says) => {
  const { code, stdout, stderr } = await cli(['graph', ...args], { cwd });
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toMatch(says);
});
