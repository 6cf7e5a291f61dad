import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import {
  Capability,
  ConfigMap,
  Cpu,
  Deployment,
  EnvValue,
  Probe,
  SeccompProfileType,
  Secret,
  Volume,
} from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { NacosInstance } from '../../lib/index.js';

export interface ApplicationProps {
  readonly nacos: NacosInstance;
  /** Of Nacos, where the application's configuration is. */
  readonly namespace: string;
  /** Secret with the key `password`, of the user of Nacos who has the name of the namespace. */
  readonly loginSecret: string;
}

/** A small application: its pod starts when Nacos has its configuration, which it reads and serves on port 8080. */
export class Application extends Construct {
  constructor(scope: Construct, id: string, { nacos, namespace, loginSecret }: ApplicationProps) {
    super(scope, id);
    const program = new ConfigMap(this, 'program', {
      metadata: { name: `${id}-program` },
      data: { 'application.js': readFileSync(join(__dirname, 'application.js'), 'utf8') },
    });
    const login = Secret.fromSecretName(this, 'login', loginSecret);
    new Deployment(this, 'deployment', {
      metadata: { name: id },
      replicas: 1,
      automountServiceAccountToken: false,
      initContainers: [nacos.waitContainer()],
      containers: [
        {
          image: 'node:24-slim',
          command: ['node', '/app/application.js'],
          portNumber: 8080,
          envVariables: {
            ...nacos.environment,
            NAMESPACE: EnvValue.fromValue(namespace),
            NACOS_USERNAME: EnvValue.fromValue(namespace),
            NACOS_PASSWORD: EnvValue.fromSecretValue({ secret: login, key: 'password' }),
            DATA_ID: EnvValue.fromValue(`${id}.yaml`),
          },
          readiness: Probe.fromHttpGet('/'),
          resources: {
            cpu: { request: Cpu.millis(10) },
            memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) },
          },
          securityContext: {
            user: 1000,
            group: 1000,
            capabilities: { drop: [Capability.ALL] },
            seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
          },
          volumeMounts: [{ path: '/app', volume: Volume.fromConfigMap(this, 'app', program) }],
        },
      ],
    });
  }
}
