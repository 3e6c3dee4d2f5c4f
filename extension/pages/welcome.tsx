import { useBackground } from '../panel/background-port.ts';
import { Button } from '../panel/parts/button.tsx';
import { Icon } from '../panel/parts/icon.tsx';
import { said } from '../panel/parts/said.tsx';
import { findingNext, findingSentence, word } from '../panel/words.ts';
import { showPage } from './show-page.tsx';

/** After the installation: is the helper program there, and where is the button? */
function Welcome() {
  const { state, send } = useBackground();
  const host = state?.checks.find(({ check }) => check === 'host');
  const next = host && host.status !== 'pass' ? findingNext(host) : null;
  return (
    <main class="app wide" data-page="welcome">
      <p class="product">{word('name')}</p>
      <h1 id="headline">{word('welcomeTitle')}</h1>
      <section class="verdict" aria-live="polite">
        <h2>{word('welcomeHost')}</h2>
        {host ? (
          <p class="working" data-check="host" data-status={host.status} data-reason={host.reason}>
            <Icon name={host.status} />
            <span>{said(findingSentence(host))}</span>
          </p>
        ) : (
          <p class="working">{word('headlineChecking')}</p>
        )}
        {next ? <p class="next">{said(next)}</p> : null}
        {next ? (
          <Button action="check-again" kind="main" onPress={() => send({ type: 'check-again' })}>
            {word('action_check_again')}
          </Button>
        ) : null}
      </section>
      <p class="next">{word('welcomeHow')}</p>
      <p class="after">{word('welcomePin')}</p>
    </main>
  );
}

showPage('welcomeTitle', <Welcome />);
