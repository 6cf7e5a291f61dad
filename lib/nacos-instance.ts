import { ApiObject, type ApiObjectProps, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { stringify } from 'dot-properties';
import { ImageRegistry } from './image-registry.js';
import { conflict } from './neighbours.js';
import type { PlusContainer, PlusEnvValue } from './plus-types.js';
import { resourceProblems } from './props/check.js';
import { contradictions, nodePorts } from './props/contradictions.js';
import { initialDataField } from './props/initial-data.js';
import { ManagedBy, type NacosProps, type NacosVolume } from './props/nacos-props.js';
import { propOf } from './props/prop-names.js';
import { effectiveOf, portsOf } from './render/effective.js';
import { overlay } from './render/overlay.js';
import { renderInstance } from './render/render.js';
import { schema } from './render/schema-job.js';
import { clientServiceName, serviceNames } from './render/services.js';
import type { NacosObject } from './resource/nacos.js';
import { type Problem, problemText } from './resource/problem.js';
import { defaultImage, defaultMysqlImage, type Instance, resolve } from './resource/resolve.js';
import { validate, withDefaults } from './resource/validate.js';
import { defaultVersion } from './server/version.js';
import { type NacosWaitContainerProps, waitContainer } from './wait-container.js';

/** Fields of a Nacos resource's spec. */
type SpecFields = { readonly [field: string]: unknown };

/** What the three Nacos constructs have in common. Use one of those. */
export abstract class NacosInstance extends Construct {
  /** The objects that were written: the Nacos, or its workloads. */
  public readonly objects: ApiObject[];
  /** Namespace of the instance; absent where it is left to kubectl. */
  public readonly namespace?: string;
  /** Name of the instance. */
  public readonly instanceName: string;
  /** Name of the Service for clients. */
  public readonly clientServiceName: string;
  /** Host name of the Service for clients, as seen from any namespace if the instance's is known. */
  public readonly host: string;
  /** HTTP port of the Service for clients: 8848. */
  public readonly httpPort: number;
  /** gRPC port of the Service for clients: 9848. */
  public readonly grpcPort: number;
  /** Port of the console on the Service for clients: 8080 from 3.0 on, 8848 (path `/nacos`) before. */
  public readonly consolePort: number;
  private readonly serverImage: string;
  /** @internal */
  public readonly nodePorts: ReadonlyMap<string, number>;
  /** @internal */
  public readonly serviceNames: readonly string[];
  /** Of a health check through the Service for clients. */
  private readonly readyUrl: string;

  /** @internal */
  protected constructor(scope: Construct, id: string, props: NacosProps, fields: SpecFields) {
    super(scope, id);
    this.instanceName = props.name ?? id;
    const namespace = props.namespace ?? Chart.of(this).namespace;
    this.namespace = namespace;
    const metadata = {
      name: this.instanceName,
      ...(namespace && { namespace }),
      ...(props.labels && { labels: { ...props.labels } }),
    };
    const spec = overlay({ ...fields, ...this.commonFields(props, fields) }, props.overrides ?? {});
    const manifest = { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata, spec };
    this.refuse(validate(manifest));

    const nacos = withDefaults(manifest);
    const instance = resolve(nacos);
    this.nodePorts = nodePorts(nacos);
    this.refuse([...contradictions(nacos, instance), ...resourceProblems((spec as NacosProps).resources ?? {})]);
    const byGitops = props.managedBy === ManagedBy.GITOPS;
    this.objects = byGitops
      ? this.workloads(nacos, instance).map(
          (child) => new ApiObject(this, `${child.kind}-${child.metadata?.name}`, child as ApiObjectProps),
        )
      : [new ApiObject(this, 'Resource', manifest)];
    this.clientServiceName = clientServiceName(instance);
    this.serviceNames = serviceNames(instance);
    const taken = conflict(this, Chart.of(this), (one) => one instanceof NacosInstance);
    if (taken) throw this.error(taken);
    this.host = namespace ? `${this.clientServiceName}.${namespace}` : this.clientServiceName;
    const ports = portsOf(instance);
    this.httpPort = ports.http;
    this.grpcPort = ports.grpc;
    this.consolePort = instance.profile.consolePort ? ports.console : ports.http;
    this.serverImage = instance.image;
    this.readyUrl = `http://${this.serverAddress}${effectiveOf(instance).contextPath}${instance.profile.api.state}`;
  }

  /** `host:port` for a client's server address. */
  public get serverAddress(): string {
    return `${this.host}:${this.httpPort}`;
  }

  /**
   * Environment for an application's container: the server address, also under the name that Spring Cloud Alibaba
   * reads.
   */
  public get environment(): { [name: string]: PlusEnvValue } {
    const address = { value: this.serverAddress };
    return { NACOS_SERVER_ADDR: address, SPRING_CLOUD_NACOS_SERVER_ADDR: address };
  }

  /**
   * An init container for an application: it ends when the servers are ready, have an administrator where one is
   * needed, and their initial data. `new Deployment(…, { initContainers: [nacos.waitContainer()] })`
   */
  public waitContainer(props: NacosWaitContainerProps = {}): PlusContainer {
    const image = props.image ? ImageRegistry.resolve(this, props.image) : this.serverImage;
    return waitContainer(props.name ?? `wait-for-${this.instanceName}`, image, this.readyUrl);
  }

  private commonFields(props: NacosProps, fields: SpecFields): SpecFields {
    const { volume = {}, service, console, authentication, resources } = props;
    const onMysql = 'database' in fields;
    return {
      // Written out, so that another default in a later release upgrades no app by surprise.
      ...((props.version || !props.image) && { version: props.version ?? defaultVersion }),
      ...this.image('image', props.image, defaultImage(props.version)),
      ...(onMysql && this.image('mysqlInitImage', fields.mysqlInitImage as string | undefined, defaultMysqlImage)),
      ...(props.imagePullSecrets && { imagePullSecrets: props.imagePullSecrets.map((name) => ({ name })) }),
      resources: overlay(
        { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '4Gi' } },
        resources ?? {},
      ),
      ...volumeField(volume, onMysql),
      ...(service && {
        service: {
          ...(service.type && { type: service.type }),
          ...(service.nodePort && { nodePorts: { http: service.nodePort } }),
          ...(service.annotations && { annotations: { ...service.annotations } }),
        },
      }),
      ...(console && { console: { ...console } }),
      ...(props.endpoints && { endpoints: { ...props.endpoints } }),
      certification: { enabled: true, ...authentication },
      ...(props.config && { config: stringify(props.config) }),
      ...(props.env && { env: Object.entries(props.env).map(([name, value]) => ({ name, value })) }),
      ...(!props.runAsImageUser && { podSecurity: 'restricted' }),
      ...(props.initialData && { initialData: initialDataField(props.initialData) }),
      ...(props.clusterDomain && { clusterDomain: props.clusterDomain }),
    };
  }

  /** An image only where it is not what the operator takes by itself. */
  private image(field: string, given: string | undefined, standard: string): SpecFields {
    const image = ImageRegistry.resolve(this, given ?? standard);
    return image === standard ? {} : { [field]: image };
  }

  private workloads(nacos: NacosObject, instance: Instance) {
    const { authentication, servers, profile, namespace, names } = instance;
    if (authentication.identitySecret && !nacos.spec.certification?.secretName) {
      throw this.error(
        `authentication.secretName: needed with managedBy: GITOPS, since nothing creates the Secret ${names.authSecret}; ` +
          'create one with the keys token (base64 of 32 random bytes or more), identityKey and identityValue, and name it here' +
          (profile.authRequired ? '' : ', or let all in with authentication.enabled: false'),
      );
    }
    if (nacos.spec.initialData) {
      throw this.error(
        'initialData: needs the operator, since with managedBy: GITOPS nothing writes it to the servers; remove one of the two',
      );
    }
    if (servers.mode === 'cluster' && !namespace) {
      throw this.error(
        'namespace: needed with managedBy: GITOPS, since members call each other by names that contain it; set it here or on the chart',
      );
    }
    if (servers.mode === 'cluster' && servers.desired === 1) {
      throw this.error(
        'replicas: a cluster of one member needs the operator: with managedBy: GITOPS nothing takes the others out of Raft before they stop, and the one that is left could decide nothing; set 2 or more, or use NacosStandalone',
      );
    }
    return renderInstance(instance, schema(instance), 'gitops');
  }

  private refuse(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    throw this.error(problems.map((problem) => problemText(problem, propOf(problem.path))).join('\n  '));
  }

  private error(text: string): Error {
    return new Error(`${this.node.path} (${this.constructor.name}): ${text}`);
  }
}

/** What the version decides is left to it. */
function volumeField({ enabled, size, storageClass, retain }: NacosVolume, onMysql: boolean): SpecFields {
  if (enabled === false) return onMysql ? { volume: { enabled } } : {};
  if (enabled === undefined && onMysql && !size && storageClass === undefined && retain !== false) return {};
  return {
    volume: {
      ...((enabled || !onMysql) && { enabled: true }),
      requests: { storage: size ?? '10Gi' },
      ...(storageClass !== undefined && { storageClass }),
      ...(retain === false && { retain }),
    },
  };
}
