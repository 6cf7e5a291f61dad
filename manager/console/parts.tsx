import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Failure } from './api.js';
import { useTexts } from './language.js';

/** What went wrong, with the fields that are wrong. */
export function Problem({ failure }: { readonly failure: unknown }) {
  if (!failure) return null;
  const text = failure instanceof Error ? failure.message : String(failure);
  const errors = failure instanceof Failure ? failure.errors : [];
  return (
    <div class="problem" role="alert">
      {text}
      {errors.length > 0 && (
        <ul>
          {errors.map(({ field, detail }) => (
            <li key={field + detail}>
              {field}: {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly help?: string;
  readonly wrong?: string;
  readonly placeholder?: string;
  readonly type?: string;
  readonly required?: boolean;
  /** A choice instead of free text: values and their labels. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
}

/** An input with its label, help and what is wrong with it. */
export function Field({ label, value, onValue, help, wrong, choices, ...rest }: FieldProps) {
  const id = useId();
  const described = [help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(' ') || undefined;
  const common = { id, value, 'aria-describedby': described, 'aria-invalid': wrong ? ('true' as const) : undefined };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {choices ? (
        <select {...common} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          {...(rest as object)}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
      {help && <small id={`${id}-help`}>{help}</small>}
      {wrong && (
        <small id={`${id}-wrong`} class="wrong">
          {wrong}
        </small>
      )}
    </div>
  );
}

/** A checkbox with its label. */
export function Check({
  label,
  value,
  onValue,
}: {
  readonly label: string;
  readonly value: boolean;
  readonly onValue: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="field check">
      <input id={id} type="checkbox" checked={value} onChange={({ currentTarget }) => onValue(currentTarget.checked)} />
      <label for={id}>{label}</label>
    </div>
  );
}

/** Modal, so the browser keeps the focus inside and closes it on Escape. */
function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

interface AskProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** Whatever it throws is shown, and the dialog stays. */
  readonly send: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog that asks before something is done. */
export function Ask({ title, action, danger, disabled, send, onClose, children }: AskProps) {
  const texts = useTexts();
  const [failure, setFailure] = useState<unknown>();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!disabled) await send().then(onClose, setFailure);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        <Problem failure={failure} />
        <div class="row">
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={disabled}>
            {action}
          </button>
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A button that copies a text. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const texts = useTexts();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" onClick={copy} aria-label={`${texts.copy}: ${label}`}>
      {copied ? texts.copied : texts.copy}
    </button>
  );
}

/** State of an instance, in its colour. */
export function Phase({ phase, paused }: { readonly phase: string; readonly paused?: boolean }) {
  const texts = useTexts();
  return (
    <span class={`phase ${phase}`}>
      {phase || '–'}
      {paused && ` (${texts.paused})`}
    </span>
  );
}

/** A table that scrolls by itself where it is too wide. */
export function Table({
  caption,
  heads,
  rows,
}: {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
}) {
  const texts = useTexts();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, index) => (
                <td key={index} class={heads[index] === texts.message ? 'text' : undefined}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
