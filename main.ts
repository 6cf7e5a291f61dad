import { App, Chart } from 'cdk8s';
import { NacosAdmission } from './lib/nacos-admission.js';
import { NacosDefinition } from './lib/nacos-definition.js';
import { NacosOperator } from './lib/nacos-operator.js';
import { NacosStandalone } from './lib/nacos-standalone.js';

const app = new App();

new NacosDefinition(new Chart(app, '00-crds'), 'nacos');
new NacosAdmission(new Chart(app, '05-admission'), 'nacos');
new NacosOperator(new Chart(app, '10-operator'), 'nacos-operator', {
  programScope: new Chart(app, '20-operator-program'),
});

// The quick start: it becomes ready by itself wherever there are 1 GiB and a StorageClass. What needs more is in
// samples/.
new NacosStandalone(new Chart(app, '90-samples', { namespace: 'nacos' }), 'dev', {
  version: '2.3.2',
  authentication: { enabled: true },
  resources: { requests: { cpu: '250m', memory: '1Gi' }, limits: { cpu: '2', memory: '1536Mi' } },
  volume: { size: '1Gi' },
  initialData: {
    namespaces: [{ id: 'shop', name: 'Shop' }],
    configurations: [{ namespace: 'shop', dataId: 'cart.yaml', content: 'currency: EUR\n' }],
  },
});

app.synth();
