import { run } from 'cdk8s-reconciler/run';
import { microServiceDeploy } from './microservicedeploy.js';

run({ controllers: [microServiceDeploy] });
