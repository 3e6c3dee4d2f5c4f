import { describe, expect, it } from 'vitest';
import { allowedOrigins, nativeMessagingManifest, PackageError } from './product.ts';

const development = 'd'.repeat(32);
const chrome = 'c'.repeat(32);
const edge = 'e'.repeat(32);

describe('who may talk to the host', () => {
  it.each([
    [{ development, chrome: null, edge: null }, 'chrome, edge'],
    [{ development, chrome, edge: null }, 'edge'],
  ])('is not settled for a release without %o', (ids, missing) => {
    expect(() => allowedOrigins('release', ids)).toThrow(missing);
    try {
      allowedOrigins('release', ids);
    } catch (error) {
      expect((error as PackageError).code).toBe('store-ids-missing');
      expect(error).toBeInstanceOf(PackageError);
    }
  });

  it('is both stores’ extensions in a release, and nobody else', () => {
    expect(allowedOrigins('release', { development, chrome, edge })).toEqual([
      `chrome-extension://${chrome}/`,
      `chrome-extension://${edge}/`,
    ]);
  });

  it('is the development extension alone in a development package', () => {
    expect(allowedOrigins('development', { development, chrome, edge })).toEqual([
      `chrome-extension://${development}/`,
    ]);
  });

  it('is what the manifest says', () => {
    const origins = allowedOrigins('release', { development, chrome, edge });
    expect(JSON.parse(nativeMessagingManifest('host.exe', origins))).toMatchObject({
      name: 'jp.hpki_navi.host',
      path: 'host.exe',
      type: 'stdio',
      allowed_origins: origins,
    });
  });
});
