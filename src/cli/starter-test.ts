/** The name of the schema's copy beside a starter test. */
export const TEST_SCHEMA_FILE = '.test.schema.json';

/** What `init` writes beside the starter policy: tests that it passes. */
export const STARTER_TEST = `# yaml-language-server: $schema=.test.schema.json
version: 1

# What verified tokens say; each case names one of them.
principals:
  user: { sub: "org:your-organization-id/user:ada" }
  environment: { sub: "org:your-organization-id/prj:your-project-id/env:e1" }
  other-project: { sub: "org:your-organization-id/prj:another-project-id/env:e1" }
  other-organization: { sub: "org:another-organization-id/user:ada" }

tests:
  # Everybody asks for everything; what \`expect\` does not list must be denied.
  - name: who may do what
    matrix:
      given: [user, environment, other-project, other-organization]
      when:
        read shared: { action: read, resource: secret/shared/ca }
        list shared: { action: list, resource: secret/shared/ca }
        write shared: { action: write, resource: secret/shared/ca }
        read the project's: { action: read, resource: secret/by-project/your-project-id/db }
        list the project's: { action: list, resource: secret/by-project/your-project-id/db }
        read another's: { action: read, resource: secret/by-project/another-project-id/db }
      expect:
        user: [read shared, list shared]
        environment: [read the project's]

  # One case can say more: the rules that decide, the reasons, for how long.
  - name: users read for a quarter of an hour
    given: user
    when: { action: read, resource: secret/shared/ca }
    expect: { effect: allow, rules: [organization-users], ttl: 15m }

  - name: root credentials are closed to those who read all around them
    matrix:
      given: [user, environment]
      when:
        shared: { action: read, resource: secret/shared/root }
        the project's: { action: read, resource: secret/by-project/your-project-id/root }
      expect: {}

  - name: the rule that closes them
    given: environment
    when: { action: read, resource: secret/by-project/your-project-id/root }
    expect: { effect: deny, rules: [root-is-closed] }
`;
