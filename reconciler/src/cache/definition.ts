import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from 'kubernetes-types/apiextensions/v1.js';
import type { Logger } from 'pino';
import { ApiError } from '../client/api-error.js';
import type { Client, RequestOptions } from '../client/client.js';
import { objectPath } from '../client/endpoint.js';
import { DefinitionKind } from '../definition.js';
import type { KubernetesObject, Stored } from '../object.js';
import { DefinitionError } from '../reconcile/problem.js';
import type { Resource } from '../resource.js';
import { lackingFields } from '../structural/lacking-fields.js';

/**
 * The definition of a resource as the API server has it. Where it lacks a field, every object comes without that field,
 * as if no user had ever set it, and every write of an object takes it from the object for good.
 */
export class Definition {
  private unreadable = false;
  /** The state in which it was whole. */
  private whole: string | undefined;

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
    const live = await this.read<CustomResourceDefinition>({ signal });
    const lacks = live ? lackedBy(live, this.resource) : [];
    this.whole = live && lacks.length === 0 ? stateOf(live) : undefined;
    if (lacks.length > 0) throw new DefinitionError(inWords(this.name, lacks));
  }

  /**
   * The same, where it is another one by now. A spec that came before this call was written by the definition that is
   * read here, or by one before it: the end of a watch, by which a change shows, comes a second late (measured).
   */
  async confirm(signal?: AbortSignal): Promise<void> {
    if (this.unreadable) return;
    const live = this.whole && (await this.read<Stored>({ signal, accept: metadataOnly }));
    if (!live || stateOf(live) !== this.whole) await this.check(signal);
  }

  private get name(): string {
    return this.resource.definition.metadata?.name ?? '';
  }

  private read<T>(options: RequestOptions): Promise<T | undefined> {
    const path = objectPath(DefinitionKind, this.name);
    return this.client.request<T>('GET', path, options).catch((error) => this.unlessUnknown(error));
  }

  private unlessUnknown(error: unknown): undefined {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    if (error.status === 403 && !this.unreadable) {
      this.unreadable = true;
      this.log.warn({ kind: this.resource.kind, err: error }, 'not allowed to read the definition: it is not checked');
    }
  }
}

/** Of a large object (kubernetes: "Receiving resources as Tables", PartialObjectMetadata). */
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

function stateOf({ metadata }: KubernetesObject): string {
  return `${metadata?.uid} ${metadata?.generation}`;
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
