import type { ComponentChildren } from 'preact';
import type { OfferedVersion } from '../src/images.js';
import type { Errors } from './checked.js';
import { useTexts } from './language.js';
import { Check, Field } from './parts.js';
import { Quotas, quotasOf } from './quotas.js';

/** The form before any input. */
export const empty = {
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
/** Inputs of the form, as text. */
export type Form = typeof empty;

/** What the fields of a step work on. */
export interface StepProps {
  readonly form: Form;
  readonly set: <K extends keyof Form>(field: K) => (value: Form[K]) => void;
  readonly errors: Errors;
  readonly versions: readonly OfferedVersion[];
}

interface Step {
  readonly title: 'basics' | 'size' | 'data' | 'access';
  /** Where its fields are in the body, as starts of JSON pointers. */
  readonly pointers: readonly string[];
  readonly Fields: (props: StepProps) => ComponentChildren;
}

/** The steps of the form, in order. */
export const steps: readonly Step[] = [
  { title: 'basics', pointers: ['/namespace', '/name', '/type', '/replicas', '/image', '/version'], Fields: Basics },
  { title: 'size', pointers: ['/resources'], Fields: Size },
  { title: 'data', pointers: ['/database', '/volume'], Fields: Data },
  { title: 'access', pointers: ['/certification', '/service', '/console'], Fields: Access },
];

/** Gives fields of the form, with what is wrong at a pointer into the body. */
function useFields({ form, set, errors }: StepProps) {
  const texts = useTexts();
  return (field: keyof Form, pointer: string, rest: Partial<Parameters<typeof Field>[0]> = {}) => (
    <Field
      label={texts[field as 'name']}
      value={String(form[field])}
      onValue={set(field) as (value: string) => void}
      wrong={errors[pointer]}
      {...rest}
    />
  );
}

function Basics(props: StepProps) {
  const texts = useTexts();
  const { form, versions } = props;
  const text = useFields(props);
  return (
    <>
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
        {form.type === 'cluster' && text('replicas', '/replicas', { type: 'number', placeholder: '3' })}
        {text('version', '/image', { choices: versions.map(({ image, version }) => [image, version]) })}
      </div>
    </>
  );
}

function Size({ form, set, errors }: StepProps) {
  return <Quotas values={form.quotas} onValues={set('quotas')} errors={errors} />;
}

function Data(props: StepProps) {
  const texts = useTexts();
  const { form, set } = props;
  const text = useFields(props);
  const mysql = form.database === 'mysql';
  return (
    <>
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
    </>
  );
}

function Access(props: StepProps) {
  const texts = useTexts();
  const { form, set } = props;
  const text = useFields(props);
  return (
    <>
      <Check label={texts.login} value={form.login} onValue={set('login')} />
      <div class="fields">
        {text('nodePort', '/service/nodePorts/http', { type: 'number', placeholder: '30848' })}
        {text('consolePort', '/console/nodePort', { type: 'number', placeholder: '30080' })}
      </div>
    </>
  );
}
