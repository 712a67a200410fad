import type * as PrometheusClient from 'prom-client';
import { optionalPackage } from '../../../packages/optional-package.ts';

export type Prometheus = typeof PrometheusClient;

/** @throws {CountersignError} `ERR_PACKAGE_MISSING` without `prom-client` */
export function loadPrometheus(): Promise<Prometheus> {
  const needed = '`/metrics` (unless the configuration says `metrics: false`) needs';
  return optionalPackage('prom-client', () => import('prom-client'), needed);
}
