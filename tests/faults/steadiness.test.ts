import { expect, it } from 'vitest';
import { coursesTable, Steadiness } from './steadiness.ts';

const course = (memory: readonly number[], handles: readonly number[] = memory.map(() => 20)) => {
  const steadiness = new Steadiness();
  memory.forEach((memoryMiB, index) => {
    steadiness.add('host', { memoryMiB, handles: handles[index] ?? 0 });
  });
  return steadiness.courses[0];
};
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

it('warming up is no growth', () => {
  expect(course([40, 60, 80, 80, 81, 80, 79, 82])).toMatchObject({ flat: true, samples: 8 });
});

it('memory that goes on growing is told, and a single breath is not', () => {
  expect(course(upTo(40).map((at) => 80 + at))).toMatchObject({ flat: false });
  expect(course(upTo(40).map((at) => (at === 39 ? 140 : 80)))).toMatchObject({
    flat: true,
    most: { memoryMiB: 140 },
  });
});

it('handles that are left open are told', () => {
  const flat = upTo(40).map(() => 80);
  expect(
    course(
      flat,
      upTo(40).map((at) => 20 + at),
    ),
  ).toMatchObject({ flat: false });
});

it('too few samples say nothing', () => {
  expect(course([1, 2, 3, 400])).toBeUndefined();
});

it('measures a process, and leaves out one that is gone', () => {
  const steadiness = new Steadiness();
  for (let turn = 0; turn < 8; turn += 1) steadiness.addProcess('this process', process.pid);
  steadiness.addProcess('nobody', 2 ** 30);
  const [own, ...others] = steadiness.courses;
  expect(own?.early.memoryMiB).toBeGreaterThan(10);
  expect(own?.early.handles).toBeGreaterThan(3);
  expect(others).toEqual([]);
  expect(coursesTable(steadiness.courses)).toContain('| this process | 8 |');
});
