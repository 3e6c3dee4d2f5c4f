import { rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PackageError, product } from './product.ts';
import { runTool } from './tool.ts';

/** A code-signing certificate with its key, as the publisher's certificate authority hands it out. */
export interface Signer {
  /** PKCS#12 file. */
  certificate: string;
  /** File with its password on the first line. */
  passwordFile: string;
  /** RFC 3161 server. Without it a signature ends with its certificate. */
  timestampUrl?: string | undefined;
  /** The same, for programs that this one starts. */
  environment: Record<string, string>;
}

/** The publisher's certificate, when the environment names one; else packages stay unsigned. */
export function signerFromEnvironment(environment: NodeJS.ProcessEnv = process.env): Signer | undefined {
  const {
    HPKI_NAVI_SIGN_CERTIFICATE: certificate,
    HPKI_NAVI_SIGN_PASSWORD_FILE: passwordFile,
    HPKI_NAVI_SIGN_TIMESTAMP_URL: timestampUrl,
  } = environment;
  if (!certificate && !passwordFile) return undefined;
  if (!certificate || !passwordFile) {
    throw new PackageError(
      'tool-failed',
      'HPKI_NAVI_SIGN_CERTIFICATE and HPKI_NAVI_SIGN_PASSWORD_FILE go together',
    );
  }
  return {
    certificate,
    passwordFile,
    timestampUrl,
    environment: {
      HPKI_NAVI_SIGN_CERTIFICATE: certificate,
      HPKI_NAVI_SIGN_PASSWORD_FILE: passwordFile,
      ...(timestampUrl ? { HPKI_NAVI_SIGN_TIMESTAMP_URL: timestampUrl } : {}),
    },
  };
}

/** Signs an .exe, .dll/.node or .msi in place (Authenticode, SHA-256). */
export async function sign(file: string, signer: Signer): Promise<void> {
  const signed = `${file}.signed`;
  try {
    await runTool('osslsigncode', [
      'sign',
      '-pkcs12',
      signer.certificate,
      '-readpass',
      signer.passwordFile,
      '-h',
      'sha256',
      '-n',
      product.name.en,
      ...(signer.timestampUrl ? ['-ts', signer.timestampUrl] : []),
      '-in',
      file,
      '-out',
      signed,
    ]);
    await rename(signed, file);
  } finally {
    await rm(signed, { force: true });
  }
}

/** The command line to which NSIS adds the file to sign: this file, with the certificate in the environment. */
export function signerCommand(): string {
  return `"${process.execPath}" "${fileURLToPath(import.meta.url)}"`;
}

if (import.meta.main) {
  const signer = signerFromEnvironment();
  const file = process.argv[2];
  if (!signer || !file) throw new PackageError('tool-failed', 'sign.ts FILE, with HPKI_NAVI_SIGN_… set');
  await sign(file, signer);
}
