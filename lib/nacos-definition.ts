import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { Nacos } from './resource/nacos.js';

/** The CustomResourceDefinition of `Nacos`. Put it into a chart of its own, applied before all others. */
export class NacosDefinition extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    const definition = new ApiObject(this, 'Resource', {
      ...Nacos.definition,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    });
    // A chart gives its namespace to everything in it, also to what has none.
    if (Chart.of(this).namespace) definition.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
