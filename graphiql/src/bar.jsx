// The bar above GraphiQL: who is signed in, and one click to change that.

import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { signIn, signOut } from './auth.js';
import { session } from './session.js';

const DEMO_ACCOUNTS = ['customer', 'studio', 'manager', 'admin'];
const DEMO_PASSWORD = 'souk-demo-2026';

export function Bar({ demo }) {
  const current = useSyncExternalStore(session.subscribe, session.get);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  useSchemaOf(current);

  async function act(action) {
    setBusy(true);
    setProblem('');
    await action().catch((error) => setProblem(error.message));
    setBusy(false);
  }

  const enter = (login, password) => act(() => signIn(login, password));

  return createPortal(
    <>
      {problem && <span role="alert">{problem}</span>}
      <fieldset disabled={busy}>
        {current ? (
          <>
            <span role="status">
              Signed in{current.username && <> as <b>{current.username}</b></>}
            </span>
            <button type="button" onClick={() => act(signOut)}>Sign out</button>
          </>
        ) : (
          <>
            <span role="status">Not signed in</span>
            {demo ? <DemoButtons onSignIn={enter} /> : <SignInForm onSignIn={enter} />}
          </>
        )}
      </fieldset>
    </>,
    document.getElementById('bar'),
  );
}

function DemoButtons({ onSignIn }) {
  return (
    <>
      <span>Sign in as</span>
      {DEMO_ACCOUNTS.map((name) => (
        <button key={name} type="button" onClick={() => onSignIn(name, DEMO_PASSWORD)}>{name}</button>
      ))}
    </>
  );
}

/** For a store with real accounts: a password typed here, unlike in an operation, gets into no history and no tab. */
function SignInForm({ onSignIn }) {
  function submit(event) {
    event.preventDefault();
    const { login, password } = event.target.elements;
    onSignIn(login.value, password.value);
  }
  return (
    <form onSubmit={submit}>
      <input name="login" placeholder="Username or email" aria-label="Username or email" autoComplete="username" required />
      <input name="password" type="password" placeholder="Password" aria-label="Password" autoComplete="current-password" required />
      <button type="submit">Sign in</button>
    </form>
  );
}

/** The schema is not the same for everybody (reports are for staff), so it is fetched anew when somebody comes or goes. */
function useSchemaOf(current) {
  const { introspect } = useGraphiQLActions();
  const since = current?.since;
  const shown = useRef(since);
  useEffect(() => {
    if (shown.current === since) return;
    shown.current = since;
    introspect();
  }, [since, introspect]);
}
