import { App, Chart } from 'cdk8s';
import { ImageRegistry, NacosCluster, NacosDefinition, NacosOperator } from 'cdk8s-nacos';
import { Deployment, EnvValue, ImagePullPolicy } from 'cdk8s-plus-28';

const app = new App();
ImageRegistry.use(app, 'harbor.cloud.io');

new NacosDefinition(new Chart(app, '00-crds'), 'nacos');
new NacosOperator(new Chart(app, '10-operator'), 'nacos-operator');

const nacos = new NacosCluster(new Chart(app, '20-nacos', { namespace: 'shop' }), 'registry');

new Deployment(new Chart(app, '30-cart', { namespace: 'shop' }), 'cart', {
  metadata: { name: 'cart' },
  containers: [
    {
      image: 'harbor.cloud.io/shop/cart:1.4.0',
      imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
      portNumber: 8080,
      envVariables: { ...nacos.environment, JAVA_TOOL_OPTIONS: EnvValue.fromValue('-XX:MaxRAMPercentage=75') },
    },
  ],
});

app.synth();
