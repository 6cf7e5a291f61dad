import { useEffect, useState } from 'preact/hooks';
import { call, carryToken } from './api.js';
import { useTexts } from './language.js';
import { comeBack, type Issuer, isBack, leave, type Tokens } from './openid.js';

/** Single sign-on of the page. */
export interface Login {
  /** Leaves for the page of the issuer; absent where none is configured. */
  readonly leave?: () => void;
  /** Whether the issuer's answer is on its way. */
  readonly busy: boolean;
  readonly failure?: unknown;
}

let renewal: ReturnType<typeof setTimeout> | undefined;

/** Logging in at the issuer that the service names, if it names one. `onToken` gets the token of the user. */
export function useLogin(onToken: (token: string) => void): Login {
  const { secureOnly } = useTexts();
  const [issuer, setIssuer] = useState<Issuer>();
  const [busy, setBusy] = useState(isBack());
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const start = async () => {
      const found = await call<Partial<Issuer>>('GET', '/login.json');
      if (!found.issuer) return;
      setIssuer(found as Issuer);
      if (!isBack()) return;
      const tokens = await comeBack(found as Issuer);
      onToken(tokens.idToken);
      renewInTime(tokens);
    };
    start()
      .catch(setFailure)
      .finally(() => setBusy(false));
  }, []);
  const go = (to: Issuer) => (isSecureContext ? leave(to) : Promise.reject(new Error(secureOnly)));
  return { busy, failure, ...(issuer && { leave: () => void go(issuer).catch(setFailure) }) };
}

/** Half of its life before a token ends. When that fails, the next request is answered 401 and the page asks again. */
function renewInTime({ expiresAt, renew }: Tokens): void {
  if (!renew) return;
  const timer = setTimeout(
    async () => {
      const tokens = await renew().catch(() => undefined);
      // A user who logged out meanwhile stays logged out.
      if (!tokens || renewal !== timer) return;
      carryToken(tokens.idToken);
      renewInTime(tokens);
    },
    (expiresAt - Date.now()) / 2,
  );
  renewal = timer;
}

/** Forgets the token. */
export function logOut(): void {
  clearTimeout(renewal);
  renewal = undefined;
  carryToken('');
}
