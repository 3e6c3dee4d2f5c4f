import { render } from 'preact';
import { language } from '../panel/words.ts';
import '../panel/panel.css';
import './report.css';
import { Preview } from './preview.tsx';
import { previewWord } from './words.ts';

document.documentElement.lang = language();
document.title = previewWord('title');
render(<Preview />, document.body);
