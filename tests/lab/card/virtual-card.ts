import { constants, privateEncrypt } from 'node:crypto';
import { type Bytes, concat, contextPrimitive, tlv } from '../der.ts';
import { type Command, INS, parseCommand } from './apdu.ts';
import type { Application, CardFile, CardImage, KeyFile, PinFile, TransparentFile } from './image.ts';
import { SW } from './status-word.ts';

type Reply = { readonly data: Bytes; readonly sw: number };

const NO_DATA = new Uint8Array();
const reply = (sw: number, data: Bytes = NO_DATA): Reply => ({ data, sw });

/** The master file, as an application without a name. */
const MASTER_FILE = 0x3f00;

/** What the card remembers between commands and forgets at a reset. */
type Session = {
  application: Application | undefined;
  file: CardFile | undefined;
  verified: Set<PinFile>;
  signingKey: KeyFile | undefined;
  /** Rest of a response, for GET RESPONSE. */
  pending: Bytes;
  pendingStatus: number;
  chain: { readonly header: string; data: Bytes } | undefined;
};

const newSession = (): Session => ({
  application: undefined,
  file: undefined,
  verified: new Set(),
  signingKey: undefined,
  pending: NO_DATA,
  pendingStatus: SW.ok,
  chain: undefined,
});

/**
 * A smart card as a state machine after ISO 7816-4, -8 and -15: files, selection, security status, PIN
 * counters and signatures. Counters survive a reset, everything else does not.
 */
export class VirtualCard {
  readonly image: CardImage;
  private session: Session = newSession();
  private readonly triesLeft = new Map<PinFile, number>();

  constructor(image: CardImage) {
    this.image = image;
    for (const application of image.applications)
      for (const file of application.files) if (file.kind === 'pin') this.triesLeft.set(file, file.triesLeft);
  }

  /** Power on or reset; the ATR, or undefined when the card does not answer. */
  reset(): Bytes | undefined {
    this.session = newSession();
    return this.image.atr;
  }

  /** The tries left of each PIN, in the order of the image: what a test may know and a program must ask. */
  get tries(): number[] {
    return [...this.triesLeft.values()];
  }

  /** One command APDU to one response APDU (data and status word). */
  transmit(bytes: Bytes): Bytes {
    const { data, sw } = this.respond(bytes);
    return concat(data, Uint8Array.of(sw >> 8, sw & 0xff));
  }

  private respond(bytes: Bytes): Reply {
    const parsed = parseCommand(bytes);
    if (parsed === undefined) return reply(SW.wrongLength);
    if (parsed.extended && !this.image.traits.extendedLength) return reply(SW.wrongLength);
    if (parsed.ins !== INS.getResponse) this.session.pending = NO_DATA;
    const command = this.unchain(parsed);
    if (typeof command === 'number') return reply(command);
    return this.limit(command, this.execute(command));
  }

  /** Joins chained commands (CLA bit 5). A status word when the command is not complete or out of order. */
  private unchain(command: Command): Command | number {
    const { session } = this;
    const header = `${command.cla & ~0x10},${command.ins},${command.p1},${command.p2}`;
    const before = session.chain;
    if (before !== undefined && before.header !== header) {
      session.chain = undefined;
      return SW.lastOfChainExpected;
    }
    const data = concat(before?.data ?? NO_DATA, command.data);
    if ((command.cla & 0x10) !== 0) {
      if (command.ins !== INS.performSecurity) return SW.chainingUnsupported;
      session.chain = { header, data };
      return SW.ok;
    }
    session.chain = undefined;
    return { ...command, data };
  }

  private execute(command: Command): Reply {
    if (command.ins === INS.getResponse) return this.getResponse(command);
    if (command.cla === 0x80) {
      return command.ins === INS.performSecurity && this.image.traits.signsWithClass80
        ? this.signWithSelectedKey(command)
        : reply(SW.unknownClass);
    }
    if ((command.cla & 0x80) !== 0) return reply(SW.unknownClass);
    if ((command.cla & 0x03) !== 0) return reply(SW.logicalChannel);
    if ((command.cla & 0x0c) !== 0) return reply(SW.secureMessaging);
    if (command.cla !== 0) return reply(SW.unknownClass);
    switch (command.ins) {
      case INS.select:
        return this.select(command);
      case INS.readBinary:
        return this.readBinary(command);
      case INS.verify:
        return this.verify(command);
      case INS.manageSecurity:
        return this.manageSecurity(command);
      case INS.performSecurity:
        return this.performSecurity(command);
      default:
        return reply(SW.unknownInstruction);
    }
  }

  /** Cuts a response to what was asked for, and keeps the rest for GET RESPONSE. */
  private limit(command: Command, whole: Reply): Reply {
    const atOnce =
      this.image.traits.responsesByGetResponse && command.ins !== INS.getResponse && command.data.length > 0
        ? 0
        : command.expected;
    if (whole.data.length <= atOnce) return whole;
    // In cases 1 and 3 nothing is wanted back: over T=1 the data is simply not sent.
    if (command.expected === 0 && !this.image.traits.responsesByGetResponse) return reply(whole.sw);
    this.session.pending = whole.data.slice(atOnce);
    this.session.pendingStatus = whole.sw;
    return reply(
      SW.moreData | (Math.min(this.session.pending.length, 256) % 256),
      whole.data.slice(0, atOnce),
    );
  }

  private getResponse(command: Command): Reply {
    const { pending, pendingStatus } = this.session;
    if (command.p1 !== 0 || command.p2 !== 0) return reply(SW.wrongParameters);
    if (pending.length === 0) return reply(SW.conditionsOfUse);
    this.session.pending = NO_DATA;
    return reply(pendingStatus, pending);
  }

  // SELECT, ISO 7816-4 section 11.2.2

  private select(command: Command): Reply {
    if (!this.image.traits.selectMethods.includes(command.p1)) return reply(SW.wrongParameters);
    switch (command.p1) {
      case 0x00:
        return this.selectByIdentifier(command);
      case 0x02:
        return this.selectFile(command, command.data, this.session.application);
      case 0x03:
        return this.selectMasterFile(command);
      case 0x04:
        return this.selectApplication(command);
      case 0x08:
        return this.selectByPath(command, this.withoutMasterFile(command.data), undefined);
      case 0x09:
        return this.selectByPath(command, command.data, this.session.application);
      default:
        return reply(SW.wrongParameters);
    }
  }

  private selectApplication(command: Command): Reply {
    if ((command.p2 & ~0x0f) !== 0) return reply(SW.wrongParameters);
    const { applications, traits } = this.image;
    const name = command.data;
    if (name.length === 0 || name.length > 16) return reply(SW.wrongLength);
    const matches = applications.filter(({ aid }) =>
      traits.partialNames ? equal(aid.slice(0, name.length), name) : equal(aid, name),
    );
    const selected = this.session.application;
    const current = selected === undefined ? -1 : matches.indexOf(selected);
    const occurrence = command.p2 & 0x03;
    const found =
      occurrence === 0
        ? matches[0]
        : occurrence === 1
          ? matches.at(-1)
          : occurrence === 2
            ? matches[current + 1]
            : matches[current < 0 ? matches.length - 1 : current - 1];
    if (found === undefined) return reply(SW.fileNotFound);
    this.enter(found);
    return reply(SW.ok, this.controlInformation(command.p2, tlv(0x84, found.aid)));
  }

  /** Makes an application current: what was selected, set or verified before is gone. */
  private enter(application: Application | undefined): void {
    const { session } = this;
    const keep = this.image.traits.keepPinOnReselect && session.application === application;
    session.application = application;
    session.file = undefined;
    session.signingKey = undefined;
    if (!keep) session.verified.clear();
  }

  private selectMasterFile(command: Command): Reply {
    this.enter(undefined);
    return reply(SW.ok, this.controlInformation(command.p2, tlv(0x83, Uint8Array.of(0x3f, 0x00))));
  }

  private selectByIdentifier(command: Command): Reply {
    if (command.data.length === 0 || equal(command.data, Uint8Array.of(0x3f, 0x00)))
      return this.selectMasterFile(command);
    return this.selectFile(command, command.data, this.session.application);
  }

  private withoutMasterFile(path: Bytes): Bytes {
    return path.length >= 4 && ((path[0] ?? 0) << 8) + (path[1] ?? 0) === MASTER_FILE ? path.slice(2) : path;
  }

  private selectByPath(command: Command, path: Bytes, from: Application | undefined): Reply {
    // Applications have names and no file identifiers, so a path is one elementary file long.
    if (path.length > 2) return reply(SW.fileNotFound);
    if (from === undefined && this.find(path, undefined) !== undefined) this.enter(undefined);
    return this.selectFile(command, path, from);
  }

  private filesOf(application: Application | undefined): readonly CardFile[] {
    return application === undefined ? this.image.masterFiles : application.files;
  }

  private find(path: Bytes, application: Application | undefined): CardFile | undefined {
    const fid = ((path[0] ?? 0) << 8) | (path[1] ?? 0);
    return this.filesOf(application).find((file) => file.fid === fid);
  }

  private selectFile(command: Command, path: Bytes, application: Application | undefined): Reply {
    if (path.length !== 2) return reply(SW.wrongLength);
    const wantsControl = (command.p2 & 0x0c) !== 0x0c;
    if ((command.p2 & ~0x0c) !== 0) return reply(SW.wrongParameters);
    if (wantsControl && !this.image.traits.fileControl) return reply(SW.wrongParameters);
    const file = this.find(path, application);
    if (file === undefined) return reply(SW.fileNotFound);
    this.session.file = file;
    return reply(SW.ok, this.controlInformation(command.p2, fileControlParameters(file)));
  }

  /** FCI (6F) or FCP (62) around the content, or nothing, as P2 asks. */
  private controlInformation(p2: number, content: Bytes): Bytes {
    switch (p2 & 0x0c) {
      case 0x00:
        return tlv(0x6f, content);
      case 0x04:
        return tlv(0x62, content);
      default:
        return NO_DATA;
    }
  }

  // READ BINARY, ISO 7816-4 section 11.3.3

  private readBinary(command: Command): Reply {
    const { session } = this;
    let offset = ((command.p1 & 0x7f) << 8) | command.p2;
    if ((command.p1 & 0x80) !== 0) {
      const sfi = command.p1 & 0x1f;
      if ((command.p1 & 0x60) !== 0 || sfi === 0 || sfi === 0x1f) return reply(SW.wrongParameters);
      const file = this.filesOf(session.application).find((candidate) => candidate.sfi === sfi);
      if (file === undefined) return reply(SW.fileNotFound);
      session.file = file;
      offset = command.p2;
    }
    const file = session.file;
    if (command.data.length > 0) return reply(SW.wrongLength);
    if (file === undefined) return reply(SW.noCurrentFile);
    if (file.kind !== 'transparent') return reply(SW.wrongFileKind);
    if (!this.mayRead(file)) return reply(SW.securityStatus);
    if (command.expected === 0) return reply(SW.wrongLength);
    if (offset >= file.content.length) return reply(SW.wrongOffset);
    const rest = file.content.slice(offset);
    // Le 00 (or 0000) asks for as much as there is, so less than the maximum is no shortfall.
    const most = command.expected === (command.extended ? 65536 : 256);
    const data = rest.slice(0, command.expected);
    if (rest.length >= command.expected || most) return reply(SW.ok, data);
    switch (this.image.traits.shortRead) {
      case '6Cxx':
        return rest.length < 256 ? reply(SW.wrongLe | rest.length) : reply(SW.endOfFile, data);
      case '6282':
        return reply(SW.endOfFile, data);
      case '9000':
        return reply(SW.ok, data);
    }
  }

  private mayRead(file: TransparentFile): boolean {
    return file.readPin === undefined || this.isVerified(file.readPin);
  }

  private isVerified(fid: number): boolean {
    const pin = this.filesOf(this.session.application).find((file) => file.fid === fid);
    return pin?.kind === 'pin' && this.session.verified.has(pin);
  }

  // VERIFY, ISO 7816-4 section 11.5.6

  private verify(command: Command): Reply {
    const { session } = this;
    const { traits } = this.image;
    if (command.p1 !== 0) return reply(SW.wrongParameters);
    const current = session.file;
    const pin =
      command.p2 === 0x80
        ? current?.kind === 'pin' && current.reference === undefined
          ? current
          : undefined
        : this.filesOf(session.application).find(
            (file): file is PinFile => file.kind === 'pin' && file.reference === command.p2,
          );
    if (pin === undefined) return reply(SW.referenceNotFound);
    const left = this.triesLeft.get(pin) ?? 0;
    if (command.data.length === 0) {
      // Case 2 would be a VERIFY that wants data back.
      if (command.expected !== 0) return reply(SW.wrongLength);
      if (left === 0) return reply(Number.parseInt(traits.blockedStatus, 16));
      if (session.verified.has(pin) && traits.emptyVerifyTellsVerified) return reply(SW.ok);
      return reply(SW.verifyFailed | left);
    }
    if (left === 0) return reply(SW.pinBlocked);
    if (command.data.length < pin.minimumLength || command.data.length > pin.maximumLength)
      return reply(SW.wrongLength);
    if (!equal(command.data, new TextEncoder().encode(pin.value))) {
      session.verified.delete(pin);
      this.triesLeft.set(pin, left - 1);
      return reply(left === 1 ? SW.pinBlocked : SW.verifyFailed | (left - 1));
    }
    this.triesLeft.set(pin, pin.maximumTries);
    session.verified.add(pin);
    return reply(SW.ok);
  }

  // MANAGE SECURITY ENVIRONMENT and PERFORM SECURITY OPERATION, ISO 7816-4 and -8

  private manageSecurity(command: Command): Reply {
    if (command.p1 !== 0x41 || command.p2 !== 0xb6) return reply(SW.wrongParameters);
    const references = controlReferences(command.data);
    if (references === undefined) return reply(SW.wrongData);
    const keys = this.filesOf(this.session.application).filter(
      (file): file is KeyFile => file.kind === 'key',
    );
    const byFile = references.get(0x81);
    const byReference = references.get(0x84) ?? references.get(0x83);
    const wanted = byReference ?? byFile;
    if (wanted === undefined) return reply(SW.wrongData);
    const number = wanted.reduce((value, octet) => value * 256 + octet, 0);
    const key = keys.find(
      (file) => file.fid === number || (wanted.length === 1 && file.reference === number),
    );
    if (key === undefined) return reply(SW.referenceNotFound);
    this.session.signingKey = key;
    return reply(SW.ok);
  }

  private performSecurity(command: Command): Reply {
    if (command.p1 !== 0x9e || command.p2 !== 0x9a) return reply(SW.wrongParameters);
    const key = this.session.signingKey;
    if (key === undefined) return reply(SW.conditionsOfUse);
    return this.sign(key, command.data, this.image.traits.padsDigestInfo ? 'either' : 'block');
  }

  private signWithSelectedKey(command: Command): Reply {
    if (command.p1 !== 0x00 || command.p2 !== 0x80) return reply(SW.wrongParameters);
    const key = this.session.file;
    if (key?.kind !== 'key') return reply(SW.conditionsOfUse);
    return this.sign(key, command.data, 'digest-info');
  }

  private sign(key: KeyFile, data: Bytes, accepted: 'block' | 'digest-info' | 'either'): Reply {
    const { session } = this;
    if (!this.isVerified(key.pin)) return reply(SW.securityStatus);
    const modulusLength = (key.privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const isBlock = data.length === modulusLength;
    if (isBlock ? accepted === 'digest-info' : accepted === 'block' || !isDigestInfo(data))
      return reply(SW.wrongData);
    const padding = isBlock ? constants.RSA_NO_PADDING : constants.RSA_PKCS1_PADDING;
    let signature: Bytes;
    try {
      signature = new Uint8Array(privateEncrypt({ key: key.privateKey, padding }, data));
    } catch {
      // A block that is not below the modulus, or a DigestInfo too long for it.
      return reply(SW.wrongData);
    }
    if (key.pinPerUse) session.verified.clear();
    return reply(SW.ok, signature);
  }
}

function equal(a: Bytes, b: Bytes): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Size, kind and identifiers of a file (ISO 7816-4 table 12). */
function fileControlParameters(file: CardFile): Bytes {
  const size = file.kind === 'transparent' ? file.content.length : 0;
  // 01 transparent working file; 08 internal file, whose content nobody outside may read.
  const descriptor = file.kind === 'transparent' ? 0x01 : 0x08;
  return concat(
    contextPrimitive(0, Uint8Array.of(size >> 8, size & 0xff)),
    contextPrimitive(2, Uint8Array.of(descriptor)),
    contextPrimitive(3, Uint8Array.of(file.fid >> 8, file.fid & 0xff)),
    ...(file.sfi === undefined ? [] : [contextPrimitive(8, Uint8Array.of(file.sfi << 3))]),
  );
}

/** The data objects of a control reference template, by tag; undefined when they do not parse. */
function controlReferences(data: Bytes): Map<number, Bytes> | undefined {
  const found = new Map<number, Bytes>();
  let position = 0;
  while (position < data.length) {
    const tag = data[position] ?? 0;
    const length = data[position + 1];
    if (length === undefined || length > 0x7f || position + 2 + length > data.length) return undefined;
    found.set(tag, data.slice(position + 2, position + 2 + length));
    position += 2 + length;
  }
  return found;
}

/** DigestInfo of PKCS #1: a SEQUENCE that fills the data and holds a SEQUENCE and an OCTET STRING. */
function isDigestInfo(data: Bytes): boolean {
  const [tag, length, inner, innerLength] = data;
  if (tag !== 0x30 || length === undefined || length !== data.length - 2) return false;
  if (inner !== 0x30 || innerLength === undefined) return false;
  const digest = 4 + innerLength;
  return data[digest] === 0x04 && data[digest + 1] === data.length - digest - 2;
}
