import { App, Chart, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { namedObjects, podFields } from '../../lib/admission/named-objects.js';
import { NacosAdmission } from '../../lib/nacos-admission.js';
import { Nacos } from '../../lib/resource/nacos.js';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every text of the spec, such as `env[].valueFrom.secretKeyRef.name`. */
function texts(schema: Schema, path = ''): string[] {
  if (schema.items) return texts(schema.items, `${path}[]`);
  if (!schema.properties) return [path];
  return Object.entries(schema.properties).flatMap(([name, field]) => texts(field, path ? `${path}.${name}` : name));
}

const definition = Nacos.definition.spec.versions[0]?.schema?.openAPIV3Schema as Schema | undefined;
const spec: Schema = definition?.properties?.spec ?? {};
/** Pulled with by the kubelet, which shows them to no container. */
const ofTheKubelet = 'imagePullSecrets[].name';

describe('the policy for requesters', () => {
  it('knows every field that names a Secret or a ConfigMap', () => {
    const naming = texts(spec).filter(
      (path) => /secret|configMapKeyRef|configMapRef/i.test(path) && !/key$|Key$|optional$/.test(path),
    );
    // Labels and annotations of Secrets that are rendered.
    const others = naming.filter((path) => path !== ofTheKubelet && !path.startsWith('overlays.secrets.metadata.'));
    expect(others.sort()).toEqual(namedObjects.map(({ path }) => path).sort());
  });

  it('names fields of the spec only', () => {
    expect(Object.keys(spec.properties ?? {})).toEqual(expect.arrayContaining([...podFields]));
  });

  it('can be left out, and the roles stay', () => {
    const chart = new Chart(new App(), 'admission', { namespace: 'nacos' });
    new NacosAdmission(chart, 'nacos', { requesterPolicy: false });
    const rendered: { kind: string; metadata: object }[] = Testing.synth(chart);
    expect(rendered.map(({ kind }) => kind)).toEqual(['ClusterRole', 'ClusterRole', 'ClusterRole']);
    expect(rendered.filter(({ metadata }) => 'namespace' in metadata)).toEqual([]);
  });
});
