/** The name of the schema's copy beside a starter policy. Names that begin with a dot are not read as policies. */
export const SCHEMA_FILE = '.policy.schema.json';

/** What `init` writes: a policy that loads as it is, and allows nobody until its ids are somebody's. */
export const STARTER_POLICY = `# yaml-language-server: $schema=.policy.schema.json
version: 1

# Whose tokens are honoured, and under which names this service answers to.
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: [gitpod, gitpod-v3] # how its tokens, old and new, name a principal
    audiences: [https://your-service.example.com] # what callers pass to \`gitpod idp token --audience\`

# Nothing is allowed unless a rule allows it; a deny beats every allow; the order means nothing.
rules:
  # A whole organisation, but people only: the prefix alone would also cover its runners and environments.
  - id: organization-users
    description: Users of the organisation may read and list what is shared.
    effect: allow
    when:
      issuer: gitpod
      subject: org:your-organization-id
      kind: user
    grants:
      - actions: [read, list]
        resources: ["secret/shared/**"]
    ttl: 15m

  # Every environment of one project. Prefixes hold by whole segments: \`prj:a\` never covers \`prj:ab\`.
  - id: project-environments
    description: Environments of the project may read its secrets.
    effect: allow
    when:
      issuer: gitpod
      subject: org:your-organization-id/prj:your-project-id
      kind: environment
    grants:
      - actions: [read]
        resources: ["secret/by-project/\${subject.project}/**"]
    ttl: 15m

  # What nobody gets, whatever the rules above come to say.
  - id: root-is-closed
    description: Root credentials are never handed out.
    effect: deny
    when:
      issuer: gitpod
    grants:
      - actions: ["*"]
        resources: ["secret/**/root"]
`;
