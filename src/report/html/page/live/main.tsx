import { render } from 'preact';
import { LiveApp } from './app.js';
import { LiveFeed } from './feed.js';
import '../page.css';
import './live.css';

const root = document.getElementById('page')!;
const feed = new LiveFeed('events');
root.replaceChildren();
render(<LiveApp feed={feed} />, root);
feed.connect();
