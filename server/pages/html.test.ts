import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('html', () => {
  it('escapes what is put in and keeps what is HTML already', () => {
    const name = `"><script>alert('x')</script>`;
    const inner = html`<b title="${name}">${name}</b>`;
    const page = html`<p>${inner}${[1, 'a&b', null, undefined, false]}</p>`;
    expect(String(page)).toBe(
      '<p><b title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</b>1a&amp;b</p>',
    );
  });

  it('never lets a value open a tag or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(String(html`<i title="${value}">${value}</i>`).match(/[<>"]/g)?.join('')).toBe('<"">' + '<>');
      }),
    );
  });
});
