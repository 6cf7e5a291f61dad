import { run } from 'cdk8s-reconciler/run';
import { redisEnterpriseCluster } from './redisenterprisecluster.js';

run({ controllers: [redisEnterpriseCluster] });
