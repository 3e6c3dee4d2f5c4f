import { afterEach, describe, expect, it, vi } from 'vitest';
import { LookingProcess } from './client.ts';

vi.setConfig({ testTimeout: 30_000 }); // each test starts several processes of Node

const started: LookingProcess[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.end();
});

/** A looking process that runs this script instead: `tell` sends one message, `hear` gets each one. */
function stub(script: string, options: { answerMs?: number; idleMs?: number } = {}): LookingProcess {
  const prelude = `
    const tell = (m) => { const j = Buffer.from(JSON.stringify(m)); const h = Buffer.alloc(4);
      h.writeUInt32LE(j.length); process.stdout.write(Buffer.concat([h, j])); };
    const hear = (f) => process.stdin.on('data', (d) => {
      for (let at = 0; at < d.length; at += 4 + d.readUInt32LE(at))
        f(JSON.parse(d.subarray(at + 4, at + 4 + d.readUInt32LE(at)).toString())); });
    const seen = (m) => tell({ type: 'seen', id: m.id, observation: { subject: m.subject, at: new Date().toISOString(),
      ms: process.pid, how: 'stub', result: { outcome: 'unknown', reason: 'not-found' } } });`;
  const looking = new LookingProcess({ command: [process.execPath, '-e', prelude + script], ...options });
  started.push(looking);
  return looking;
}

const look = (looking: LookingProcess, subject: string) =>
  looking.ask({ type: 'look', subject, browserId: 1 });
const pidOf = (answer: Awaited<ReturnType<typeof look>>) =>
  answer.type === 'seen' ? answer.observation.ms : undefined;

describe('the looking process', () => {
  it('answers, and is gone when it was idle', async () => {
    const looking = stub('hear(seen)', { idleMs: 1 });
    const first = pidOf(await look(looking, 'policies'));
    for (let alive = true; alive; await new Promise((resolve) => setTimeout(resolve, 5))) {
      try {
        process.kill(first ?? 0, 0);
      } catch {
        alive = false;
      }
    }
    expect(pidOf(await look(looking, 'policies'))).not.toBe(first);
  });

  it('that hangs with one question answers the others at once, and is ended then', async () => {
    const looking = stub('hear((m) => { if (m.subject !== "card-driver") seen(m); })', { answerMs: 2000 });
    let late = false;
    const hung = look(looking, 'card-driver').catch((error: NodeJS.ErrnoException) => {
      late = true;
      return error;
    });
    const pid = pidOf(await look(looking, 'policies'));
    expect(late).toBe(false);
    expect(await hung).toMatchObject({ code: 'ETIMEDOUT' });
    expect(pidOf(await look(looking, 'policies'))).not.toBe(pid);
  });

  it('waits longer for an action, which a person may have to consent to', async () => {
    const looking = stub(
      'hear((m) => m.type === "act" && setTimeout(() => tell({ type: "acted", id: m.id, outcome: "done" }), 300))',
      { answerMs: 50 },
    );
    expect(await looking.ask({ type: 'act', action: 'open-services' })).toMatchObject({ outcome: 'done' });
  });

  it('that ends or talks nonsense fails the questions and nothing else', async () => {
    const looking = stub(
      'hear((m) => m.subject === "policies" ? process.exit(1) : m.subject === "usb-readers" ? tell(1) : seen(m))',
    );
    await expect(look(looking, 'policies')).rejects.toThrow('ended');
    await expect(look(looking, 'usb-readers')).rejects.toThrow('ended');
    expect(pidOf(await look(looking, 'driver-reader'))).toBeGreaterThan(0);
  });
});
