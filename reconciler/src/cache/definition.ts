import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from 'kubernetes-types/apiextensions/v1.js';
import type { Logger } from 'pino';
import { ApiError } from '../client/api-error.js';
import type { Client } from '../client/client.js';
import { objectPath } from '../client/endpoint.js';
import { DefinitionKind } from '../definition.js';
import { DefinitionError } from '../reconcile/problem.js';
import type { Resource } from '../resource.js';
import { lackingFields } from '../structural/lacking-fields.js';

/**
 * The definition of a resource as the API server has it. Where it lacks a field, every object comes without that field,
 * as if no user had ever set it, and every write of an object takes it from the object for good.
 */
export class Definition {
  private unreadable = false;

  constructor(
    private readonly resource: Resource,
    private readonly client: Client,
    private readonly log: Logger,
  ) {}

  /**
   * Reads it again. One that may not be read, or is not there, as of an aggregated API, is taken for whole.
   *
   * @throws DefinitionError that names what it lacks
   */
  async check(signal?: AbortSignal): Promise<void> {
    const name = this.resource.definition.metadata?.name ?? '';
    const live = await this.client
      .request<CustomResourceDefinition>('GET', objectPath(DefinitionKind, name), { signal })
      .catch((error) => this.unlessUnknown(error));
    const lacks = live ? lackedBy(live, this.resource) : [];
    if (lacks.length > 0) throw new DefinitionError(inWords(name, lacks));
  }

  private unlessUnknown(error: unknown): undefined {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    if (error.status === 403 && !this.unreadable) {
      this.unreadable = true;
      this.log.warn({ kind: this.resource.kind, err: error }, 'not allowed to read the definition: it is not checked');
    }
  }
}

/** What a live definition lacks of the declared one. What it has beside that is of a later release. */
export function lackedBy({ spec }: CustomResourceDefinition, { version, definition }: Resource): string[] {
  if (spec.preserveUnknownFields) return [];
  const declared = definition.spec.versions[0]!;
  const served = spec.versions.find(({ name }) => name === version);
  // A kind that is not served answers so by itself.
  if (!served) return [];
  // Objects are stored without what the stored version lacks, unless a webhook puts that elsewhere.
  const stored = spec.versions.filter(({ storage }) => storage && spec.conversion?.strategy !== 'Webhook');
  const lacks = [served, ...stored].flatMap((one) => lackingFields(schemaOf(declared), schemaOf(one)));
  return [...new Set([...lacks, ...(served.subresources?.status ? [] : ['the subresource status'])])];
}

function schemaOf({ schema }: CustomResourceDefinitionVersion) {
  return schema?.openAPIV3Schema ?? {};
}

const mostNamed = 5;

function inWords(name: string, lacks: readonly string[]): string {
  const named = lacks.slice(0, mostNamed).join(', ');
  const more = lacks.length > mostNamed ? ` and ${lacks.length - mostNamed} more` : '';
  return `CustomResourceDefinition ${name} lacks ${named}${more}: nothing is changed until the one of this release is back (kubectl apply --server-side --force-conflicts -f FILE, its file among the manifests of the operator)`;
}
