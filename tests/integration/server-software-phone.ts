import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
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
  /** Signature counter; 0 as on phones, which do not count. */
  counter?: number;
  /** The new credential's; made up when left out. */
  keys?: { publicKey: KeyObject; privateKey: KeyObject };
}

/** A credential on a phone. */
export interface SoftwareKey {
  id: string;
  privateKey: KeyObject;
  userHandle: string;
}

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

/** A phone without a browser: the protocol alone, with an authenticator (ES256, attestation none) in software. */
export class SoftwarePhone {
  readonly visitor: Visitor;
  /** The newest credential on it. */
  key: SoftwareKey | undefined;

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
    const options = await this.options();
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const answer = answerTo(options, { keys, ...ceremony });
    this.key = { id: answer.id, privateKey: keys.privateKey, userHandle: options.user.id };
    return this.send(answer);
  }

  /** The number that the PC shows. The path of the page it leads to. */
  async typeNumber(number: string): Promise<string> {
    const { path } = await this.visitor.follow('/phone/sign-in/number', { method: 'POST', form: { number } });
    return path;
  }

  /** 「ログイン」 or 「確認」 with a credential that is there already. The path the page would go to. */
  async signIn(base = '/phone/sign-in', ceremony: Ceremony = {}, key = this.key): Promise<string> {
    if (!key) throw new Error('the phone has no key');
    const { body } = await this.visitor.ask(`${base}/options`, { json: {} });
    const options = JSON.parse(body) as PublicKeyCredentialRequestOptionsJSON;
    const answer = await this.visitor.ask(`${base}/answer`, { json: assertionTo(options, key, ceremony) });
    return (JSON.parse(answer.body) as { next: string }).next;
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
  const { publicKey } = ceremony.keys ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
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
    counterOf(ceremony),
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

/** AuthenticationResponseJSON of a credential. */
export function assertionTo(
  options: PublicKeyCredentialRequestOptionsJSON,
  key: SoftwareKey,
  ceremony: Ceremony = {},
) {
  const clientData = Buffer.from(
    JSON.stringify({
      type: ceremony.type ?? 'webauthn.get',
      challenge: ceremony.challenge ?? options.challenge,
      origin: ceremony.origin ?? `https://${options.rpId}`,
      crossOrigin: false,
    }),
  );
  const authData = Buffer.concat([
    createHash('sha256')
      .update(ceremony.rpId ?? options.rpId ?? '')
      .digest(),
    Uint8Array.of(ceremony.flags ?? 0x05),
    counterOf(ceremony),
  ]);
  const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
  return {
    id: key.id,
    rawId: key.id,
    type: 'public-key',
    response: {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, key.privateKey).toString('base64url'),
      userHandle: key.userHandle,
    },
    clientExtensionResults: {},
    authenticatorAttachment: 'platform',
  };
}

function counterOf({ counter = 0 }: Ceremony): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(counter);
  return octets;
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
