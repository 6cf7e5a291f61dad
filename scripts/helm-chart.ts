import { stringify } from 'yaml';
import type { Files } from './archive.js';

/** What the chart says about itself; a package.json will do. */
export interface ChartOptions {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly keywords?: readonly string[];
}

/**
 * From 1.30 on the API server has ValidatingAdmissionPolicies
 * (https://kubernetes.io/blog/2024/04/24/validating-admission-policy-ga).
 */
const kubeVersion = '>=1.30.0-0';

const notes = `The resource "Nacos" is installed; kubectl explain nacos.spec describes it.

Samples are in the archive:
  tar -xzf {{ .Chart.Name }}-{{ .Chart.Version }}.tgz {{ .Chart.Name }}/samples

Helm leaves a CustomResourceDefinition that is there already as it is. After helm upgrade:
  tar -xzf {{ .Chart.Name }}-{{ .Chart.Version }}.tgz {{ .Chart.Name }}/crds
  kubectl apply --server-side --force-conflicts -f {{ .Chart.Name }}/crds
`;

/** Without values of its own a chart would ignore --set without a word. */
const valuesSchema = {
  $schema: 'https://json-schema.org/draft-07/schema#',
  description: 'This chart has no values: it is the output of cdk8s synth. See README.md for how to change it.',
  type: 'object',
  properties: { global: { type: 'object' } },
  additionalProperties: false,
};

/**
 * The files of a helm chart that installs what a synth wrote.
 *
 * @param manifests the files of dist/ by name; a name that ends in `-samples.k8s.yaml` is not installed
 * @returns contents by path, all of them below a folder with the chart's name
 */
export function helmChart(manifests: Files, { name, version, description, keywords }: ChartOptions): Files {
  const chart: Record<string, string> = {
    'Chart.yaml': stringify({
      apiVersion: 'v2',
      name,
      version,
      appVersion: version,
      description,
      type: 'application',
      kubeVersion,
      ...(keywords && { keywords: [...keywords] }),
    }),
    'values.schema.json': `${JSON.stringify(valuesSchema, undefined, 2)}\n`,
    'templates/NOTES.txt': notes,
  };
  for (const [file, yaml] of Object.entries(manifests)) {
    if (file.endsWith('-samples.k8s.yaml')) {
      chart[`samples/${file}`] = yaml;
      continue;
    }
    const documents = yaml.split(/^---\n/m);
    const isDefinition = (document: string) => /^kind: CustomResourceDefinition$/m.test(document);
    put(chart, `crds/${file}`, documents.filter(isDefinition));
    put(chart, `templates/${file}`, documents.filter((document) => !isDefinition(document)).map(verbatim));
  }
  return Object.fromEntries(Object.entries(chart).map(([path, content]) => [`${name}/${path}`, content]));
}

function put(chart: Record<string, string>, path: string, documents: readonly string[]): void {
  if (documents.length > 0) chart[path] = documents.join('---\n');
}

/** What helm's template language would take for its own comes out as it is. */
function verbatim(yaml: string): string {
  return yaml.replaceAll('{{', '{{ "{{" }}');
}
