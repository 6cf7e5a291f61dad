import type { NacosObject } from 'cdk8s-nacos/model';
import type { Stored } from 'cdk8s-reconciler';
import { ApiError } from 'cdk8s-reconciler/client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { instanceOf } from '../instance.js';
import { manifestOf } from '../manifest.js';
import { ProblemError } from '../problem.js';

/** An instance as JSON with its ETag, or as a manifest where the caller accepts YAML. */
export function answer({ headers }: FastifyRequest, reply: FastifyReply, nacos: Stored<NacosObject>) {
  reply.header('etag', `"${nacos.metadata.resourceVersion}"`);
  if (headers.accept?.includes('yaml')) return reply.type('application/yaml').send(manifestOf(nacos));
  return instanceOf(nacos);
}

/**
 * The result of a write.
 *
 * @throws ProblemError with 412 for a conflict of a request that named a version
 */
export async function outdated<T>({ resourceVersion }: { resourceVersion?: string }, written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    if (!resourceVersion || !(error instanceof ApiError) || error.status !== 409) throw error;
    throw new ProblemError(412, 'it was changed since the version in If-Match: read it again, then decide again');
  }
}
