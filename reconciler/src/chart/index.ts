/**
 * `cdk8s-reconciler/chart`: rendering with cdk8s constructs.
 *
 * @module
 */

import { App, Chart } from 'cdk8s';
import type { KubernetesObject } from '../object.js';

/**
 * Lets `render` build constructs: `build` adds them to a chart, and what the chart renders is the desired set. The chart is in the
 * resource's namespace. Constructs that are given no name get one from their path, without a hash: it is the same in every pass.
 *
 * @example
 *
 * render: onChart((chart, server: WebServer) => {
 *   new Deployment(chart, server.metadata.name, { replicas: server.spec.replicas, … });
 * }),
 */
export function onChart<T extends KubernetesObject>(
  build: (chart: Chart, object: T) => void,
): (object: T) => readonly KubernetesObject[] {
  return (object) => {
    const namespace = object.metadata?.namespace;
    const chart = new Chart(new App(), object.metadata?.name ?? 'chart', {
      namespace,
      disableResourceNameHashes: true,
    });
    build(chart, object);
    return chart.toJson();
  };
}
