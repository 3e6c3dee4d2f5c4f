/**
 * The net errors with which a main-frame navigation to the card login host ends. Names from Chromium's
 * net_error_list.h; that each of `login` follows from one and the same trouble of the person (no certificate, a
 * cancelled dialog, a refused certificate) was measured: without a certificate the handshake ends in
 * BAD_SSL_CLIENT_AUTH_CERT or, when the server's close wins the race against its alert, in SOCKET_NOT_CONNECTED or
 * EMPTY_RESPONSE. The extension interface calls the text a description only, so what is not listed is `other`.
 */
export type NetErrorClass =
  | 'login' // the card login failed: error guide 1
  | 'unreachable' // the host was not reached: error guide 1 too, for neither card nor reader
  | 'ignored' // another navigation took its place, or the person stopped it
  | 'other'; // the server's own certificate and the like: the browser's page says it better and stays

const login = [
  'BAD_SSL_CLIENT_AUTH_CERT', // -117
  'SSL_CLIENT_AUTH_CERT_NEEDED', // -110
  'SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED', // -134
  'SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY', // -135
  'SSL_CLIENT_AUTH_SIGNATURE_FAILED', // -141: PIN cancelled, card pulled
  'CLIENT_AUTH_CERT_TYPE_UNSUPPORTED', // -151
  'SSL_CLIENT_AUTH_CERT_BAD_FORMAT', // -164
  'SSL_CLIENT_AUTH_NO_COMMON_ALGORITHMS', // -177
  'SSL_PROTOCOL_ERROR', // -107
  'SSL_VERSION_OR_CIPHER_MISMATCH', // -113
  'SSL_DECRYPT_ERROR_ALERT', // -153
  'SOCKET_NOT_CONNECTED', // -15
  'EMPTY_RESPONSE', // -324
  'CONNECTION_CLOSED', // -100
  'CONNECTION_RESET', // -101
  'CONNECTION_ABORTED', // -103
  'HTTP_RESPONSE_CODE_FAILURE', // -379: a refusal by HTTP 403 and the like, with an empty body
] as const;

const unreachable = [
  'CONNECTION_REFUSED', // -102
  'CONNECTION_FAILED', // -104
  'NAME_NOT_RESOLVED', // -105
  'INTERNET_DISCONNECTED', // -106
  'ADDRESS_UNREACHABLE', // -109
  'TUNNEL_CONNECTION_FAILED', // -111
  'CONNECTION_TIMED_OUT', // -118
  'PROXY_CONNECTION_FAILED', // -130
  'NAME_RESOLUTION_FAILED', // -137
  'NETWORK_ACCESS_DENIED', // -138
  'TIMED_OUT', // -7
  'NETWORK_CHANGED', // -21
  'NETWORK_IO_SUSPENDED', // -331: the PC went to sleep
  'DNS_TIMED_OUT', // -803
] as const;

const classes = new Map<string, NetErrorClass>([
  ...login.map((name) => [name, 'login'] as const),
  ...unreachable.map((name) => [name, 'unreachable'] as const),
  ['ABORTED', 'ignored'],
]);

/** @param error as `webNavigation.onErrorOccurred` gives it: `net::ERR_BAD_SSL_CLIENT_AUTH_CERT`. */
export function classifyNetError(error: string): NetErrorClass {
  const name = netErrorName(error);
  const known = classes.get(name);
  if (known) return known;
  // A future relative of the client certificate's errors is still one of them.
  return name.includes('CLIENT_AUTH') ? 'login' : 'other';
}

/** `ERR_BAD_SSL_CLIENT_AUTH_CERT`, as the browser's page shows it. */
export function shownNetError(error: string): string {
  return `ERR_${netErrorName(error)}`.slice(0, 64);
}

/** How a card login ended that failed, from the data of error guide 1. */
export type LoginEnd =
  | 'refused' // in the handshake, or not told
  | 'answered' // by HTTP 401 or 403
  | 'unreached'; // there was no connection to be had, or HTTP 5xx at its end

/** @param data of the journey's error: the net error or the HTTP status. */
export function loginEnd(data: Readonly<Record<string, string | number>> | undefined): LoginEnd {
  const status = data?.['status'];
  if (typeof status === 'number') return status >= 500 ? 'unreached' : 'answered';
  const netError = data?.['netError'];
  if (typeof netError !== 'string') return 'refused';
  if (netErrorName(netError) === 'HTTP_RESPONSE_CODE_FAILURE') return 'answered';
  // What is not listed comes before a certificate is asked for: neither card nor PIN is to blame.
  return classifyNetError(netError) === 'login' ? 'refused' : 'unreached';
}

function netErrorName(error: string): string {
  return error.replace(/^net::/, '').replace(/^ERR_/, '');
}
