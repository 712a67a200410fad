import { testBehind } from './behind-proxy.ts';

testBehind({
  name: 'nginx',
  program: '/usr/sbin/nginx',
  example: 'examples/nginx/countersign.conf',
  files: (example) => ({
    'countersign.conf': example,
    'nginx.conf': `daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path tmp;
  proxy_temp_path tmp;
  fastcgi_temp_path tmp;
  uwsgi_temp_path tmp;
  scgi_temp_path tmp;
  include countersign.conf;
}
`,
  }),
  args: (directory) => ['-p', directory, '-c', 'nginx.conf', '-e', 'stderr'],
  passesBodies: false,
});
