import {
  defaultImage,
  defaultVersion,
  formatVersion,
  knownVersions,
  parseVersion,
  ports,
  profileOf,
  versionOfImage,
} from 'cdk8s-nacos/model';
import { fieldErrorOf, ProblemError } from './problem.js';

/** A version that can be created now. */
export interface OfferedVersion {
  readonly version: string;
  readonly image: string;
  /** What a create takes that names neither image nor version. */
  readonly default: boolean;
  /** Where the console is on the Service for clients. */
  readonly console: { readonly port: number; readonly path: string };
  /** Whether token and identity of the servers are needed even with authentication off. */
  readonly credentialsRequired: boolean;
}

/** Which images instances may be created with. */
export class Images {
  /** @param allowed references with a version in their tag. @default those of the known versions, and any other */
  constructor(private readonly allowed?: readonly string[]) {
    for (const image of allowed ?? [])
      if (!versionOfImage(image))
        throw new Error(`IMAGES: ${image}: its tag names no version, expected one such as nacos/nacos-server:v3.0.3`);
  }

  /** Newest first. */
  get versions(): OfferedVersion[] {
    const images = this.allowed ?? knownVersions.map((version) => defaultImage(version));
    const offered = images.map((image) => offer(image, image === this.standard));
    return offered.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
  }

  /** Whether only the offered versions can be created. */
  get restricted(): boolean {
    return this.allowed !== undefined;
  }

  /**
   * What a create or change has to say about its image so that an allowed one is taken.
   *
   * @throws ProblemError if it is none of those
   */
  choose({ image, version }: { readonly image?: unknown; readonly version?: unknown }): { image?: string } {
    if (!this.allowed) return {};
    if (typeof image === 'string' && image !== '') return this.check(image);
    if (typeof version !== 'string' || version === '') return { image: this.standard };
    const found = this.allowed.find((candidate) => versionIn(candidate) === versionIn(`:${version}`));
    return found ? { image: found } : this.refuse('version', version);
  }

  private check(image: string): { image?: string } {
    return this.allowed?.includes(image) ? {} : this.refuse('image', image);
  }

  private refuse(field: string, value: string): never {
    const detail = `${value} is not one of ${this.allowed?.join(', ')}; the operators of this service decide (IMAGES)`;
    throw new ProblemError(422, `${field}: ${detail}`, [fieldErrorOf(`spec.${field}`, detail)]);
  }

  private get standard(): string {
    const image = defaultImage(defaultVersion);
    return this.allowed?.find((candidate) => versionIn(candidate) === defaultVersion) ?? this.allowed?.[0] ?? image;
  }
}

function offer(image: string, standard: boolean): OfferedVersion {
  const version = versionOfImage(image) ?? parseVersion(defaultVersion)!;
  const { consolePort, authRequired } = profileOf(version);
  return {
    version: formatVersion(version),
    image,
    default: standard,
    console: consolePort ? { port: consolePort, path: '/' } : { port: ports.http, path: '/nacos' },
    credentialsRequired: authRequired,
  };
}

function versionIn(image: string): string | undefined {
  const version = versionOfImage(image);
  return version && formatVersion(version);
}
