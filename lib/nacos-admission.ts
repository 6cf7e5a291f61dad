import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { type Manifest, requesterPolicy, requesterPolicyBinding } from './admission/policy.js';
import { roles } from './admission/roles.js';
import type { NacosAdmissionProps } from './props/admission-props.js';
import { checkProps } from './props/check.js';

/**
 * What people may do with Nacos objects, for the whole cluster: the ClusterRoles `nacos-view`, `nacos-edit` and
 * `nacos-admin`, which the cluster's own `view`, `edit` and `admin` take in, and a ValidatingAdmissionPolicy that lets
 * a requester name only Secrets and ConfigMaps that the requester may read, and shape pods only where the requester may
 * create them. Needs Kubernetes ≥ 1.30.
 *
 * @example
 *
 * new NacosAdmission(new Chart(app, '05-admission'), 'nacos');
 */
export class NacosAdmission extends Construct {
  /** @throws Error naming the prop that can't be */
  public constructor(scope: Construct, id: string, props: NacosAdmissionProps = {}) {
    super(scope, id);
    const { requesterPolicy: guarded = true } = checkProps('NacosAdmission', scope, id, props);
    const policies = guarded ? [requesterPolicy, requesterPolicyBinding] : [];
    for (const manifest of [...roles, ...policies]) this.add(manifest);
  }

  private add(manifest: Manifest): void {
    const object = new ApiObject(this, `${manifest.kind}-${manifest.metadata.name}`, manifest);
    // A chart gives its namespace to everything in it, also to what has none.
    if (Chart.of(this).namespace) object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
