import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { causeIds } from '../causes.ts';
import { alphabet, foldCode, readingOf } from './alphabet.ts';
import { decodeSupportCode, encodeSupportCode, type SupportCode, shownCode } from './code.ts';
import { browserTable, causeTable, systemTable } from './tables.ts';

const sample: SupportCode = {
  causes: ['reader.none', 'card-driver.none', 'site.clock-skew'],
  system: 'win32',
  browser: 'edge',
  release: '0.1.0',
};

describe('a support code', () => {
  it('has twelve signs that are told apart by eye and by ear', () => {
    const code = encodeSupportCode(sample);
    expect(code).toMatch(new RegExp(`^[${alphabet}]{12}$`));
    expect(alphabet).not.toMatch(/[01OQDIZSGBVNE]/);
    expect(new Set(alphabet).size).toBe(23);
    for (const sign of alphabet) expect(readingOf(sign)).toMatch(/[ぁ-んァ-ン]/);
  });

  it('carries three causes, system, browser and release, for all of them', () => {
    for (const [index, id] of causeTable.entries()) {
      const code: SupportCode = {
        causes: [id, causeTable[(index * 7 + 1) % causeTable.length] as string, causeTable[0] as string],
        system: systemTable[index % systemTable.length] as SupportCode['system'],
        browser: browserTable[index % browserTable.length] as SupportCode['browser'],
        release: `${index % 5}.${index % 32}.${(index * 3) % 32}`,
      };
      expect(decodeSupportCode(encodeSupportCode(code))).toEqual({ outcome: 'code', code });
    }
  });

  it('is read however it was written down', () => {
    const code = encodeSupportCode(sample);
    const wide = [...shownCode(code)]
      .map((sign) => (sign === '-' ? 'ー' : String.fromCharCode(sign.charCodeAt(0) + 0xfee0)))
      .join(' ');
    expect(foldCode(wide)).toBe(code);
    expect(decodeSupportCode(shownCode(code).toLowerCase())).toMatchObject({ code: sample });
  });

  it('notices every wrong sign and every exchange of two', () => {
    const code = [...encodeSupportCode(sample)];
    for (let index = 0; index < code.length; index += 1) {
      for (const sign of alphabet) {
        if (sign === code[index]) continue;
        const wrong = code.with(index, sign).join('');
        expect(decodeSupportCode(wrong)).toEqual({ outcome: 'refused', why: 'check' });
      }
      for (let other = index + 1; other < code.length; other += 1) {
        if (code[index] === code[other]) continue;
        const swapped = code.with(index, code[other] as string).with(other, code[index] as string);
        expect(decodeSupportCode(swapped.join(''))).toEqual({ outcome: 'refused', why: 'check' });
      }
    }
  });

  it('says why it can not be read', () => {
    expect(decodeSupportCode('')).toEqual({ outcome: 'refused', why: 'length' });
    expect(decodeSupportCode('2222-2222-222O')).toEqual({ outcome: 'refused', why: 'sign' });
    // Layout 1, with its check character.
    expect(decodeSupportCode('322222222224').outcome).toBe('newer');
  });
});

describe('the tables', () => {
  it('have a number for every cause there is', () => {
    const missing = causeIds.filter((id) => !id.endsWith('.checking') && !causeTable.includes(id));
    expect(missing, 'append these to tables.ts').toEqual([]);
    expect(causeTable.length).toBeLessThan(600);
    expect(new Set(causeTable).size).toBe(causeTable.length);
  });

  it('only ever grow: codes that were given out stay readable', () => {
    const hash = (rows: readonly string[]) =>
      createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16);
    expect(hash(causeTable.slice(0, 97))).toBe('b33f610772058c65');
    expect(hash(causeTable.slice(0, 122))).toBe('2c2248082f01eb42');
    expect(systemTable.slice(0, 5)).toEqual(['unknown', 'win32', 'linux', 'darwin', 'other']);
    expect(browserTable.slice(0, 5)).toEqual(['unknown', 'edge', 'chrome', 'chromium', 'other']);
    expect(encodeSupportCode(sample)).toBe('2362UWHRLY7K');
    expect(decodeSupportCode('2362UWHRLY7K')).toEqual({ outcome: 'code', code: sample });
  });
});
