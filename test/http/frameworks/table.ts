/** Requests and what every framework must answer them with, byte for byte. */
import type { RawRequest } from './raw-request.ts';

export type TokenName = 'reader' | 'stranger' | 'expired';

export interface Case extends Pick<RawRequest, 'method'> {
  readonly name: string;
  /** A path below `/`; its first segment names the service. */
  readonly target: string;
  /** Values of Authorization headers; `<reader>` stands for the reader's token. */
  readonly authorization?: readonly string[];
  readonly expected: Expected;
}

export interface Expected {
  readonly status: number;
  /** The whole body; a decision's id is written `ID`. */
  readonly body?: string;
  /** Parameters of the one `Bearer` challenge. */
  readonly challenge?: Readonly<Record<string, string>>;
  readonly retryAfter?: string;
}

export const POLICY_OF = (issuer: string): string => `
version: 1
issuers:
  gitpod: { url: "${issuer}", subject: gitpod, audiences: [https://api.example] }
rules:
  - id: readers
    effect: allow
    when: { issuer: gitpod, subject: org:acme }
    grants: [{ actions: [read], resources: ["secret/public/**", secret/db] }]
`;

const READER = 'org:acme/user:ada';

const problem = (title: string, status: number, members: object): string =>
  `${JSON.stringify({ title, status, ...members })}\n`;
const through = (principal: string | null = READER): Expected => ({
  status: 200,
  body: JSON.stringify({ principal, effect: principal === null ? null : 'allow' }),
});
const anonymous = (challenge: Expected['challenge'] = {}): Expected => ({
  status: 401,
  challenge,
  body: problem('Unauthorized', 401, { detail: 'A bearer token is required', decision: 'ID' }),
});
const refused = (
  status: number,
  error: string,
  title: string,
  description: string,
  { challenge = {}, reasons }: { challenge?: Expected['challenge']; reasons?: readonly string[] } = {},
): Expected => {
  const detail = reasons === undefined ? description : `${description}: ${String(reasons[0])}`;
  return {
    status,
    challenge: { error, error_description: detail, ...challenge },
    body: problem(title, status, { error, detail, decision: 'ID', ...(reasons === undefined ? {} : { reasons }) }),
  };
};
type More = Parameters<typeof refused>[4];
const malformed = (more?: More): Expected =>
  refused(400, 'invalid_request', 'Bad Request', 'The request is malformed', more);
const rejected = (more?: More): Expected =>
  refused(401, 'invalid_token', 'Unauthorized', 'The token is not accepted', more);
const forbidden = (more?: More): Expected =>
  refused(403, 'insufficient_scope', 'Forbidden', 'The token does not allow this', more);
const unavailable: Expected = {
  status: 503,
  retryAfter: '5',
  body: problem('Service Unavailable', 503, { detail: 'No decision can be made at present' }),
};
const failed: Expected = { status: 500 };
const named = { realm: "A's secrets, all", resource_metadata: 'https://api.example/r' };

const READERS: readonly string[] = ['Bearer <reader>'];

export const cases: readonly Case[] = [
  { name: 'a good token', target: 'plain/secrets/db', authorization: READERS, expected: through() },
  {
    name: 'a scheme in lower case',
    target: 'plain/secrets/db',
    authorization: ['bearer <reader>'],
    expected: through(),
  },
  {
    name: 'HEAD with a good token',
    method: 'HEAD',
    target: 'plain/secrets/db',
    authorization: READERS,
    expected: { ...through(), body: '' },
  },
  {
    name: 'OPTIONS with a good token',
    method: 'OPTIONS',
    target: 'plain/secrets/db',
    authorization: READERS,
    expected: through(),
  },
  { name: 'no credentials', target: 'plain/secrets/db', expected: anonymous() },
  {
    name: 'HEAD without credentials',
    method: 'HEAD',
    target: 'plain/secrets/db',
    expected: { ...anonymous(), body: '' },
  },
  { name: 'a preflight', method: 'OPTIONS', target: 'plain/secrets/db', expected: anonymous() },
  { name: 'another scheme', target: 'plain/secrets/db', authorization: ['Basic YTpi'], expected: anonymous() },
  { name: 'a scheme without a token', target: 'plain/secrets/db', authorization: ['Bearer'], expected: malformed() },
  {
    name: 'two words behind the scheme',
    target: 'plain/secrets/db',
    authorization: ['Bearer <reader> x'],
    expected: malformed(),
  },
  {
    name: 'two Authorization headers',
    target: 'plain/secrets/db',
    authorization: ['Bearer <reader>', 'Bearer <reader>'],
    expected: malformed(),
  },
  {
    name: 'two Authorization headers, the second with another scheme',
    target: 'plain/secrets/db',
    authorization: ['Bearer <reader>', 'Basic YTpi'],
    expected: malformed(),
  },
  {
    name: 'two Authorization headers, the first with another scheme',
    target: 'plain/secrets/db',
    authorization: ['Basic YTpi', 'Bearer <reader>'],
    expected: malformed(),
  },
  { name: 'a token in the query', target: 'plain/secrets/db?access_token=<reader>', expected: malformed() },
  {
    name: 'a token in the query as well',
    target: 'plain/secrets/db?access%5Ftoken=x',
    authorization: READERS,
    expected: malformed(),
  },
  {
    name: 'a token that is none',
    target: 'plain/secrets/db',
    authorization: ['Bearer mF_9.B5f-4.1JqM'],
    expected: rejected(),
  },
  { name: 'an expired token', target: 'plain/secrets/db', authorization: ['Bearer <expired>'], expected: rejected() },
  {
    name: 'a token of somebody else',
    target: 'plain/secrets/db',
    authorization: ['Bearer <stranger>'],
    expected: forbidden(),
  },

  { name: 'no credentials, with a realm', target: 'named/secrets/db', expected: anonymous(named) },
  {
    name: 'a bad token, with a realm',
    target: 'named/secrets/db',
    authorization: ['Bearer <expired>'],
    expected: rejected({ challenge: named }),
  },

  {
    name: 'no credentials, with reasons',
    target: 'exposing/secrets/db',
    expected: {
      ...anonymous({ realm: 'r' }),
      body: problem('Unauthorized', 401, {
        detail: 'A bearer token is required',
        decision: 'ID',
        reasons: ['token_missing'],
      }),
    },
  },
  {
    name: 'a malformed request, with reasons',
    target: 'exposing/secrets/db',
    authorization: ['Bearer'],
    expected: malformed({ challenge: { realm: 'r' }, reasons: ['credentials_malformed'] }),
  },
  {
    name: 'a bad token, with reasons',
    target: 'exposing/secrets/db',
    authorization: ['Bearer <expired>'],
    expected: rejected({ challenge: { realm: 'r' }, reasons: ['token_expired'] }),
  },
  {
    name: 'an action that no grant covers, with reasons',
    target: 'exposing/secrets/db',
    authorization: READERS,
    expected: forbidden({ challenge: { realm: 'r' }, reasons: ['no_grant_for_request'] }),
  },

  { name: 'no credentials, where they are optional', target: 'optional/secrets/db', expected: through(null) },
  {
    name: 'another scheme, where credentials are optional',
    target: 'optional/secrets/db',
    authorization: ['Basic YTpi'],
    expected: through(null),
  },
  {
    name: 'a good token, where it is optional',
    target: 'optional/secrets/db',
    authorization: READERS,
    expected: through(),
  },
  {
    name: 'a bad token, where it is optional',
    target: 'optional/secrets/db',
    authorization: ['Bearer <expired>'],
    expected: rejected(),
  },
  {
    name: 'a malformed request, where a token is optional',
    target: 'optional/secrets/db',
    authorization: ['Bearer'],
    expected: malformed(),
  },

  { name: 'a preflight that is skipped', method: 'OPTIONS', target: 'skipping/secrets/db', expected: through(null) },
  { name: 'a request that is not skipped', target: 'skipping/secrets/db', expected: anonymous() },

  { name: 'a resource that is granted', target: 'reading/secrets/db', authorization: READERS, expected: through() },
  {
    name: 'a resource that is not granted',
    target: 'reading/secrets/root',
    authorization: READERS,
    expected: forbidden(),
  },
  {
    name: 'a resource that is no canonical path',
    target: 'reading/secrets/%2e%2e%2f',
    authorization: READERS,
    expected: malformed(),
  },
  {
    name: 'an audience that is not this service',
    target: 'elsewhere/secrets/db',
    authorization: READERS,
    expected: rejected(),
  },

  { name: 'a token whose keys are fetched', target: 'fetched/secrets/db', authorization: READERS, expected: through() },
  {
    name: 'a token whose keys cannot be had',
    target: 'down/secrets/db',
    authorization: READERS,
    expected: unavailable,
  },
  {
    name: 'a token, where the engine is closed',
    target: 'closed/secrets/db',
    authorization: READERS,
    expected: unavailable,
  },
  { name: 'no credentials, where the engine is closed', target: 'closed/secrets/db', expected: unavailable },

  { name: 'an action that cannot be told', target: 'throwing/secrets/db', authorization: READERS, expected: failed },
  {
    name: 'an action whose function throws nothing',
    target: 'throwing-nothing/secrets/db',
    authorization: READERS,
    expected: failed,
  },
  {
    name: 'an action whose function throws a word',
    target: 'throwing-route/secrets/db',
    authorization: READERS,
    expected: failed,
  },
  { name: 'a resource that is forgotten', target: 'forgetful/secrets/db', authorization: READERS, expected: failed },
  {
    name: 'a decision that cannot be told',
    target: 'failing-to-tell/secrets/db',
    authorization: READERS,
    expected: failed,
  },

  { name: 'a path that nobody serves', target: 'nowhere/x', expected: { status: 404 } },
  {
    name: 'a path that nobody serves, with a token',
    target: 'nowhere/x',
    authorization: READERS,
    expected: { status: 404 },
  },
];
