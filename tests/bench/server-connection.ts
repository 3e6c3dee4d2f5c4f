import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface ShortAnswer {
  status: number;
  location: string | undefined;
  body: string;
}

/** One connection, one request at a time, HTTP/1.1 with Content-Length: a client light enough not to be what is measured. */
export class Connection {
  readonly #socket: TLSSocket;
  readonly #host: string;
  #buffer = Buffer.alloc(0);
  #waiting: { resolve(answer: ShortAnswer): void; reject(error: Error): void } | undefined;

  private constructor(socket: TLSSocket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.on('data', (part) => {
      this.#buffer = this.#buffer.length === 0 ? part : Buffer.concat([this.#buffer, part]);
      this.#look();
    });
    const lost = (error?: Error) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.reject(error ?? new Error('the connection ended'));
    };
    socket.on('error', lost);
    socket.on('close', () => lost());
    // One that waits for its turn is silent, too.
    socket.setTimeout(15_000, () => this.#waiting && socket.destroy(new Error('no answer')));
  }

  static async open(options: ConnectionOptions & { host: string; port: number; servername: string }) {
    const socket = connect(options);
    socket.setNoDelay(true);
    await once(socket, 'secureConnect');
    return new Connection(socket, options.servername);
  }

  ask(method: 'GET' | 'POST', path: string, cookie: string, json?: unknown): Promise<ShortAnswer> {
    const body = json === undefined ? '' : JSON.stringify(json);
    const head = [
      `${method} ${path} HTTP/1.1`,
      `host: ${this.#host}`,
      `origin: https://${this.#host}`,
      ...(cookie === '' ? [] : [`cookie: ${cookie}`]),
      ...(json === undefined
        ? []
        : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
    ];
    if (this.#socket.destroyed || this.#socket.readyState !== 'open') {
      return Promise.reject(new Error('the connection has ended'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    });
  }

  #look(): void {
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#buffer.subarray(0, end).toString('latin1');
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#buffer.length < end + 4 + length) return;
    const body = this.#buffer.subarray(end + 4, end + 4 + length).toString('utf8');
    this.#buffer = this.#buffer.subarray(end + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      location: /^location: *(\S+)/im.exec(head)?.[1],
      body,
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
