import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { carryToken, hasToken } from './api.js';
import { Create } from './create.js';
import { Detail } from './detail.js';
import { type Language, LanguageContext, languages, useLanguage, useTexts } from './language.js';
import { List } from './list.js';
import { type Live, useLive } from './live.js';
import { type Login, logOut, useLogin } from './login.js';
import { Field, Problem } from './parts.js';
import { Reference } from './reference.js';

/** The page in the language that its reader chose. */
function Root() {
  const [language, onLanguage] = useLanguage();
  return (
    <LanguageContext.Provider value={language}>
      <App language={language} onLanguage={onLanguage} />
    </LanguageContext.Provider>
  );
}

interface LanguageProps {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

function App({ language, onLanguage }: LanguageProps) {
  const texts = useTexts();
  const route = useRoute();
  const [namespace, setNamespace] = useState('');
  const [session, setSession] = useState(0);
  const live = useLive(namespace, session);
  const signIn = (token: string) => {
    carryToken(token);
    setSession((before) => before + 1);
  };
  const signOut = () => {
    logOut();
    signIn('');
  };
  const login = useLogin(signIn);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        {texts.skip}
      </button>
      <Header route={route} language={language} onLanguage={onLanguage} onSignOut={signOut} />
      <main id="main" tabIndex={-1}>
        {live.failure?.status === 401 ? (
          <SignIn failure={hasToken() ? live.failure : login.failure} login={login} onToken={signIn} />
        ) : (
          <Page route={route} live={live} namespace={namespace} onNamespace={setNamespace} />
        )}
      </main>
    </>
  );
}

/** The part of the address behind `#`; another one moves the focus to the content. */
function useRoute(): string {
  const [route, setRoute] = useState(location.hash);
  useEffect(() => {
    const follow = () => {
      setRoute(location.hash);
      document.querySelector('main')?.focus();
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

interface HeaderProps extends LanguageProps {
  readonly route: string;
  readonly onSignOut: () => void;
}

function Header({ route, language, onLanguage, onSignOut }: HeaderProps) {
  const texts = useTexts();
  const link = (hash: string, text: string) => (
    <a href={hash} aria-current={(route || '#/') === hash ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <header>
      <strong>Nacos</strong>
      <nav aria-label="Nacos">
        {link('#/', texts.instances)}
        {link('#/create', texts.create)}
        {link('#/api', texts.api)}
      </nav>
      <select
        aria-label={texts.language}
        value={language}
        onChange={({ currentTarget }) => onLanguage(currentTarget.value as Language)}
      >
        {languages.map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      {hasToken() && (
        <button type="button" onClick={onSignOut}>
          {texts.signOut}
        </button>
      )}
    </header>
  );
}

interface PageProps {
  readonly route: string;
  readonly live: Live;
  readonly namespace: string;
  readonly onNamespace: (namespace: string) => void;
}

function Page({ route, live, namespace, onNamespace }: PageProps) {
  const [of = '', name] = route.replace(/^#\//, '').split('/');
  if (of === 'create' && !name) return <Create namespace={namespace} />;
  if (of === 'api' && !name) return <Reference />;
  if (name) return <Detail key={route} live={live} namespace={of} name={name} />;
  return <List live={live} namespace={namespace} onNamespace={onNamespace} />;
}

interface SignInProps {
  readonly failure: unknown;
  readonly login: Login;
  readonly onToken: (token: string) => void;
}

function SignIn({ failure, login, onToken }: SignInProps) {
  const texts = useTexts();
  const [token, setToken] = useState('');
  if (login.busy) return <p role="status">{texts.loading}</p>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token);
      }}
    >
      <h1>{texts.signIn}</h1>
      {login.leave && (
        <>
          <button type="button" class="primary" onClick={login.leave}>
            {texts.singleSignOn}
          </button>
          <p>{texts.orToken}</p>
        </>
      )}
      <Field label={texts.token} value={token} type="password" onValue={setToken} help={texts.tokenHelp} required />
      <Problem failure={failure} />
      <button type="submit" class="primary">
        {texts.signIn}
      </button>
    </form>
  );
}

render(<Root />, document.body);
