import { render } from 'preact';
import { App } from './app.tsx';
import './panel.css';
import { language, word } from './words.ts';

document.documentElement.lang = language();
document.title = word('name');
render(<App />, document.body);
