import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Nacos } from './resource/nacos.js';

/** The CustomResourceDefinition of `Nacos`. Put it into a chart of its own without a namespace, applied before all others. */
export class NacosDefinition extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new ApiObject(this, 'Resource', {
      ...Nacos.definition,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    });
  }
}
