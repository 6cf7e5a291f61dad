import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { App, Chart } from 'cdk8s';
import { controller, resource } from 'cdk8s-reconciler';
import { Deployment, Service } from 'cdk8s-reconciler/kinds';
import { Operator, type OperatorProps } from 'cdk8s-reconciler/synth';

export const WebServer = resource({
  group: 'my.domain',
  version: 'v1',
  kind: 'WebServer',
  spec: Type.Object({ image: Type.String() }),
});

export const webServer = controller(WebServer, {
  owns: { deployments: Deployment, services: Service },
  render: () => [],
});

/** A finished bundle, so that most tests need no bundler. */
export const finishedBundle = join(mkdtempSync(join(tmpdir(), 'operator-')), 'operator.cjs');
writeFileSync(finishedBundle, 'console.log("{{ not a helm template }}");\n');

/** A rendered object, loosely: tests look where they want. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are compared, not programmed against
export type Manifest = any;

/** Objects of an Operator, in order. */
export function render(props: Partial<OperatorProps> = {}, namespace?: string): Manifest[] {
  const chart = new Chart(new App(), '10-operator', { namespace });
  new Operator(chart, 'webserver-operator', { controllers: [webServer], entry: finishedBundle, ...props });
  return chart.toJson();
}

export function find(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  return manifests.find((manifest) => manifest.kind === kind && (!name || manifest.metadata.name === name));
}
