import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { portalHost, readQrCode, type TestServer, type Visitor } from './server-fixture.ts';

/** What a test may get wrong on purpose. */
export interface Ceremony {
  /** Flags of the authenticator data (WebAuthn Level 3, 6.1): UP 1, UV 4, AT 64. */
  flags?: number;
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  credentialId?: Uint8Array;
}

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

/** A phone without a browser: the protocol alone, with an authenticator (ES256, attestation none) in software. */
export class SoftwarePhone {
  readonly visitor: Visitor;

  constructor(test: TestServer) {
    this.visitor = test.visitor(iphone);
  }

  /** Opens what the camera read; the path of the page it leads to. */
  async scan(address: string): Promise<string> {
    const url = new URL(address);
    await this.visitor.ask(url.pathname);
    const { body } = await this.visitor.ask('/phone/open', { json: { secret: url.hash.slice(1) } });
    return (JSON.parse(body) as { next: string }).next;
  }

  /** Manual (8). The path of the page it leads to. */
  async logIn(): Promise<string> {
    const { path } = await this.visitor.follow('/phone/login', { method: 'POST', form: {} });
    return path;
  }

  async options(): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { body } = await this.visitor.ask('/phone/options', { json: {} });
    return JSON.parse(body) as PublicKeyCredentialCreationOptionsJSON;
  }

  /** Manual (9) and (10). The path the page would go to. */
  async register(ceremony: Ceremony = {}): Promise<string> {
    return this.send(answerTo(await this.options(), ceremony));
  }

  async send(response: unknown): Promise<string> {
    const { body } = await this.visitor.ask('/phone/registration', { json: response });
    return (JSON.parse(body) as { next: string }).next;
  }

  /** Manual (11). The path of the page it leads to. */
  async confirmLabel(label = ''): Promise<string> {
    const { path } = await this.visitor.follow('/phone/label', { method: 'POST', form: { label } });
    return path;
  }

  /** Manual (8) to (12) with the QR code of a page. */
  async registerBy(qrPage: string): Promise<void> {
    const way = [
      await this.scan(readQrCode(qrPage)),
      await this.logIn(),
      await this.register(),
      await this.confirmLabel(),
    ];
    const expected = ['/phone/login', '/phone/register', '/phone/label', '/phone/done'];
    if (way.join() !== expected.join()) throw new Error(`the phone went ${way.join(' ')}`);
  }
}

/** RegistrationResponseJSON of a new credential. */
export function answerTo(options: PublicKeyCredentialCreationOptionsJSON, ceremony: Ceremony = {}) {
  const credentialId = ceremony.credentialId ?? new Uint8Array(randomBytes(32));
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const clientData = JSON.stringify({
    type: ceremony.type ?? 'webauthn.create',
    challenge: ceremony.challenge ?? options.challenge,
    origin: ceremony.origin ?? `https://${portalHost}`,
    crossOrigin: false,
  });
  const authData = Buffer.concat([
    createHash('sha256')
      .update(ceremony.rpId ?? options.rp.id ?? '')
      .digest(),
    Uint8Array.of(ceremony.flags ?? 0x45),
    Buffer.alloc(4),
    Buffer.alloc(16),
    Uint8Array.of(credentialId.length >> 8, credentialId.length & 255),
    credentialId,
    coseKey(publicKey),
  ]);
  const attestation = isoCBOR.encode(
    new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]) as never,
  );
  const id = Buffer.from(credentialId).toString('base64url');
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: Buffer.from(clientData).toString('base64url'),
      attestationObject: Buffer.from(attestation).toString('base64url'),
      transports: ['internal'],
    },
    clientExtensionResults: {},
    authenticatorAttachment: 'platform',
  };
}

/** COSE_Key of a P-256 public key (RFC 9053 7.1.1). */
function coseKey(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const octets = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
  return isoCBOR.encode(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, octets(x)],
      [-3, octets(y)],
    ]) as never,
  );
}
