import {
  type ApplicationName,
  applications,
  hpkiFiles,
  jpkiPin,
  objectDirectoryFile,
} from './applications.ts';
import {
  type FileReference,
  type ObjectDirectory,
  parseCertificateFile,
  parseObjectDirectory,
  parsePasswordReferences,
  sameFile,
} from './directory.ts';

/**
 * The one gate in front of the card: nothing reaches it but SELECT of the applications listed and of the files
 * listed or named by the card's own directory, READ BINARY, the GET RESPONSE that a 61xx asked for, and the empty
 * VERIFY for a reference read from the card's own AOD (JPKI: for its authentication PIN's file). In particular no
 * VERIFY with data, no key operation, no writing. It follows the answers itself, so a caller's mistake or a
 * hostile directory can't talk it into more.
 */
export class Gate {
  #application: ApplicationName | undefined;
  #currentFile: FileReference | undefined;
  /** What the application's own directory named. */
  #directory: ObjectDirectory = {};
  #certificate: FileReference | undefined;
  #references = new Set<number>();
  /** Octets of the file being read: what the card's directory is learnt from. */
  #read: { file: FileReference; octets: number[] } | undefined;
  #offered: number | undefined;
  #refused = 0;

  /** Commands refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Whether `command` may go to the card now. A refusal is counted. */
  passes(command: Uint8Array): boolean {
    const passes = this.#mayPass(command);
    if (!passes) this.#refused += 1;
    return passes;
  }

  /** What the card answered to a command that passed: data and status word. */
  answered(command: Uint8Array, data: Uint8Array, statusWord: number): void {
    this.#offered = statusWord >> 8 === 0x61 ? statusWord & 0xff : undefined;
    const done = statusWord === 0x9000 || statusWord >> 8 === 0x61;
    switch (command[1]) {
      case 0xa4:
        this.#read = undefined;
        if (command[2] === 0x04) this.#enter(done ? applicationOf(command) : undefined);
        else this.#currentFile = done ? { fid: fidOf(command) } : undefined;
        return;
      case 0xb0: {
        const p1 = command[2] ?? 0;
        if (p1 & 0x80) {
          const opened = done || statusWord >> 8 === 0x62 || statusWord >> 8 === 0x6c;
          this.#currentFile = opened ? { sfi: p1 & 0x1f } : undefined;
          this.#read = undefined;
        }
        if (this.#currentFile) this.#learn(this.#currentFile, data);
        return;
      }
      case 0xc0:
        if (this.#read) this.#learn(this.#read.file, data);
        return;
    }
  }

  /** The card was reset or its state is otherwise unknown. */
  forget(): void {
    this.#enter(undefined);
    this.#offered = undefined;
  }

  #mayPass(command: Uint8Array): boolean {
    const [cla, ins, p1, p2] = command;
    if (cla !== 0x00 || p1 === undefined || p2 === undefined) return false;
    switch (ins) {
      case 0xa4:
        return p1 === 0x04 ? applicationOf(command) !== undefined : this.#isListedFile(command);
      case 0xb0:
        return this.#isReading(command, p1, p2);
      case 0xc0:
        return (
          this.#offered !== undefined &&
          command.length === 5 &&
          p1 === 0 &&
          p2 === 0 &&
          command[4] === this.#offered
        );
      case 0x20:
        return command.length === 4 && p1 === 0 && this.#mayAskTries(p2);
      default:
        return false;
    }
  }

  #isListedFile(command: Uint8Array): boolean {
    const [, , p1, p2, lc] = command;
    if (p1 !== 0x02 || p2 !== 0x0c || lc !== 0x02 || command.length !== 7) return false;
    const fid = fidOf(command);
    if (this.#application === 'jpki') return fid === jpkiPin.fid;
    return this.#application !== undefined && this.#mayRead({ fid });
  }

  #isReading(command: Uint8Array, p1: number, p2: number): boolean {
    if (this.#application !== 'hpki-authentication' && this.#application !== 'hpki-signature') return false;
    const short = command.length === 5;
    const extended = command.length === 7 && command[4] === 0x00;
    if (!short && !extended) return false;
    if (p1 & 0x80) return (p1 & 0x60) === 0 && p2 === 0 && this.#mayRead({ sfi: p1 & 0x1f });
    return this.#currentFile !== undefined;
  }

  #mayRead(file: FileReference): boolean {
    const { authenticationObjects, certificates } = this.#directory;
    return [...hpkiFiles, authenticationObjects, certificates, this.#certificate].some(
      (listed) => listed !== undefined && sameFile(listed, file),
    );
  }

  #mayAskTries(p2: number): boolean {
    if (this.#application === 'jpki') {
      return p2 === jpkiPin.p2 && sameFile(this.#currentFile, { fid: jpkiPin.fid });
    }
    return this.#application !== undefined && this.#references.has(p2);
  }

  #enter(application: ApplicationName | undefined): void {
    this.#application = application;
    this.#currentFile = undefined;
    this.#read = undefined;
    this.#directory = {};
    this.#certificate = undefined;
    this.#references = new Set();
  }

  /** Adds what came from the card to what may be asked of it: files from OD and CD, references from AOD. */
  #learn(file: FileReference, data: Uint8Array): void {
    if (this.#application === 'jpki') return;
    if (!this.#read || !sameFile(this.#read.file, file)) this.#read = { file, octets: [] };
    if (this.#read.octets.length + data.length > directoryLimit) return;
    this.#read.octets.push(...data);
    const octets = Uint8Array.from(this.#read.octets);
    if (sameFile(file, objectDirectoryFile)) this.#directory = parseObjectDirectory(octets);
    if (sameFile(file, this.#directory.certificates)) {
      this.#certificate = parseCertificateFile(octets);
    }
    if (sameFile(file, this.#directory.authenticationObjects)) {
      this.#references = new Set(parsePasswordReferences(octets).slice(0, 4));
    }
  }
}

/** Octets of a directory file beyond which nothing is learnt from it. */
export const directoryLimit = 2048;

function applicationOf(command: Uint8Array): ApplicationName | undefined {
  const names = Object.keys(applications) as ApplicationName[];
  return names.find((name) => {
    const { aid, select } = applications[name];
    const p2 = select === 'fci' ? 0x00 : 0x0c;
    const tail = select === 'fci' ? [0x00] : [];
    const expected = [0x00, 0xa4, 0x04, p2, aid.length, ...aid, ...tail];
    return expected.length === command.length && expected.every((octet, at) => octet === command[at]);
  });
}

function fidOf(command: Uint8Array): number {
  return ((command[5] ?? 0) << 8) | (command[6] ?? 0);
}
