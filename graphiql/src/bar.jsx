// The bar above GraphiQL: who is signed in, and one click to change that.

import { useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { signIn, signOut } from './auth.js';
import { live } from './live.js';
import { session } from './session.js';

const DEMO_ACCOUNTS = ['customer', 'studio', 'manager', 'admin'];
const DEMO_PASSWORD = 'souk-demo-2026';

const useStore = (store) => useSyncExternalStore(store.subscribe, store.get);

export function Bar({ demo }) {
  const current = useStore(session);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [ownAccount, setOwnAccount] = useState(!demo);
  useSchemaOf(current);

  async function act(action) {
    setBusy(true);
    setProblem('');
    await action().then(() => setOwnAccount(!demo), (error) => setProblem(error.message));
    setBusy(false);
  }

  const enter = (login, password) => act(() => signIn(login, password));

  return createPortal(
    <>
      <Live />
      {problem && <span role="alert">{problem}</span>}
      <fieldset disabled={busy}>
        {current ? (
          <>
            <span role="status">Signed in<Viewer viewer={current.viewer} /></span>
            <button type="button" onClick={() => act(signOut)}>Sign out</button>
          </>
        ) : (
          <>
            <span role="status">Not signed in.</span>
            {ownAccount ? <SignInForm onSignIn={enter} /> : <DemoButtons onSignIn={enter} />}
            {demo && (
              <button type="button" onClick={() => setOwnAccount(!ownAccount)}>
                {ownAccount ? 'Demo accounts' : 'Other account …'}
              </button>
            )}
          </>
        )}
      </fieldset>
    </>,
    document.getElementById('bar'),
  );
}

function Viewer({ viewer }) {
  if (!viewer) return null;
  const role = viewer.role.toLowerCase();
  return <> as <b>{viewer.username}</b>{role !== viewer.username && <small> ({role})</small>}</>;
}

/** What goes on between the results of a subscription, which GraphiQL itself shows nothing of. */
function Live() {
  const state = useStore(live);
  useEffect(() => {
    document.body.classList.toggle('souk-listening', state?.connected ?? false);
  }, [state]);
  if (!state) return null;
  const { connected, results } = state;
  return (
    <span id="live" role="status" data-connected={connected}>
      {connected ? `Live: ${results} ${results === 1 ? 'result' : 'results'}` : 'Connecting …'}
    </span>
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

/** A password typed here, unlike in an operation, gets into no history and no tab. */
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
