// Writes imports/crds.yaml, from which `cdk8s import` makes imports/nacos.io.ts for people who write Nacos objects
// without the constructs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Yaml } from 'cdk8s';
import { Nacos } from '../lib/resource/nacos.js';

mkdirSync('imports', { recursive: true });
writeFileSync('imports/crds.yaml', Yaml.stringify(Nacos.definition));
