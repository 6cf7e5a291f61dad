import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ImageRegistry } from './image-registry.js';
import { type ManagerSettings, managerObjects } from './manager-objects.js';
import { defaultNodeImage } from './operate/node-image.js';
import { programFile } from './program-file.js';
import { checkProps, refuse, resourceProblems } from './props/check.js';
import type { NacosManagerProps } from './props/manager-props.js';
import { overlay } from './render/overlay.js';
import type { Problem } from './resource/problem.js';
import { versionOfImage } from './server/version.js';

/**
 * The management API and its page. It has no rights of its own: callers bring a token of the Kubernetes API
 * server. It lives in the namespace of its chart; in a chart without one it brings a Namespace of its own name.
 */
export class NacosManager extends Construct {
  /** Namespace that the service lives in. */
  public readonly namespace: string;
  /** Name of its Service. */
  public readonly serviceName: string;

  /** @throws Error naming the prop that can't be */
  public constructor(scope: Construct, id: string, props: NacosManagerProps = {}) {
    super(scope, id);
    checkProps('NacosManager', scope, id, props);
    const name = props.name ?? id;
    if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name))
      throw new Error(
        `${this.node.path} (NacosManager): name: ${JSON.stringify(name)}: use at most 40 small letters, digits and dashes`,
      );
    if (props.login && !props.login.issuer.startsWith('https://'))
      throw new Error(
        `${this.node.path} (NacosManager): login.issuer: ${JSON.stringify(props.login.issuer)}: has to start with https://, as the API server asks of it`,
      );
    const chartNamespace = Chart.of(this).namespace;
    const quotas = { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } };
    const resources = overlay(quotas, props.resources ?? {});
    refuse(this, [
      ...(props.allowedImages ?? []).flatMap((image, index) => tagless(`allowedImages.${index}`, image)),
      ...resourceProblems(resources, 2 ** 26),
    ]);
    const program = props.image ? undefined : readFileSync(programFile('manager'));
    const settings: ManagerSettings = {
      ...props,
      name,
      namespace: chartNamespace ?? name,
      ownNamespace: !chartNamespace,
      image: ImageRegistry.resolve(this, props.image ?? props.nodeImage ?? defaultNodeImage),
      resources,
      ...(program && { program: { ...parts(program), checksum: createHash('sha256').update(program).digest('hex') } }),
    };
    this.namespace = settings.namespace;
    this.serviceName = name;
    for (const object of managerObjects(settings))
      new ApiObject(this, `${object.kind}-${object.metadata.name}`, object);
  }
}

/** An image that instances may have has to say its version, by which their ports and probes are chosen. */
function tagless(path: string, image: string): Problem[] {
  if (versionOfImage(image)) return [];
  return [{ path, value: JSON.stringify(image), message: 'its tag does not say a version of Nacos, such as v3.0.3' }];
}

/**
 * Base64 characters in a ConfigMap: `kubectl apply` keeps the object in an annotation, of which 256 KiB are allowed.
 */
const partSize = 190 * 1024;

function parts(program: Buffer): { readonly parts: readonly string[] } {
  // Whole groups of four, so that each part decodes by itself.
  const content = program.toString('base64');
  return { parts: content.match(new RegExp(`.{1,${partSize}}`, 'g')) ?? [] };
}
