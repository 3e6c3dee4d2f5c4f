// The least a native messaging host in Node can be: answers each frame with a frame.
let pending = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
    const end = 4 + pending.readUInt32LE(0);
    const { id } = JSON.parse(pending.subarray(4, end).toString());
    pending = pending.subarray(end);
    const answer = Buffer.from(JSON.stringify({ type: 'done', id }));
    const header = Buffer.alloc(4);
    header.writeUInt32LE(answer.length);
    process.stdout.write(Buffer.concat([header, answer]));
  }
});
