import { render } from 'preact';
import { clock } from '../model/store.ts';
import { App } from './app.tsx';
import { begin } from './begin.ts';
import { listenToKeys } from './keys.ts';

render(<App />, document.getElementById('app')!);
clock.start();
listenToKeys();
void begin();
