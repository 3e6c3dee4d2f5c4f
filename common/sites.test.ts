import { describe, expect, it } from 'vitest';
import { isPermittedUrl, sites } from './sites.ts';

describe('permitted addresses', () => {
  it.each(Object.values(sites).map(({ host }) => `https://${host}/`))('%s is one', (url) => {
    expect(isPermittedUrl(url)).toBe(true);
  });

  it.each([
    ['another host', 'https://example.jp/'],
    ['the name as a label before another', 'https://2nds.medis.or.jp.example/'],
    ['the name as the end of a longer label', 'https://x2nds.medis.or.jp/'],
    ['its parent', 'https://medis.or.jp/'],
    ['letters that look the same', 'https://2nds.med\u0456s.or.jp/'],
    ['the same in punycode', 'https://2nds.xn--meds-43d.or.jp/'],
    ['the name as a user', 'https://2nds.medis.or.jp@example.jp/'],
    ['the name as a user with a password', 'https://a:b@2nds.medis.or.jp/'],
    ['another port', 'https://2nds.medis.or.jp:8443/'],
    ['no encryption', 'http://2nds.medis.or.jp/'],
    ['a script', 'javascript:location="https://2nds.medis.or.jp/"'],
    ['a blob of it', 'blob:https://2nds.medis.or.jp/0'],
    ['an opaque origin', 'null'],
    ['nothing', ''],
  ])('%s is none', (_, url) => {
    expect(isPermittedUrl(url)).toBe(false);
  });
});
