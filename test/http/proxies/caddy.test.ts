import { testBehind } from './behind-proxy.ts';

testBehind({
  name: 'Caddy',
  program: '/usr/bin/caddy',
  example: 'examples/caddy/Caddyfile',
  files: (example) => ({
    Caddyfile: `{
	admin off
}
${example}`,
  }),
  args: () => ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
  passesBodies: true,
});
