import { readdirSync, readFileSync } from 'node:fs';

/** Measures of something that lives on through a run: memory in MiB, and what it holds open or listens to. */
export interface Sample {
  memoryMiB: number;
  handles: number;
}

/** How one of them went. */
export interface Course {
  subject: string;
  samples: number;
  /** Medians of the second and of the last quarter of the samples; the first quarter is warming up. */
  early: Sample;
  late: Sample;
  most: Sample;
  flat: boolean;
}

/** Growth between the quarters that is still called flat: a garbage collector's breath, and an open connection. */
const allowed = { share: 0.15, memoryMiB: 10, handles: 5 };

/** Keeps the measures of what must not grow, and says whether it has. */
export class Steadiness {
  readonly #samples = new Map<string, Sample[]>();

  add(subject: string, sample: Sample): void {
    const samples = this.#samples.get(subject) ?? [];
    samples.push(sample);
    this.#samples.set(subject, samples);
  }

  /** Measures a process of this machine; one that has ended is left out. */
  addProcess(subject: string, id: number | undefined): void {
    const sample = id === undefined ? undefined : sampleOf(id);
    if (sample) this.add(subject, sample);
  }

  /** Those that were measured often enough to say anything. */
  get courses(): Course[] {
    return [...this.#samples].filter(([, samples]) => samples.length >= 8).map(courseOf);
  }
}

function courseOf([subject, samples]: [string, readonly Sample[]]): Course {
  const quarter = Math.floor(samples.length / 4);
  const early = middle(samples.slice(quarter, 2 * quarter));
  const late = middle(samples.slice(-quarter));
  return {
    subject,
    samples: samples.length,
    early,
    late,
    most: {
      memoryMiB: Math.max(...samples.map(({ memoryMiB }) => memoryMiB)),
      handles: Math.max(...samples.map(({ handles }) => handles)),
    },
    flat:
      late.memoryMiB - early.memoryMiB <= Math.max(allowed.memoryMiB, allowed.share * early.memoryMiB) &&
      late.handles - early.handles <= allowed.handles,
  };
}

function middle(samples: readonly Sample[]): Sample {
  const median = (of: (sample: Sample) => number) =>
    samples.map(of).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
  return { memoryMiB: median(({ memoryMiB }) => memoryMiB), handles: median(({ handles }) => handles) };
}

/** Resident memory and open file descriptors (proc(5)). */
function sampleOf(id: number): Sample | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
    if (kib === undefined) return undefined; // a zombie
    return { memoryMiB: Number(kib) / 1024, handles: readdirSync(`/proc/${id}/fd`).length };
  } catch {
    return undefined;
  }
}

/** The courses as Markdown. */
export function coursesTable(courses: readonly Course[]): string {
  const mib = ({ memoryMiB }: Sample) => memoryMiB.toFixed(1);
  return [
    '| lives through the run | samples | MiB early | MiB late | MiB most | handles early | late | most | flat |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...courses.map(
      ({ subject, samples, early, late, most, flat }) =>
        `| ${subject} | ${samples} | ${mib(early)} | ${mib(late)} | ${mib(most)} | ${early.handles} | ${late.handles} | ${most.handles} | ${flat ? 'yes' : 'NO'} |`,
    ),
  ].join('\n');
}
