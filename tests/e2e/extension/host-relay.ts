import { connect } from 'node:net';

/**
 * Stands where the native host stands: hands each message from the browser to the test on a socket, one JSON line
 * each, and back; a line that begins with `=` is octets (base64) that go out without a frame. What the host answers is
 * decided by the test.
 */
const path = process.env['HPKI_NAVI_TEST_HOST'];
if (!path) throw new Error('HPKI_NAVI_TEST_HOST is not set');
const socket = connect(path);
let fromBrowser = Buffer.alloc(0);
let fromTest = '';

process.stdin.on('data', (chunk: Buffer) => {
  fromBrowser = Buffer.concat([fromBrowser, chunk]);
  while (fromBrowser.length >= 4) {
    const length = fromBrowser.readUInt32LE(0);
    if (fromBrowser.length < 4 + length) return;
    socket.write(`${fromBrowser.subarray(4, 4 + length).toString('utf8')}\n`);
    fromBrowser = fromBrowser.subarray(4 + length);
  }
});
process.stdin.on('end', () => process.exit(0));
socket.on('data', (chunk) => {
  fromTest += chunk.toString('utf8');
  const lines = fromTest.split('\n');
  fromTest = lines.pop() ?? '';
  for (const line of lines) {
    if (line.startsWith('=')) {
      process.stdout.write(Buffer.from(line.slice(1), 'base64'));
      continue;
    }
    const body = Buffer.from(line, 'utf8');
    const header = Buffer.alloc(4);
    header.writeUInt32LE(body.length);
    process.stdout.write(Buffer.concat([header, body]));
  }
});
socket.on('close', () => process.exit(1));
socket.on('error', () => process.exit(1));
