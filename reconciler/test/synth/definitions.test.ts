import { App, Chart } from 'cdk8s';
import { CustomResourceDefinitions } from 'cdk8s-reconciler/synth';
import { expect, it } from 'vitest';
import { WebServer } from './sample.js';

it('CustomResourceDefinitions renders definitions as declared, without the namespace of the chart', () => {
  const chart = new Chart(new App(), '00-crds', { namespace: 'operators' });
  new CustomResourceDefinitions(chart, 'crds', { resources: [WebServer] });
  expect(chart.toJson()).toEqual([WebServer.definition]);
});
