/**
 * The tables, the same in SQLite and PostgreSQL. Instants are milliseconds since 1970 (UTC), octets are base64url
 * text, truth is 0 or 1. Whatever a person or a browser must show to be let in (session, ticket, code, challenge)
 * is stored as its SHA-256 only: a stolen copy of the database opens nothing.
 */
export interface Tables {
  people: PeopleTable;
  credentials: CredentialsTable;
  card_logins: CardLoginsTable;
  hand_overs: HandOversTable;
  sessions: SessionsTable;
  tickets: TicketsTable;
  phone_sessions: PhoneSessionsTable;
  challenges: ChallengesTable;
  rate_limits: RateLimitsTable;
  revocation_lists: RevocationListsTable;
  my_number_cards: MyNumberCardsTable;
  sign_ins: SignInsTable;
  candidates: CandidatesTable;
  operators: OperatorsTable;
  operator_enrolments: OperatorEnrolmentsTable;
  operator_keys: OperatorKeysTable;
  operator_sessions: OperatorSessionsTable;
  initial_sheets: InitialSheetsTable;
  audit_log: AuditLogTable;
  audit_head: AuditHeadTable;
}

export interface PeopleTable {
  /** 32 random octets; the WebAuthn user handle, which says nothing about the person. */
  id: string;
  /** Lower case: usernames are compared without regard to case. */
  username: string;
  created_at: number;
}

export interface CredentialsTable {
  /** WebAuthn credential id. */
  id: string;
  person_id: string;
  /** COSE key. */
  public_key: string;
  counter: number;
  /** JSON array of strings. */
  transports: string;
  aaguid: string;
  /** `singleDevice` or `multiDevice` (a synced passkey). */
  device_type: string;
  backed_up: number;
  phone: PhoneKind;
  label: string;
  registered_at: number;
  /** When a later registration took its place, or it was ended; null while it is the one in use. */
  replaced_at: number | null;
  /** When it last signed in, if ever: registered is not yet working. */
  last_used_at: number | null;
}

export type PhoneKind = 'iphone' | 'android' | 'other';
/** What a person on the PC is let in for. */
export type Purpose = 'register' | 'status' | 'link';
/** What a card login is made for. A change of phone goes on as a registration. */
export type LoginPurpose = Purpose | 'change';
/** The card that proves who someone is: HPKI card, or My Number card (its certificate for user authentication). */
export type CardKind = 'hpki' | 'my-number';

/** A card login that was begun on the portal. The token is in the browser's cookie, its hash in the link. */
export interface CardLoginsTable {
  token_hash: string;
  purpose: LoginPurpose;
  card: CardKind;
  /** The session it goes on with: linking takes two logins. */
  session_hash: string | null;
  expires_at: number;
}

/** What the card login host gives the browser to take back to the portal. Good once, and only in that browser. */
export interface HandOversTable {
  code_hash: string;
  login_hash: string;
  /** Empty when a My Number card was shown: whose it is, is looked up afterwards. */
  person_id: string;
  subject_hash: string | null;
  hc_role: string | null;
  expires_at: number;
}

export interface SessionsTable {
  token_hash: string;
  person_id: string;
  purpose: Purpose;
  /** The qualification in the card's certificate, shown and then forgotten with the session. */
  hc_role: string | null;
  created_at: number;
  expires_at: number;
  /** 1 once a My Number card was linked in it. */
  linked: number;
}

/** Which person a My Number card belongs to. Nothing of the card is kept but a hash of an opaque name. */
export interface MyNumberCardsTable {
  person_id: string;
  /** SHA-256 of issuer and subject in the certificate for user authentication (my-number/subject-hash.ts). */
  subject_hash: string;
  linked_at: number;
}

export type TicketState =
  | 'waiting'
  | 'opened'
  | 'logged-in'
  /** Change of phone: the new one is there and has to sign in once. */
  | 'proving'
  | 'registered'
  | 'done'
  | 'cancelled';

/** `change`: the phone in use ends only when the new one has signed in. */
export type TicketKind = 'registration' | 'change';

export interface TicketsTable {
  id: string;
  session_hash: string;
  person_id: string;
  secret_hash: string;
  state: TicketState;
  created_at: number;
  /** Until when the QR code can be read and logged in with. */
  expires_at: number;
  /** The phone that logged in, and until when it may finish. */
  phone_hash: string | null;
  phone_expires_at: number | null;
  /** JSON of the last failure on the phone, null once it is overcome. */
  problem: string | null;
  credential_id: string | null;
  /** Grows by one with each change, so that a waiting PC page can tell old from new. */
  version: number;
  kind: TicketKind;
  /** The printed sheet that it came from; null when a card was shown. */
  sheet_id: string | null;
  /** Ceremonies that its phone began. */
  attempts: number;
}

/** The new phone in a change of phone, until it has signed in; then it becomes a credential. */
export interface CandidatesTable
  extends Omit<CredentialsTable, 'label' | 'registered_at' | 'replaced_at' | 'last_used_at'> {
  ticket_id: string;
  expires_at: number;
}

/** What a sign-in with the phone is for. */
export type SignInPurpose = 'change' | 'status' | 'trial';
export type SignInState = 'waiting' | 'opened' | 'confirmed' | 'done' | 'taken' | 'cancelled';

/** A sign-in with the registered phone, begun in a browser on the PC and shown there as a QR code. */
export interface SignInsTable {
  id: string;
  /** The browser it was begun in: SHA-256 of its login or session token. */
  browser_hash: string;
  secret_hash: string;
  purpose: SignInPurpose;
  /** Who signs in: known from the beginning in a trial, otherwise once it is done. */
  person_id: string | null;
  /** Two digits, shown on the PC and typed on the phone: the one who signs in is in front of this very PC. */
  number: string;
  wrong_numbers: number;
  state: SignInState;
  created_at: number;
  /** When the present state ends. */
  expires_at: number;
  phone_hash: string | null;
  problem: string | null;
  version: number;
  /** Ceremonies that its phone began. */
  attempts: number;
}

export interface PhoneSessionsTable {
  token_hash: string;
  ticket_id: string;
  expires_at: number;
}

export interface ChallengesTable {
  hash: string;
  ticket_id: string;
  expires_at: number;
}

export interface RateLimitsTable {
  key: string;
  window_start: number;
  count: number;
}

/** The newest certificate revocation list had from each address. */
export interface RevocationListsTable {
  url: string;
  /** DER in base64. */
  list: string;
  fetched_at: number;
}

/** `support` reads; `operator` issues and ends as well. */
export type OperatorRole = 'support' | 'operator';

export interface OperatorsTable {
  /** 32 random octets; the WebAuthn user handle. */
  id: string;
  name: string;
  role: OperatorRole;
  created_at: number;
  ended_at: number | null;
}

/** A link that lets an operator make a passkey, once. */
export interface OperatorEnrolmentsTable {
  token_hash: string;
  operator_id: string;
  expires_at: number;
}

export interface OperatorKeysTable {
  id: string;
  operator_id: string;
  public_key: string;
  counter: number;
  transports: string;
  registered_at: number;
}

export interface OperatorSessionsTable {
  token_hash: string;
  operator_id: string;
  expires_at: number;
}

export type SheetState = 'issued' | 'used' | 'locked' | 'revoked';

/** A printed sheet with a QR code and a password, for registering a phone without a card reader (登録方法1). */
export interface InitialSheetsTable {
  id: string;
  person_id: string;
  secret_hash: string;
  password_salt: string;
  /** scrypt. */
  password_hash: string;
  wrong_passwords: number;
  state: SheetState;
  issued_at: number;
  /** The operator's id. */
  issued_by: string;
  expires_at: number;
}

/** What operators did. Each entry holds the hash of the one before. */
export interface AuditLogTable {
  seq: number;
  at: number;
  /** An operator's id, or `command`. */
  actor: string;
  act: string;
  /** The id of what it was done to; never a name. */
  subject: string;
  /** JSON. */
  detail: string;
  previous: string;
  hash: string;
}

/** The last entry: what is missing at the end shows by it. */
export interface AuditHeadTable {
  id: number;
  seq: number;
  hash: string;
}
