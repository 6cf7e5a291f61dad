import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

export interface MysqlProps {
  readonly image: string;
  /** A database to create. */
  readonly database: string;
}

/** One MySQL server on a volume. `up` creates the Secret: its passwords are nowhere else. */
export class Mysql extends Construct {
  readonly host: string;
  /** Has the keys `username`, `password` and `rootPassword`. */
  readonly secretName: string;

  constructor(scope: Construct, id: string, { image, database }: MysqlProps) {
    super(scope, id);
    this.host = id;
    this.secretName = `${id}-login`;
    const labels = { app: id };
    new k8s.KubeService(this, 'service', {
      metadata: { name: id },
      spec: { selector: labels, ports: [{ port: 3306 }] },
    });
    // It may be moved when a node is drained: there is no second one to wait for.
    new k8s.KubePodDisruptionBudget(this, 'budget', {
      metadata: { name: id },
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: labels } },
    });
    new k8s.KubeStatefulSet(this, 'server', {
      metadata: { name: id },
      spec: {
        serviceName: id,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: this.pod(image, database) },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: k8s.Quantity.fromString('10Gi') } },
            },
          },
        ],
      },
    });
  }

  private pod(image: string, database: string): k8s.PodSpec {
    const secret = (name: string, key: string) => ({
      name,
      valueFrom: { secretKeyRef: { name: this.secretName, key } },
    });
    const memory = k8s.Quantity.fromString('1Gi');
    return {
      // The image's user mysql.
      securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'mysql',
          image,
          env: [
            { name: 'MYSQL_DATABASE', value: database },
            secret('MYSQL_USER', 'username'),
            secret('MYSQL_PASSWORD', 'password'),
            secret('MYSQL_ROOT_PASSWORD', 'rootPassword'),
          ],
          ports: [{ containerPort: 3306 }],
          // It listens on this port only once the database and its user are there.
          readinessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(3306) }, periodSeconds: 2 },
          resources: { requests: { cpu: k8s.Quantity.fromString('100m'), memory }, limits: { memory } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [
            { name: 'data', mountPath: '/var/lib/mysql' },
            { name: 'run', mountPath: '/var/run/mysqld' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: ['run', 'tmp'].map((name) => ({ name, emptyDir: {} })),
    };
  }
}
