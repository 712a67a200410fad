import { createHash } from 'node:crypto';
import { drawing } from './svg.ts';
import { styleOf } from './style.ts';
import type { AccessGraph } from './access-graph.ts';

const PAGE = `html{color-scheme:light dark}
body{margin:0}
svg{display:block;margin:0 auto;max-width:100%;height:auto}
@media (prefers-color-scheme:dark){body{background:#0d1117}}
`;

/** A page with the picture in it. It may load nothing and run nothing; only its own style holds. */
export function formatHtml(graph: AccessGraph): string {
  const style = PAGE + styleOf(graph);
  const hash = createHash('sha256').update(style).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Who may do what</title>
<style>${style}</style>
</head>
<body>
${drawing(graph, '')}</body>
</html>
`;
}
