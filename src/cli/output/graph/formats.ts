import type { Policy } from '../../../policy/policy.ts';
import type { Formats } from '../write-targets.ts';
import { accessGraph } from './access-graph.ts';

export type GraphFormatName = 'svg' | 'dot' | 'html';

export const graphFormats: Formats<GraphFormatName, Policy> = {
  svg: async () => {
    const [{ drawing }, { styleOf }] = await Promise.all([import('./svg.ts'), import('./style.ts')]);
    return (policy) => {
      const graph = accessGraph(policy);
      return drawing(graph, `<style>${styleOf(graph)}</style>`);
    };
  },
  dot: async () => {
    const { formatDot } = await import('./dot.ts');
    return (policy) => formatDot(accessGraph(policy));
  },
  html: async () => {
    const { formatHtml } = await import('./html.ts');
    return (policy) => formatHtml(accessGraph(policy));
  },
};

export const graphFormatNames: readonly GraphFormatName[] = Object.keys(graphFormats) as GraphFormatName[];
