import { App, Chart } from 'cdk8s';
import { NacosAdmission } from './lib/nacos-admission.js';
import { NacosDefinition } from './lib/nacos-definition.js';
import { NacosOperator } from './lib/nacos-operator.js';
import { Samples } from './lib/samples.js';

const app = new App();

new NacosDefinition(new Chart(app, '00-crds'), 'nacos');
new NacosAdmission(new Chart(app, '05-admission'), 'nacos');
new NacosOperator(new Chart(app, '10-operator'), 'nacos-operator', {
  programScope: new Chart(app, '20-operator-program'),
});
new Samples(app, '90-samples', { namespace: 'nacos' });

app.synth();
