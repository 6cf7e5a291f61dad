import { inRegistry } from 'cdk8s-reconciler/kit';
import type { IConstruct } from 'constructs';
import { propProblems } from './props/check.js';
import { registry as registrySchema } from './props/schemas.js';
import { problemText } from './resource/problem.js';

const key = 'cdk8s-nacos/imageRegistry';

/**
 * One registry for every image of an app, for networks without internet access.
 *
 * | image | in `harbor.cloud.io` |
 * |---|---|
 * | `nginx:1.27` | `harbor.cloud.io/library/nginx:1.27` |
 * | `nacos/nacos-server` | `harbor.cloud.io/nacos/nacos-server` |
 * | `quay.io/a/b:1` | `harbor.cloud.io/a/b:1` |
 * | `a/b@sha256:…` | `harbor.cloud.io/a/b@sha256:…` |
 * | `harbor.cloud.io/a/b` | unchanged |
 */
export class ImageRegistry {
  /**
   * Makes everything below `scope` take its images from `registry`.
   *
   * @param scope an app or a chart that has no children yet
   * @param registry such as `harbor.cloud.io` or `harbor.cloud.io/mirror`
   * @throws Error if `registry` is none, or something below `scope` was made already: its images would stay where
   * they are
   */
  public static use(scope: IConstruct, registry: string): void {
    const [child] = scope.node.children;
    if (child)
      throw new Error(
        `${scope.node.path || 'the app'} (ImageRegistry): has ${child.node.path} already, and its images would stay where they are; call use() first`,
      );
    const problems = propProblems(registrySchema, registry).map((problem) => problemText(problem, 'registry'));
    if (problems.length > 0) throw new Error(`${scope.node.path || 'the app'} (ImageRegistry): ${problems.join()}`);
    scope.node.setContext(key, registry.replace(/\/+$/, ''));
  }

  /** The reference of `image` below `scope`. */
  public static resolve(scope: IConstruct, image: string): string {
    return inRegistry(image, scope.node.tryGetContext(key));
  }

  private constructor() {}
}
