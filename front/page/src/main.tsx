import { render } from 'preact';
render(<p>sipcast</p>, document.body);
