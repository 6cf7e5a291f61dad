import { useEffect, useState } from 'preact/hooks';
import { call } from './api.js';
import { useTexts } from './language.js';
import { Problem, Table } from './parts.js';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: string; readonly description?: string }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly type?: string; readonly description?: string };
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The OpenAPI document for people. */
export function Reference() {
  const texts = useTexts();
  const [document, setDocument] = useState<Document>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    call<Document>('GET', '/api/v1/openapi.json').then(setDocument, setFailure);
  }, []);
  return (
    <>
      <h1>{texts.api}</h1>
      <p>
        {texts.apiHelp} <a href="/api/v1/openapi.json">openapi.json</a>
      </p>
      <Problem failure={failure} />
      {Object.entries(document?.paths ?? {}).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => (
          <Shown key={operation.operationId} head={`${method.toUpperCase()} ${path}`} operation={operation} />
        )),
      )}
    </>
  );
}

function Shown({ head, operation }: { readonly head: string; readonly operation: Operation }) {
  const texts = useTexts();
  const { summary, description, parameters = [], requestBody } = operation;
  const fields = Object.values(requestBody?.content ?? {})[0]?.schema.properties ?? {};
  return (
    <>
      <h2>{head}</h2>
      <p>
        {summary}. {description}
      </p>
      {parameters.length > 0 && (
        <Table
          caption={`${texts.parameters}: ${head}`}
          heads={[texts.parameters, texts.message]}
          rows={parameters.map((parameter) => [
            `${parameter.name} (${parameter.in})`,
            parameter.description ?? parameter.schema.description,
          ])}
        />
      )}
      {Object.keys(fields).length > 0 && (
        <details>
          <summary>{texts.body}</summary>
          <Table
            caption={`${texts.body}: ${head}`}
            heads={[texts.body, texts.type, texts.message]}
            rows={Object.entries(fields).map(([name, { type, description }]) => [name, type, description])}
          />
        </details>
      )}
    </>
  );
}
