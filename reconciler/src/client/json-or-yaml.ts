import { createRequire } from 'node:module';

/**
 * The first document of a text in JSON or YAML, as kubectl reads it.
 *
 * @throws Error in the parser's words, which may show secrets; with `linePos` where the place is known
 */
export function parseJsonOrYaml(text: string): unknown {
  // As some editors and shells write it.
  const content = text.replace(/^\uFEFF/, '');
  if (content.trimStart().startsWith('{')) return JSON.parse(content);
  const [first] = yaml().parseAllDocuments(content);
  if (first?.errors[0]) throw first.errors[0];
  return first?.toJS();
}

/** There is no parser of YAML, as in a bundle that was made to run in a cluster. */
export class NoYamlError extends Error {
  override readonly name = 'NoYamlError';
}

interface Yaml {
  parseAllDocuments(text: string): readonly { readonly errors: readonly Error[]; toJS(): unknown }[];
}

function yaml(): Yaml {
  try {
    // Not an import: a bundle that runs in a cluster never gets here, and should not carry a YAML parser.
    return createRequire(__filename)('yaml') as Yaml;
  } catch (cause) {
    throw new NoYamlError('there is no YAML parser: npm install yaml', { cause });
  }
}
