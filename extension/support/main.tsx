import { render } from 'preact';
import './support.css';
import { SupportPage } from './page.tsx';

render(<SupportPage />, document.body);
