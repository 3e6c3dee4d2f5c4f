import { isKnownWord } from '../../common/report/redact/vocabulary.ts';

/**
 * What programmers build the names of keys, values, files and errors from. A recording is made to learn of drivers and
 * places that nobody knows yet: there such names stay, where a report keeps known words alone. No word here is a person's,
 * a place's or a pharmacy's name; who made an unknown product is asked on the sheet that goes with the recording.
 */
const parts = new Set(
  `access action agent alias api app application apps as at attribute auth authentication auto available bin bit bits by ca cache
  callback card cards cert certificate certs cfg check class client close cms code com common conf config configuration connect
  connection container context control convert core count create crypt crypto cryptography csp current data database debug
  default delete denied desktop detail device devices dialog digital dir directory disable disabled display dll does driver drivers
  edit enable enabled end entry enum enumerate error event ex exclusive exe exist exists exit export ext failed file files find first
  flag flags folder format found friendly function general get global group guid handle hash header history host hosts icc icon id ids
  image import in index info information ini init input install installed installer instance interface invalid is item items key
  keys kind know ksp label lang language last launch level lib library license link list lnk load local lock log logging login logon
  logs machine main manager manufacturer mask max mechanism memory menu message middleware min mini minidriver missing mode model
  module modules monitor mutex name names nfc no none not null number of offset on open operation option options order os out output
  p11 package parameter parameters path pcsc permission pin pki pkcs pkcs11 plugin pnp policy pool port position preference
  preferred prefix private process product profile program programs property protocol provider proxy public query read reader
  readers reg register registry release remote remove request reset resource result root rw save scan section secret secure security
  select selected selecting selection selector serial server service session set setting settings setup shared short sign signature
  signer size slot slots smart smartcard software sort source sql start startup state status stop storage store string such sub
  system table target temp terminal test text thread time timeout title to token tool tools trace type uid uninstall update upgrade
  usb use used user using util utility v val valid value values verify version view virtual was wide win window windows with writer
  xml
  enoent eacces eperm eisdir enotdir eloop ebusy eexist eio ebadf einval emfile etimedout econnrefused econnreset enotfound eai again
  ehostunreach enetunreach
  カード カードリーダ カードリーダー リーダ リーダー ライタ ライター リーダライタ リーダーライタ ツール ドライバ ドライバー ソフト ソフトウェア
  プログラム ファイル フォルダ フォルダー パス サービス サーバ サーバー クライアント バージョン モード ログ デバイス ポート ユーザ ユーザー
  設定 選択 選択ツール 証明書 認証 署名 電子署名 電子証明書 暗号 医師 薬剤師 医療 管理 確認 表示 変更 登録 更新 削除 起動 終了 接続 切断 番号 種別 状態
  名前 名称 既定 標準 共通 情報 一覧 機器 装置 用`
    .split(/\s+/)
    .filter(Boolean),
);

/** Runs of one case or script: `ReaderName2` is Reader, Name, 2. */
const pieces =
  /\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{Nd}+|[\p{Script=Katakana}ー]+|\p{Script=Han}+|\p{Script=Hiragana}+/gu;
/** What may stand between them. */
const joints = /^[._\-+#&・]*$/;
/** Word sizes, as in the host's own names of registry views. */
const wordSize = /^(?:32|64)$/;

/**
 * Whether a word of a system's text may stand in a recording: a known one, or one built from such parts alone, with one
 * short number and one letter at its end at most (`RegOpenKeyExW`): a serial number has more.
 */
export function mayBeRecorded(word: string): boolean {
  if (isKnownWord(word) || wordSize.test(word)) return true;
  const folded = word.normalize('NFKC');
  const found = folded.match(pieces) ?? [];
  const numbers = found.filter((piece) => /^\p{Nd}/u.test(piece));
  const named = found.filter(
    (piece, at) => !numbers.includes(piece) && !(at > 0 && isLastLetter(piece, at, found)),
  );
  return (
    joints.test(folded.replace(pieces, '')) &&
    numbers.length <= 1 &&
    numbers.every(({ length }) => length <= 2) &&
    named.length > 0 &&
    named.every((piece) => piece.length > 1 && (parts.has(piece.toLowerCase()) || isKnownWord(piece)))
  );
}

const isLastLetter = (piece: string, at: number, { length }: readonly string[]) =>
  piece.length === 1 && at === length - 1;
