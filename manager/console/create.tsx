import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Instance } from '../src/instance.js';
import type { OfferedVersions } from '../src/routes/versions.js';
import { call, instancePath } from './api.js';
import { numberOr } from './change.js';
import { type Checked, type Errors, fieldErrors, useChecked } from './checked.js';
import { empty, type Form, type StepProps, steps } from './create-steps.js';
import { useTexts } from './language.js';
import { Problem } from './parts.js';
import { resourcesOf } from './quotas.js';
import { yaml } from './yaml.js';

/** Form for a new instance, checked by the API server while it is filled in. */
export function Create({ namespace }: { readonly namespace: string }) {
  const texts = useTexts();
  const [failure, setFailure] = useState<unknown>();
  const [form, setForm] = useState<Form>({ ...empty, namespace: namespace || empty.namespace });
  const versions = useVersions((image) => setForm((before) => ({ ...before, version: image })), setFailure);
  // Absent until a step was chosen.
  const [chosen, setStep] = useState<number>();
  const step = chosen ?? 0;
  const last = step === steps.length - 1;
  // Of this form, so that a create that was sent twice creates once.
  const [key] = useState(() => String(crypto.getRandomValues(new Uint32Array(4))));
  const body = bodyOf(form);
  const path = instancePath(form.namespace.trim() || '-');
  const checked = useChecked(JSON.stringify([path, body]), (signal) =>
    call<Instance>('POST', `${path}?dryRun=true`, { body, signal }),
  );
  const named = form.name !== '';
  const errors = fieldErrors(checked.failure);
  const set: StepProps['set'] = (field) => (value) => setForm({ ...form, [field]: value });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!last) return setStep(step + 1);
    await call('POST', path, { body, key }).then(() => {
      location.hash = `#/${form.namespace.trim()}/${form.name.trim()}`;
    }, setFailure);
  };
  const { title, Fields } = steps[step]!;
  return (
    <>
      <h1>{texts.create}</h1>
      <Steps step={step} wrong={steps.map(({ pointers }) => named && hasError(errors, pointers))} onStep={setStep} />
      <div class="beside">
        <form onSubmit={submit}>
          <Part key={title} title={texts[title]} focused={chosen !== undefined}>
            <Fields form={form} set={set} errors={errors} versions={versions} />
          </Part>
          {checked.failure && named && <Problem failure={checked.failure} />}
          <Problem failure={failure} />
          <div class="row">
            {step > 0 && (
              <button type="button" onClick={() => setStep(step - 1)}>
                {texts.back}
              </button>
            )}
            <button type="submit" class="primary" disabled={last && !checked.answer}>
              {last ? texts.create : texts.next}
            </button>
          </div>
        </form>
        <Preview manifest={manifestOf(form.namespace, body)} checked={checked} />
      </div>
    </>
  );
}

/** The versions on offer. @param onStandard gets the image that a create without one takes */
function useVersions(onStandard: (image: string) => void, onFailure: (failure: unknown) => void) {
  const [versions, setVersions] = useState<OfferedVersions['items']>([]);
  useEffect(() => {
    call<OfferedVersions>('GET', '/api/v1/versions').then(({ items }) => {
      setVersions(items);
      onStandard(items.find((item) => item.default)?.image ?? '');
    }, onFailure);
  }, []);
  return versions;
}

/** Whether something is wrong at or below one of the pointers. */
function hasError(errors: Errors, pointers: readonly string[]): boolean {
  return Object.keys(errors).some((pointer) => pointers.some((start) => `${pointer}/`.startsWith(`${start}/`)));
}

interface PreviewProps {
  readonly manifest: unknown;
  readonly checked: Checked<Instance>;
}

function Preview({ manifest, checked }: PreviewProps) {
  const texts = useTexts();
  return (
    <section aria-label={texts.preview}>
      <h2>{texts.preview}</h2>
      <p role="status">{checked.answer ? texts.valid : checked.failure ? texts.invalid : texts.loading}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{yaml(manifest)}</pre>
    </section>
  );
}

interface StepsProps {
  readonly step: number;
  /** For each, whether one of its fields is not accepted. */
  readonly wrong: readonly boolean[];
  readonly onStep: (step: number) => void;
}

function Steps({ step, wrong, onStep }: StepsProps) {
  const texts = useTexts();
  return (
    <nav aria-label={texts.steps}>
      <ol class="steps">
        {steps.map(({ title }, index) => (
          <li key={title}>
            <button
              type="button"
              class={wrong[index] ? 'danger' : undefined}
              aria-current={index === step ? 'step' : undefined}
              onClick={() => onStep(index)}
            >
              {index + 1}. {texts[title]}
              {wrong[index] && ` – ${texts.wrongHere}`}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface PartProps {
  readonly title: string;
  /** Takes the focus as it comes, so that a screen reader reads it. */
  readonly focused: boolean;
  readonly children: ComponentChildren;
}

function Part({ title, focused, children }: PartProps) {
  const legend = useRef<HTMLLegendElement>(null);
  useEffect(() => {
    if (focused) legend.current?.focus();
  }, []);
  return (
    <fieldset>
      <legend ref={legend} tabIndex={-1}>
        {title}
      </legend>
      {children}
    </fieldset>
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
