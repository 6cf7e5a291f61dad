import { run } from 'cdk8s-reconciler/run';
import { etcdCluster } from './etcdcluster.js';

run({ controllers: [etcdCluster] });
