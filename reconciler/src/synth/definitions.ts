import { Construct } from 'constructs';
import type { Resource } from '../resource.js';
import { add, clusterScoped } from './scope.js';

export interface CustomResourceDefinitionsProps {
  /** What is declared with `resource()`. */
  readonly resources: readonly Resource[];
}

/**
 * The CustomResourceDefinitions of resources. They outlive the operator (with a definition go all its objects),
 * so give them a chart, and so a file, of their own.
 */
export class CustomResourceDefinitions extends Construct {
  constructor(scope: Construct, id: string, props: CustomResourceDefinitionsProps) {
    super(scope, id);
    for (const { definition } of props.resources) {
      const name = definition.metadata!.name!;
      clusterScoped(add(this, name, definition));
    }
  }
}
