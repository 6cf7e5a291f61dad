import { App, Chart } from 'cdk8s';
import { NacosManager } from 'cdk8s-nacos';

/** The management service alone, which dist/ leaves out: `npm run synth:manager` writes build/manager/dist. */
const app = new App();

new NacosManager(new Chart(app, '20-manager'), 'nacos-manager');

app.synth();
