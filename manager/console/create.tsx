import { useEffect, useState } from 'preact/hooks';
import { call, type Instance, instancePath, type Version } from './api.js';
import { numberOr } from './change.js';
import { fieldErrors, useChecked } from './checked.js';
import { Check, Field, Problem } from './parts.js';
import { Quotas, quotasOf, resourcesOf } from './quotas.js';
import { texts } from './texts.js';
import { yaml } from './yaml.js';

const empty = {
  namespace: 'nacos',
  name: '',
  type: 'standalone',
  version: '',
  replicas: '',
  quotas: quotasOf({ requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '4Gi' } }),
  database: 'embedded',
  host: '',
  databaseName: '',
  secret: '',
  volume: true,
  storage: '10Gi',
  storageClass: '',
  login: false,
  nodePort: '',
  consolePort: '',
};
type Form = typeof empty;

export function Create({ namespace }: { readonly namespace: string }) {
  const [form, setForm] = useState<Form>({ ...empty, namespace: namespace || empty.namespace });
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const [failure, setFailure] = useState<unknown>();
  // Of this form, so that a create that was sent twice creates once.
  const [key] = useState(() => String(crypto.getRandomValues(new Uint32Array(4))));
  useEffect(() => {
    call<{ items: Version[] }>('GET', '/api/v1/versions').then(({ items }) => {
      setVersions(items);
      setForm((before) => ({ ...before, version: items.find((item) => item.default)?.image ?? '' }));
    }, setFailure);
  }, []);

  const body = bodyOf(form);
  const path = instancePath(form.namespace.trim() || '-');
  const checked = useChecked(JSON.stringify([path, body]), (signal) =>
    call<Instance>('POST', `${path}?dryRun=true`, { body, signal }),
  );
  const errors = fieldErrors(checked.failure);
  const set =
    <K extends keyof Form>(field: K) =>
    (value: Form[K]) =>
      setForm({ ...form, [field]: value });
  const text = (field: keyof Form, pointer: string, rest: object = {}) => (
    <Field
      label={texts[field as 'name']}
      value={String(form[field])}
      onValue={set(field)}
      wrong={errors[pointer]}
      {...rest}
    />
  );
  const create = async (event: Event) => {
    event.preventDefault();
    await call('POST', path, { body, key }).then(() => {
      location.hash = `#/${form.namespace.trim()}/${form.name.trim()}`;
    }, setFailure);
  };
  const cluster = form.type === 'cluster';
  const mysql = form.database === 'mysql';
  return (
    <>
      <h1>{texts.create}</h1>
      <div class="beside">
        <form onSubmit={create}>
          <fieldset>
            <legend>{texts.basics}</legend>
            <div class="fields">
              {text('namespace', '/namespace', { required: true })}
              {text('name', '/name', {
                required: true,
                help: texts.nameHelp,
                ...(form.name === '' && { wrong: undefined }),
              })}
            </div>
            <div class="fields">
              {text('type', '/type', {
                choices: [
                  ['standalone', texts.standalone],
                  ['cluster', texts.cluster],
                ],
              })}
              {cluster && text('replicas', '/replicas', { type: 'number', placeholder: '3' })}
              {text('version', '/image', { choices: versions.map(({ image, version }) => [image, version]) })}
            </div>
          </fieldset>
          <fieldset>
            <legend>{texts.size}</legend>
            <Quotas values={form.quotas} onValues={set('quotas')} errors={errors} />
          </fieldset>
          <fieldset>
            <legend>{texts.data}</legend>
            {text('database', '/database/type', {
              choices: [
                ['embedded', texts.embedded],
                ['mysql', texts.mysql],
              ],
            })}
            {mysql && (
              <div class="fields">
                {text('host', '/database/mysqlHost', { placeholder: 'mysql.default.svc' })}
                {text('databaseName', '/database/mysqlDb', { placeholder: 'nacos' })}
                {text('secret', '/database/credentialsSecret/name')}
              </div>
            )}
            <Check label={texts.volume} value={form.volume} onValue={set('volume')} />
            {!form.volume && !mysql && <p class="note">{texts.volumeHelp}</p>}
            {form.volume && (
              <div class="fields">
                {text('storage', '/volume/requests/storage')}
                {text('storageClass', '/volume/storageClass', { placeholder: texts.standard })}
              </div>
            )}
          </fieldset>
          <fieldset>
            <legend>{texts.access}</legend>
            <Check label={texts.login} value={form.login} onValue={set('login')} />
            <div class="fields">
              {text('nodePort', '/service/nodePorts/http', { type: 'number', placeholder: '30848' })}
              {text('consolePort', '/console/nodePort', { type: 'number', placeholder: '30080' })}
            </div>
          </fieldset>
          {checked.failure && form.name !== '' && <Problem failure={checked.failure} />}
          <Problem failure={failure} />
          <button type="submit" class="primary" disabled={!checked.answer}>
            {texts.create}
          </button>
        </form>
        <section aria-label={texts.preview}>
          <h2>{texts.preview}</h2>
          <p role="status">{checked.answer ? texts.valid : checked.failure ? texts.invalid : texts.loading}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{yaml(manifestOf(form.namespace, body))}</pre>
        </section>
      </div>
    </>
  );
}

function bodyOf(form: Form) {
  const { type, version, quotas, database, volume, storage } = form;
  const mysql = database === 'mysql';
  const some = (text: string) => text.trim() || undefined;
  const number = (text: string) => (text.trim() === '' ? undefined : numberOr(text));
  const secret = some(form.secret);
  const nodePort = number(form.nodePort);
  const consolePort = number(form.consolePort);
  return withoutNulls({
    name: form.name.trim(),
    type,
    image: some(version),
    replicas: type === 'cluster' ? number(form.replicas) : undefined,
    resources: resourcesOf(quotas),
    database: mysql
      ? {
          type: 'mysql',
          mysqlHost: some(form.host),
          mysqlDb: some(form.databaseName),
          ...(secret && { credentialsSecret: { name: secret } }),
        }
      : { type: 'embedded' },
    volume: volume
      ? { enabled: true, requests: { storage: storage.trim() }, storageClass: some(form.storageClass) }
      : undefined,
    certification: form.login ? { enabled: true } : undefined,
    service: nodePort === undefined ? undefined : { nodePorts: { http: nodePort } },
    console: consolePort === undefined ? undefined : { nodePort: consolePort },
  });
}

function withoutNulls<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, inner) => inner ?? undefined)) as T;
}

function manifestOf(namespace: string, { name, ...spec }: { readonly name: string }) {
  return { apiVersion: 'nacos.io/v1alpha1', kind: 'Nacos', metadata: { name, namespace }, spec };
}
