import { describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfiguration, withEnvironment } from './index.ts';

const least = {
  portal: { certificate: 'a.crt', key: 'a.key' },
  cardLogin: { certificate: 'b.crt', key: 'b.key', authorities: ['ca.crt'] },
  database: { kind: 'sqlite', file: 'platform.db' },
};

describe('configuration', () => {
  it('needs certificates and a database only; hosts and times have defaults', () => {
    expect(parseConfiguration(least)).toMatchObject({
      portal: { origin: 'https://2nds.medis.or.jp', listen: { host: '127.0.0.1', port: 0 } },
      cardLogin: { origin: 'https://mahpki-auth.2nds.medis.or.jp' },
      qrSeconds: 600,
      log: 'info',
    });
  });

  it.each([
    ['a misspelt name', { ...least, qrSecond: 5 }],
    ['an origin with a path', { ...least, portal: { ...least.portal, origin: 'https://a.example/b' } }],
    ['plain http', { ...least, portal: { ...least.portal, origin: 'http://a.example' } }],
    ['no authority', { ...least, cardLogin: { ...least.cardLogin, authorities: [] } }],
    ['an unknown database', { ...least, database: { kind: 'paper' } }],
    ['nothing', undefined],
  ])('refuses %s', (_, input) => {
    expect(() => parseConfiguration(input)).toThrow(ConfigurationError);
  });

  it('says where, and never what: a value may be a password', () => {
    const input = { ...least, database: { kind: 'postgresql', url: 5, password: 'hunter2' } };
    try {
      parseConfiguration(input);
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain('database.url');
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('takes the environment over the file', () => {
    const merged = withEnvironment(least, {
      HPKI_NAVI_PORTAL__LISTEN__PORT: '8443',
      HPKI_NAVI_QR_SECONDS: '60',
      HPKI_NAVI_CARD_LOGIN__ORIGIN: 'https://card.example',
      UNRELATED: 'x',
    });
    expect(parseConfiguration(merged)).toMatchObject({
      portal: { certificate: 'a.crt', listen: { port: 8443 } },
      cardLogin: { origin: 'https://card.example' },
      qrSeconds: 60,
    });
    expect(least).not.toHaveProperty('qrSeconds');
  });
});
