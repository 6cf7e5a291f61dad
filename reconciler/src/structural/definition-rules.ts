import type { CustomResourceDefinition } from 'kubernetes-types/apiextensions/v1.js';
import { type Field, fieldAt, pathOf } from './field-path.js';
import { propertiesOf, type Schema, SchemaError } from './schema.js';
import { judgeRules } from './validation-rules.js';

/** Of a DNS label (RFC 1035), which names of kinds, versions and resources are. */
const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const domain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const mostOfLabel = 63;
/** Of the field manager `<kind>.<group>` (k8s.io/apimachinery: pkg/apis/meta/v1/validation, FieldManagerMaxLength). */
const mostOfManager = 128;

/**
 * The rules of the API server for a definition's names and paths (apiextensions-apiserver, validation.go, 0.37.1), and
 * what it takes although it can never work: a path to nowhere.
 *
 * @throws SchemaError for the first that is broken
 */
export function judgeDefinition({ spec }: CustomResourceDefinition): void {
  judgeGroup(spec.group, spec.names.kind);
  const { plural, singular = '', shortNames = [], categories = [], kind, listKind = '' } = spec.names;
  const version = spec.versions[0]!;
  const [, ...former] = spec.versions.map(({ name }) => name);
  const twice = former.find((name, i) => name === version.name || former.indexOf(name) !== i);
  if (twice !== undefined) throw new SchemaError('formerVersions', `has ${twice} twice, or it is the version itself`);
  judgeLabels({
    version: [version.name],
    formerVersions: former,
    plural: [plural],
    singular: [singular],
    shortNames,
    categories,
  });
  judgeLabels({ kind: [kind.toLowerCase(), listKind.toLowerCase()] });
  const schema = version.schema!.openAPIV3Schema as Schema;
  judgeRules(schema, '.');
  judgeStatus(propertiesOf(schema).status ?? {});
  for (const { name, jsonPath } of version.additionalPrinterColumns ?? []) judgeColumn(name, jsonPath, schema);
  judgeScale(version.subresources?.scale ?? {}, schema);
}

function judgeGroup(group: string, kind: string): void {
  if (!domain.test(group) || group.length > 253)
    throw new SchemaError('group', `${JSON.stringify(group)} is no domain in lower case, such as my.domain`);
  if (/(^|\.)(k8s|kubernetes)\.io$/.test(group))
    throw new SchemaError('group', `${group} is kept for Kubernetes itself: use a domain of yours`);
  if (kind.length + 1 + group.length > mostOfManager)
    throw new SchemaError(
      'group',
      `with the kind it has more than ${mostOfManager - 1} letters, too many for the name of a field manager`,
    );
}

function judgeLabels(names: Readonly<Record<string, readonly string[]>>): void {
  for (const [field, values] of Object.entries(names))
    for (const value of values)
      if (!label.test(value) || value.length > mostOfLabel)
        throw new SchemaError(
          field,
          `${JSON.stringify(value)} has to start with a letter, go on with letters in lower case, digits and -, and have at most ${mostOfLabel}${field === 'kind' ? ' with List behind it; a kind may have capitals' : ''}`,
        );
}

/** A new object has `observedGeneration: -1` and the defaults of its status, before any controller has seen it. */
function judgeStatus(status: Schema): void {
  const fields = propertiesOf(status);
  for (const name of (status.required ?? []) as string[])
    if (fields[name]?.default === undefined)
      throw new SchemaError(`.status.${name}`, 'is required, which no new object has: make it Type.Optional');
  for (const [name, type] of Object.entries({ observedGeneration: 'integer', conditions: 'array' }))
    if (fields[name]?.type !== type) throw new SchemaError(`.status.${name}`, 'is there in every status: leave it out');
}

function judgeColumn(name: string, jsonPath: string, schema: Schema): void {
  const path = `columns.${name}`;
  if (name === '') throw new SchemaError('columns', 'has a column without a title');
  if (!jsonPath.startsWith('.')) throw new SchemaError(path, `${jsonPath} has to start with a dot, such as .spec.size`);
  const steps = pathOf(jsonPath);
  if (steps && fieldAt(schema, steps) === 'none') throw new SchemaError(path, `there is no ${jsonPath} in the schema`);
}

function judgeScale(scale: object, schema: Schema): void {
  const below: Readonly<Record<string, readonly string[]>> = {
    specReplicasPath: ['spec'],
    statusReplicasPath: ['status'],
    labelSelectorPath: ['spec', 'status'],
  };
  for (const [name, jsonPath] of Object.entries(scale) as [string, string][]) {
    const path = `scale.${name}`;
    const steps = pathOf(jsonPath);
    const starts = below[name] ?? [];
    if (!steps || steps.length < 2 || !starts.includes(steps[0]!))
      throw new SchemaError(
        path,
        `${jsonPath} has to be the path of a field below ${starts.map((one) => `.${one}`).join(' or ')}`,
      );
    const wanted = name === 'labelSelectorPath' ? 'string' : 'integer';
    const found: Field = fieldAt(schema, steps);
    if (found === 'none') throw new SchemaError(path, `there is no ${jsonPath} in the schema`);
    if (found !== 'any' && found !== wanted) throw new SchemaError(path, `${jsonPath} has to be of type ${wanted}`);
  }
}
