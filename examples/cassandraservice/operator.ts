import { run } from 'cdk8s-reconciler/run';
import { cassandraService } from './cassandraservice.js';

run({ controllers: [cassandraService] });
