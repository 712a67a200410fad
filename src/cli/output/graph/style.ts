import type { AccessGraph } from './access-graph.ts';

/** Light and dark; where a pointer rests on a place or a card, its edges stand out. */
export function styleOf({ places, cards }: AccessGraph): string {
  const ids = [...places.map((_, i) => `p${String(i)}`), ...cards.map((_, i) => `c${String(i)}`)];
  return `${BASE}${ids.map((id) => `svg:has(#${id}:hover) .edge.${id}`).join(',')}{opacity:1}\n`;
}

const BASE = `text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328}
.paper{fill:#ffffff}
.head,.note{font-family:system-ui,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif;fill:#656d76}
.head{font-size:13px;font-weight:600}
.branch{fill:none;stroke:#d0d7de;stroke-width:1.5}
.place rect{fill:#f6f8fa;stroke:#d0d7de}
.issuer rect{fill:#ddf4ff;stroke:#54aeff}
.folded rect{stroke-dasharray:3 2}
.card rect{fill:#f6f8fa;stroke:#d0d7de}
.card text{font-weight:600}
.card text.allow,.card text.deny{font-weight:400}
text.allow{fill:#1a7f37}
text.deny{fill:#cf222e}
.dot.allow{fill:#1a7f37}
.dot.deny{fill:#cf222e}
.edge path{fill:none}
.edge{opacity:.6}
.edge.allow{stroke:#1a7f37}
.edge.deny{stroke:#cf222e}
.edge.audit path{stroke-dasharray:5 4}
.w1{stroke-width:1.4}
.w2{stroke-width:2.2}
.w3{stroke-width:3.2}
.if{fill:#ffffff;stroke-width:1.4}
.key,.edge:hover{opacity:1}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.paper{fill:#0d1117}
.head,.note{fill:#8d96a0}
.branch{stroke:#3d444d}
.place rect,.card rect{fill:#161b22;stroke:#3d444d}
.issuer rect{fill:#0c2d6b;stroke:#388bfd}
text.allow{fill:#3fb950}
text.deny{fill:#ff7b72}
.dot.allow{fill:#3fb950}
.dot.deny{fill:#ff7b72}
.edge.allow{stroke:#3fb950}
.edge.deny{stroke:#ff7b72}
.if{fill:#0d1117}
}
svg:has(.place:hover,.card:hover) .edge:not(.key){opacity:.08}
`;
